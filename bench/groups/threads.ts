import type { Contender } from '../measure/Contender';
import { wallTime } from '../measure/clock';
import type { Measure } from '../Measured';
import { comlinkContender, piscinaContender, workerpoolContender } from '../threads/poolContenders';
import { framesContender, postMessageContender } from '../threads/portContenders';
import { ringContender } from '../threads/ringContender';
import { sharedMemoryContender } from '../threads/sharedMemoryContender';
import { BOTH_AWAKE, type ThreadSetting } from '../threads/ThreadSetting';
import { timed } from './timed';

/** To another thread and back: every message has a completion. Waiting is part of it, so this is time on the wall. */
export function threads(setting: ThreadSetting): Measure {
  return (context) =>
    timed(
      [
        ...ours(setting),
        postMessageContender(setting),
        framesContender(setting),
        comlinkContender(setting),
        piscinaContender(setting),
        workerpoolContender(setting),
      ],
      context,
      {
        clock: wallTime,
        // One at a time takes longest, and has the least to warm up.
        warmUp: Math.min(setting.window * 500, context.quick ? 3000 : 20_000),
        sampleMs: context.quick ? 15 : 30,
      },
    );
}

function ours(setting: ThreadSetting): Contender[] {
  if (setting.message === 'object') return [sharedMemoryContender('rx-mailbox', setting, 'json')];
  return [
    ringContender(setting),
    sharedMemoryContender('rx-mailbox', setting, 'bytes'),
    sharedMemoryContender('rx-mailbox, views', setting, 'view'),
    sharedMemoryContender(BOTH_AWAKE, setting, 'view', { spin: 0.05 }),
  ];
}
