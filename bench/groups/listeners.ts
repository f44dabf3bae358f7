import { microtask } from '../contenders/QueueSetting';
import { openChannel, rxMailbox, type BenchChannel } from '../contenders/rxMailbox';
import type { Contender } from '../measure/Contender';
import { Load } from '../measure/Load';
import type { Measure } from '../Measured';
import { timed } from './timed';
import { bareDevice } from '../contenders/bareDevice';

const setting = { hop: microtask, window: 1, senders: 20 };

type Prepare = (channel: BenchChannel) => void;

const reports: Prepare = (channel) => void channel.txDone$.subscribe({ next: ignore });
const events: Prepare = (channel) => void channel.events$.subscribe({ next: ignore });

function ignore(): void {
  // Only that somebody listens matters.
}

/** So many times the same. */
const times =
  (count: number, step: Prepare): Prepare =>
  (channel) => {
    for (let i = 0; i < count; i++) step(channel);
  };

function prepared(name: string, ...steps: Prepare[]): Contender {
  return rxMailbox(name, setting, (channel) => {
    for (const step of steps) step(channel);
    return (sender) => channel.send(sender.message).subscribe(sender);
  });
}

/** `next(message)`, whose outcome only `txDone$` tells: the listener there sends the next message of the same sender. */
function nextAndReports(): Contender {
  const { channel, device } = openChannel(setting);
  const load = new Load(setting.senders, ({ message }) => channel.next(message));
  channel.txDone$.subscribe(({ message }) => load.completed(load.senders[message.sender]!));
  return {
    name: 'next(), outcome on txDone$',
    run: (count) => load.run(count),
    completed: () => ({ senders: load.total, receiver: device.finished }),
    close: () => channel.close(),
  };
}

/** What one listener each to `txDone$` and `events$` costs. */
export const listeners: Measure = (context) =>
  timed(
    [
      bareDevice(setting),
      prepared('rx-mailbox'),
      prepared('somebody has listened, and left', (channel) => {
        channel.txDone$.subscribe({ next: ignore }).unsubscribe();
        channel.events$.subscribe({ next: ignore }).unsubscribe();
      }),
      prepared('txDone$ has a listener', reports),
      prepared('events$ has a listener', events),
      prepared('both have one', reports, events),
      nextAndReports(),
    ],
    context,
  );

/** What a thousand of them cost. */
export const crowds: Measure = (context) =>
  timed(
    [
      prepared('rx-mailbox'),
      prepared('txDone$ has 1,000 listeners', times(1000, reports)),
      prepared('events$ has 1,000 listeners', times(1000, events)),
    ],
    context,
    { warmUp: 5000 },
  );
