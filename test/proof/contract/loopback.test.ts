import type { MailboxController } from 'rx-mailbox';
import { createLoopback, type LoopbackOptions } from 'rx-mailbox/loopback';
import { describeController, FaultyController, falsyMessages } from 'rx-mailbox/testing';
import { virtualTime } from './virtualTime';

// #region example
describeController(
  'loopback, in real time',
  () => {
    const [controller, peer] = createLoopback<unknown, unknown, string>({
      channelCount: 2,
      window: 4,
      ack: (message) => `${String(message)}!`,
    });
    return {
      controller,
      peer,
      message: (n) => `message ${n}`,
      ack: (message) => `${String(message)}!`,
      samples: falsyMessages,
      answers: falsyMessages,
      // Its tx-done promises that the receivers have returned.
      takenWhenReceived: true,
    };
  },
  // Messages are taken when they arrive, and there is always room.
  { without: ['finish', 'fail', 'block', 'tooLarge'] },
);
// #endregion example

type Pair = readonly [MailboxController<unknown, unknown, string>, MailboxController<unknown, unknown, string>];

/** A loopback in virtual time, in which `wrap` may put other controllers around both ends. */
function describeLoopback(
  name: string,
  options: LoopbackOptions<unknown, string>,
  wrap: (pair: Pair, time: ReturnType<typeof virtualTime>) => Pair = (pair) => pair,
): void {
  const byApplication = options.txDone === 'ack';
  const ack = (message: unknown): string => `${String(message)}!`;
  describeController(
    `loopback: ${name}`,
    () => {
      const time = virtualTime();
      const made = createLoopback<unknown, unknown, string>({
        channelCount: 2,
        scheduler: time.scheduler,
        ...(!byApplication && { ack }),
        ...options,
      });
      const [controller, peer] = wrap(made, time);
      return {
        controller,
        peer,
        message: (n) => ({ number: n }),
        ack,
        samples: { ...falsyMessages, 'large text': 'x'.repeat(100_000) },
        answers: falsyMessages,
        takenWhenReceived: true,
        ...time,
      };
    },
    { without: [...(byApplication ? [] : (['finish'] as const)), 'fail', 'block', 'tooLarge'] },
  );
}

for (const txDone of ['irq', 'poll', 'ack'] as const) {
  for (const latency of [0, 7]) {
    describeLoopback(`${txDone}, tagged, window 3, ${latency} ms`, { txDone, correlation: 'tagged', window: 3, latency });
    describeLoopback(`${txDone}, ordered, window 3, ${latency} ms`, { txDone, correlation: 'ordered', window: 3, latency });
    describeLoopback(`${txDone}, untagged, ${latency} ms`, { txDone, correlation: 'untagged', latency });
  }
}

// Delays and refusals break no promise of the loopback, so the whole suite has to pass behind these faults, too.
for (const correlation of ['tagged', 'ordered', 'untagged'] as const) {
  describeLoopback(
    `${correlation}, that refuses and delays its tx-dones`,
    { correlation, latency: 3, window: correlation === 'untagged' ? 1 : 3 },
    ([near, far], { scheduler }) => {
      const late = { refuse: 0.3, delayTxDone: 0.4, scheduler, ...(correlation === 'tagged' && { reorderTxDone: 0.3 }) };
      return [new FaultyController(near, { seed: 1, ...late }), new FaultyController(far, { seed: 2, ...late })];
    },
  );
}
