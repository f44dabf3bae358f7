import type { MailboxLink } from './MailboxLink';

/**
 * How a channel learns that a message has been taken.
 *
 * - `'irq'`: the link emits `txDone` events;
 * - `'poll'`: the channel asks `lastTxDone()`;
 * - `'ack'`: the application says so with `channel.acknowledge()`, because its own protocol tells.
 *
 * @see Linux: MBOX_TXDONE_BY_IRQ, MBOX_TXDONE_BY_POLL, MBOX_TXDONE_BY_ACK
 */
export type TxDoneMethod = 'irq' | 'poll' | 'ack';

/**
 * What a tx-done of this transport says, and so what may be concluded from it.
 *
 * - `'tagged'`: which message (it carries the token);
 * - `'ordered'`: the oldest in flight; the transport is reliable and in order;
 * - `'untagged'`: "something was taken"; only one message may be in flight.
 *
 * A link that knows the token says it in every tx-done, on the last two as well: then a second tx-done for one message harms nobody.
 */
export type Correlation = 'tagged' | 'ordered' | 'untagged';

/**
 * An adapter to a transport that owns numbered channels; what the author of a transport implements.
 *
 * Tokens and owners are counted for this object. One that wraps another controller is another object.
 *
 * @typeParam Tx - Messages to send.
 * @typeParam Rx - Messages received.
 * @typeParam Ack - What a tx-done carries.
 * @example
 * {@includeCode ../../docs/examples/write-a-controller.ts#example}
 * @see Linux: `struct mbox_controller`, include/linux/mailbox_controller.h
 */
export interface MailboxController<Tx, Rx, Ack> {
  /** Appears in error texts. */
  readonly name: string;
  /** Channels are numbered 0 to `channelCount - 1`; an integer >= 1. */
  readonly channelCount: number;
  /** How tx-done is learned. */
  readonly txDone: TxDoneMethod;
  /** What a tx-done says. */
  readonly correlation: Correlation;
  /** How many messages may be in flight at once on one channel; an integer >= 1, default 1. `'untagged'` allows only 1. */
  readonly window?: number;
  /**
   * Milliseconds between two questions, > 0; default 1 for `'poll'`, else none. A refused head is tried again as often. While only held slots
   * are asked about, it doubles with each round, up to 1 s.
   */
  readonly txPollPeriod?: number;
  /** Longest time, in milliseconds, that a slot is held after its sender left; default 0 for `'tagged'`, else `Infinity`. */
  readonly quarantine?: number;
  /**
   * Turns what the application asks for into a channel index. Default: a number is the index.
   *
   * @see Linux: `fw_xlate`, `of_xlate`
   */
  translate?(which: number | string): number;
  /** Called once per `requestChannel`; makes the link of one channel. What it throws, `requestChannel` throws. Not awaited. */
  open(index: number): MailboxLink<Tx, Rx, Ack>;
}
