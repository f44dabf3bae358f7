import type { SchedulerLike } from 'rxjs';
import type { MailboxLink } from './MailboxLink';
import type { ReadyChannels } from './ReadyChannels';
import type { TxDoneMethod } from './TxDoneMethod';

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
 * @typeParam Answer - What the tx-dones for received messages carry.
 * @example
 * {@includeCode ../../docs/examples/write-a-controller.ts#example}
 * @see Linux: `struct mbox_controller`, include/linux/mailbox_controller.h
 */
export interface MailboxController<Tx, Rx, Ack, Answer = Ack> {
  /** Appears in error texts. */
  readonly name: string;
  /** Channels are numbered 0 to `channelCount - 1`; an integer >= 1, or `Infinity` where `translate` makes them up as they are asked for. */
  readonly channelCount: number;
  /** How tx-done is learned, unless a link says otherwise with its own `txDone`. */
  readonly txDone: TxDoneMethod;
  /** What a tx-done says. */
  readonly correlation: Correlation;
  /**
   * How many messages may be in flight at once on one channel; an integer >= 1, default 1. `'untagged'` allows only 1.
   *
   * A plain property is read once, when a channel is opened. A getter is read before each hand-over, and may also say 0. If the window falls below
   * what is in flight, nothing more is handed over, and nothing is taken back. When it grows, say `ready`.
   */
  readonly window?: number;
  /**
   * How many messages may be in flight at once over all channels, as on one wire to several devices; an integer >= 0, or `Infinity`, the default.
   *
   * It is always read before each hand-over. The channels take turns: a channel with much to send waits until each of the others had its turn. The hand-overs
   * of all channels are one loop then: no `sendData` is called from inside another one's, and everybody is notified after it. A slot that is
   * held for a sender who has left counts, until it is freed or its channel's link is unsubscribed.
   *
   * It is for the controller object, also where several mailboxes are made from it, and has to be there when the first of them is made.
   *
   * @example Several devices on one wire
   * {@includeCode ../../docs/examples/several-devices.ts#example}
   */
  readonly sharedWindow?: number;
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
  /**
   * Chooses the channel that goes next; default: they take turns. Asked before each hand-over, once those have been notified whose messages had
   * settled before.
   *
   * `undefined`: none of them now. It is asked again by whatever may allow a hand-over, such as a `ready` of any link. A throw, or an index that
   * is not in `ready`, shows as `broken` on the channel whose turn it is, which then goes next.
   *
   * @param ready - The channels that could go: see {@link ReadyChannels}.
   * @returns The index of one of them, or `undefined`.
   * @example One channel before all others
   * {@includeCode ../../docs/examples/several-devices.ts#choose}
   */
  nextChannel?(ready: ReadyChannels): number | undefined;
  /**
   * Called once per `requestChannel`; makes the link of one channel. What it throws, `requestChannel` throws. Not awaited.
   *
   * @param index - Which channel.
   * @param environment - Where the link takes its time from. A controller around another one passes it on.
   */
  open(index: number, environment: LinkEnvironment): MailboxLink<Tx, Rx, Ack, Answer>;
}

/**
 * What a link is given by its mailbox.
 *
 * @see {@link MailboxController.open}
 */
export interface LinkEnvironment {
  /** Where all time of the link comes from. */
  readonly scheduler: SchedulerLike;
}
