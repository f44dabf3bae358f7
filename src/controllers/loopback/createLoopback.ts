import { asapScheduler, type SchedulerLike } from 'rxjs';
import { assertFunction, assertInteger, assertNumber, assertObject, assertOneOf, MAX_DELAY } from '../../contract/checks';
import type { Correlation, MailboxController } from '../../contract/MailboxController';
import type { TxDoneMethod } from '../../contract/TxDoneMethod';
import { Deadlines } from '../../time/Deadlines';
import { LoopbackLink, type LoopbackEnds, type LoopbackSettings } from './LoopbackLink';
import { outcomeOf } from './Outcome';

/**
 * Options of {@link createLoopback}; they hold for both ends.
 *
 * @typeParam Message - Messages of both directions.
 * @typeParam Ack - What a tx-done carries.
 */
export interface LoopbackOptions<Message = unknown, Ack = void> {
  /** Error texts call the ends `<name>-a` and `<name>-b`; default `'loopback'`. */
  name?: string;
  /** How many channels; an integer >= 1, default 1. */
  channelCount?: number;
  /** How a sender learns that its message has been taken; default `'irq'`. With `'ack'`, the loopback only delivers. */
  txDone?: TxDoneMethod;
  /** What a tx-done says; default `'tagged'`. The others are for tests of applications whose real transport says less. */
  correlation?: Correlation;
  /** Messages in flight per channel and direction; an integer >= 1, default 1. */
  window?: number;
  /** Milliseconds between two polls, > 0; for `'poll'`. */
  txPollPeriod?: number;
  /** Longest time, in milliseconds, that a slot is held after its sender left, or `Infinity`. */
  quarantine?: number;
  /** Milliseconds from `sendData` to the receiver, 0 to 2³¹ − 1; default 0: the receiver is called before `sendData` returns. */
  latency?: number;
  /**
   * Makes what the tx-done carries; called when the receivers have returned. If it throws, the message fails (`EIO`). Not allowed with
   * `'ack'`, where the application acknowledges.
   */
  ack?: (message: Message) => Ack;
  /** Must not be synchronous. Default: that of the mailbox for the latency, `asapScheduler` for what has to wait until the current code ends. */
  scheduler?: SchedulerLike;
}

/**
 * Makes the two ends of a loopback: what is sent on a channel of one is received on the same channel of the other.
 *
 * Tx-done means that the receivers at the other end have returned, also by throwing. While the other end does not have the channel
 * open, the link is down and messages wait in the queue. Messages that are in flight when it closes fail with `ENETDOWN`. Messages that
 * waited for an end to be opened arrive asynchronously, so that its owner can subscribe first.
 *
 * Unlike the shared-memory controller, it passes the message objects on without a copy. Without a latency it delivers synchronously: the
 * sender gets its receipt before `subscribe()` returns. The exception is an answer that a receiver sends from inside its subscriber. It
 * arrives asynchronously, because the send that it answers has not returned yet.
 *
 * @typeParam A2B - Messages from the first end to the second.
 * @typeParam B2A - Messages from the second end to the first.
 * @typeParam Ack - What a tx-done carries.
 * @param options - See {@link LoopbackOptions}.
 * @returns Two controllers, one for each end's `Mailbox`.
 * @throws TypeError or RangeError for an option that is not in its range.
 * @example
 * {@includeCode ../../../test/unit/controllers/loopback.test.ts#example}
 */
export function createLoopback<A2B = unknown, B2A = A2B, Ack = void>(
  options: LoopbackOptions<A2B | B2A, Ack> = {},
): [a: MailboxController<A2B, B2A, Ack>, b: MailboxController<B2A, A2B, Ack>] {
  assertObject('options', options);
  const { name = 'loopback', channelCount = 1, txDone = 'irq', correlation = 'tagged', window = 1, latency = 0 } = options;
  const { txPollPeriod, quarantine, ack, scheduler } = options;
  assertInteger('channelCount', channelCount, 1);
  assertOneOf('txDone', txDone, ['irq', 'poll', 'ack']);
  assertOneOf('correlation', correlation, ['tagged', 'ordered', 'untagged']);
  assertInteger('window', window, 1, correlation === 'untagged' ? 1 : undefined);
  assertNumber('latency', latency, `milliseconds, 0 to ${MAX_DELAY}`, (n) => n >= 0 && n <= MAX_DELAY);
  if (ack !== undefined) assertFunction('ack', ack);
  if (ack !== undefined && txDone === 'ack') throw new TypeError("ack is given; expected none where txDone is 'ack'");

  const settings: LoopbackSettings<Ack> = {
    txDone,
    tagged: correlation === 'tagged',
    latency,
    outcome: ack === undefined ? () => ({}) : (message) => outcomeOf(() => ack(message as A2B | B2A)),
    clock: clocks(scheduler),
    defer: (work) => (scheduler ?? asapScheduler).schedule(work),
  };
  const channels: LoopbackEnds[] = [];
  const end = <Tx, Rx>(side: 0 | 1, endName: string): MailboxController<Tx, Rx, Ack> => ({
    name: endName,
    channelCount,
    txDone,
    correlation,
    window,
    ...(txPollPeriod !== undefined && { txPollPeriod }),
    ...(quarantine !== undefined && { quarantine }),
    open: (index, environment) =>
      new LoopbackLink<Tx, Rx, Ack>((channels[index] ??= []), side, `${endName}[${index}]`, settings, environment.scheduler),
  });
  return [end(0, `${name}-a`), end(1, `${name}-b`)];
}

/** Messages of one latency share a timer, whichever channel they are on. */
function clocks(given: SchedulerLike | undefined): (ofMailbox: SchedulerLike) => Deadlines {
  const made = new WeakMap<SchedulerLike, Deadlines>();
  return (ofMailbox) => {
    const scheduler = given ?? ofMailbox;
    const found = made.get(scheduler) ?? new Deadlines(scheduler);
    made.set(scheduler, found);
    return found;
  };
}
