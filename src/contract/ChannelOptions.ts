import type { NotAwaited } from './NotAwaited';

/**
 * How a channel is set up for its owner.
 *
 * @typeParam Tx - Messages to send.
 * @see Linux: `struct mbox_client`
 */
export interface ChannelOptions<Tx> {
  /** `channel.name`, and what error texts call it; default: the controller's name and the index. */
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
  /**
   * What becomes of messages while the link is down; default `'wait'`: for `up`.
   *
   * `'fail'`: what waits when the link goes down fails with `LinkDownError`, not sent, after what is in flight. A send meanwhile is refused, as
   * by a full queue, with that error.
   *
   * @example Wait or fail
   * {@includeCode ../../docs/examples/link-down.ts#example}
   */
  whileDown?: 'wait' | 'fail';
  /**
   * Which message has to go when the queue is full; default `'reject'`: the new one.
   *
   * `'drop-oldest'`: the oldest that waits fails with `QueueFullError`, not sent, and the new one is accepted. A queue of 0 rejects.
   * The oldest is told at the end of the turn.
   *
   * @example Only the newest two wait
   * {@includeCode ../../docs/examples/latest-wins.ts#dropOldest}
   */
  overflow?: 'reject' | 'drop-oldest';
  /**
   * The key of a message whose newest value is all that counts; `undefined`: it has none.
   *
   * A message takes the place of one that waits with the same key, also in a full queue. The older sender gets `TxCanceledError`, not sent,
   * with `superseded: true`, at the end of the turn. Keys are compared as in a `Map`. Called once for each message. Throwing fails that message,
   * and so does a promise.
   *
   * @param message - The one that is being sent.
   * @returns Its key; anything but a promise.
   * @example Of each knob, only its newest value
   * {@includeCode ../../docs/examples/latest-wins.ts#example}
   */
  latest?(message: Tx): unknown;
}
