import type { Action, MailboxSetup } from './Action';
import { Match } from './Match';

/** Schedules on which the library and the model once disagreed, as small as they can be. What was wrong stands in the title. */
const schedules: readonly (readonly [title: string, setup: readonly MailboxSetup[], steps: readonly Action[]])[] = [
  [
    'a sender whose time limit stands behind another operator, and who leaves in the report of another message, is told nothing',
    [{ correlation: 'tagged', method: 'irq', window: 2, channels: [{ queue: 1 }] }],
    [
      {
        do: 'send',
        channel: 0,
        how: { via: 'generic', limits: { total: 1 } },
        script: { report: { do: 'txDone', channel: 0, which: 'newest' } },
      },
      { do: 'send', channel: 0, how: { via: 'send' }, script: { report: { do: 'leave', back: 1 } } },
      { do: 'advance', by: 1 },
    ],
  ],
  [
    'a message in the middle of the queue that runs out of time does not bother a link that has refused the head',
    [{ correlation: 'tagged', method: 'irq', window: 1, channels: [{ queue: 2 }] }],
    [
      { do: 'send', channel: 0, how: { via: 'next' }, script: { answers: ['busy', 'busy'] } },
      { do: 'send', channel: 0, how: { via: 'send', limits: { total: 1 } } },
      { do: 'advance', by: 1 },
    ],
  ],
  [
    'a link that goes down before a reset that is to come gives the end of the turn back',
    [{ correlation: 'ordered', method: 'irq', window: 1, channels: [{ queue: 1, reset: 'later' }] }],
    [
      { do: 'send', channel: 0, how: { via: 'send' } },
      { do: 'leave', back: 0 },
      { do: 'down', channel: 0 },
      { do: 'advance', by: 1 },
      { do: 'up', channel: 0 },
      { do: 'send', channel: 0, how: { via: 'next' } },
      { do: 'advance', by: 1 },
    ],
  ],
  [
    'a channel that has closed with a refused head is polled no more, also when it is completed after that',
    [{ correlation: 'tagged', method: 'irq', window: 1, period: 1, channels: [{ queue: 1 }] }],
    [
      { do: 'send', channel: 0, how: { via: 'next' }, script: { answers: ['busy'] } },
      { do: 'close', channel: 0 },
      { do: 'complete', channel: 0 },
    ],
  ],
  [
    'a message that is sent from inside abort() in a pause needs the turn to end',
    [{ correlation: 'tagged', method: 'irq', window: 1, channels: [{ queue: 1, abort: 'sends' }] }],
    [
      { do: 'send', channel: 0, how: { via: 'send', limits: { total: 1 } } },
      { do: 'advance', by: 0 },
      { do: 'send', channel: 0, how: { via: 'send' } },
      { do: 'leave', back: 0 },
      { do: 'advance', by: 1 },
    ],
  ],
  [
    'a refused head of a polling controller is tried again every period, also where the application knows tx-done',
    [{ correlation: 'tagged', method: 'poll', window: 1, channels: [{ queue: 1, knowsTxDone: true }] }],
    [
      { do: 'send', channel: 0, how: { via: 'next' }, script: { answers: ['busy'] } },
      { do: 'advance', by: 1 },
    ],
  ],
  [
    'a displaced message is told at the end of its turn, where no microtask comes, also if the one in its place leaves in that turn',
    [{ correlation: 'tagged', method: 'irq', window: 1, channels: [{ queue: 1, latest: true }] }],
    [
      { do: 'send', channel: 0, how: { via: 'next' }, script: { answers: ['busy'], key: 0 } },
      { do: 'send', channel: 0, how: { via: 'send' }, script: { answers: ['busy'], key: 0 } },
      { do: 'leave', back: 0 },
      { do: 'advance', by: 0 },
    ],
  ],
  [
    'of two messages with one key that come back the newer one waits, also if the older one comes back first',
    [{ correlation: 'tagged', method: 'irq', window: 2, channels: [{ queue: 1, latest: true }] }],
    [
      { do: 'send', channel: 0, how: { via: 'next' }, script: { key: 0 } },
      { do: 'send', channel: 0, how: { via: 'next' }, script: { key: 0 } },
      { do: 'refused', channel: 0, which: 'oldest' },
      { do: 'refused', channel: 0, which: 'oldest' },
      { do: 'ready', channel: 0 },
      { do: 'advance', by: 1 },
    ],
  ],
];

describe('the library and the model agree, where they once did not', () => {
  it.each(schedules)('%s', (_, setup, steps) => {
    const match = new Match(setup);
    for (const step of steps) match.step(step);
    match.finish();
  });
});
