import type { NotAwaited } from './NotAwaited';

/**
 * How a channel is set up for its owner.
 *
 * @typeParam Tx - Messages to send.
 * @see Linux: `struct mbox_client`
 */
export interface ChannelOptions<Tx> {
  /** Appears in error texts; default: the controller's name and the index. */
  name?: string;
  /** How many messages may wait, those in flight not counted; an integer >= 0, default 20. 0 accepts only what can go at once. */
  txQueueLength?: number;
  /** The application's own protocol tells tx-done: turns a `'poll'` link into an `'ack'` link. Default false. */
  knowsTxDone?: boolean;
  /**
   * Called once for each message, right before the first attempt to hand it over; not again after `'busy'`.
   *
   * Throwing fails that message. It is not awaited: a promise fails the message, too, and shows as `broken`. Any other result is ignored.
   *
   * @see Linux: the `tx_prepare` callback, which is called before every attempt
   */
  txPrepare?(message: Tx): NotAwaited;
  /** Longest time, in milliseconds or `Infinity`, that a slot is held after its sender left; overrides the controller's. */
  quarantine?: number;
}
