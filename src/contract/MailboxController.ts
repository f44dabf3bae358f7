import type { Observable, ObservableInput } from 'rxjs';

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
 */
export type Correlation = 'tagged' | 'ordered' | 'untagged';

/** What a link tells its channel. */
export type LinkEvent<Rx, Ack> = TxDoneEvent<Ack> | ReceivedEvent<Rx> | ReadyEvent | DownEvent | UpEvent;

/** What became of a message, as far as the transport can tell. */
export interface TxDoneResult<Ack> {
  /** What the tx-done carries; `undefined` where it carries nothing. */
  ack?: Ack;
  /** Anything but `undefined` is a failure, and becomes the `cause` of the sender's error. */
  error?: unknown;
}

/** A message has been taken, or the device failed on it. */
export interface TxDoneEvent<Ack> extends TxDoneResult<Ack> {
  /** Says which event it is. */
  type: 'txDone';
  /** Which message; needed on a `'tagged'` link, honoured on the others. */
  token?: number;
}

/** A message arrived. */
export interface ReceivedEvent<Rx> {
  /** Says which event it is. */
  type: 'received';
  /** The message; anything, also `undefined`. */
  message: Rx;
}

/** There is room again after `'busy'`. */
export interface ReadyEvent {
  /** Says which event it is. */
  type: 'ready';
}

/** The transport is gone; what is in flight has an unknown fate. */
export interface DownEvent {
  /** Says which event it is. */
  type: 'down';
  /** Becomes the `cause` of the senders' errors. */
  reason?: unknown;
}

/** The transport is back, and quiet: no tx-done of an earlier epoch can come any more. */
export interface UpEvent {
  /** Says which event it is. */
  type: 'up';
}

/**
 * An adapter to a transport that owns numbered channels; what the author of a transport implements.
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
  /** Milliseconds between two questions, > 0; default 1 for `'poll'`, else none. A refused head is tried again as often. */
  readonly txPollPeriod?: number;
  /** Longest time, in milliseconds, that a slot is held after its sender left; default 0 for `'tagged'`, else `Infinity`. */
  readonly quarantine?: number;
  /**
   * Turns what the application asks for into a channel index. Default: a number is the index.
   *
   * @see Linux: `fw_xlate`, `of_xlate`
   */
  translate?(which: number | string): number;
  /** Called once per `requestChannel`; makes the link of one channel. What it throws, `requestChannel` throws. */
  open(index: number): MailboxLink<Tx, Rx, Ack>;
}

/**
 * One channel as its controller sees it.
 *
 * @see Linux: `struct mbox_chan_ops`
 */
export interface MailboxLink<Tx, Rx, Ack> {
  /**
   * Subscribing starts the channel up, unsubscribing shuts it down; exactly one subscription in a link's life.
   *
   * After it is unsubscribed the link delivers nothing, and its hardware must never deliver an earlier owner's tx-done to a later one.
   * An error is a `down` with that reason and closes the channel; so does completion, without the `down`.
   *
   * A channel reads an event while it is emitted and keeps none: a busy link may emit one object again and again.
   */
  readonly events$: Observable<LinkEvent<Rx, Ack>>;
  /**
   * Hands one message to the transport. Must not wait. Never re-entered: what it causes is dealt with when it has returned.
   *
   * `'busy'` leaves the message at the head of the queue; say `ready` (or tx-done) once there is room. Throwing fails this message only.
   *
   * @see Linux: `send_data`
   */
  sendData(message: Tx, token: number): 'accepted' | 'busy';
  /**
   * Whether that message has been taken; required for `'poll'`. `true` and an object say yes, `false` says not yet.
   *
   * @see Linux: `last_tx_done`
   */
  lastTxDone?(token: number): boolean | TxDoneResult<Ack>;
  /**
   * Whether data wait to be received.
   *
   * @see Linux: `peek_data`
   */
  peekData?(): boolean;
  /**
   * Pushes out what is in flight, within `limit` milliseconds; settles messages by tx-dones, as always.
   *
   * @see Linux: `flush`
   */
  flush?(limit: number): ObservableInput<unknown>;
  /** A sender left this message in flight. Advice: called once, what it throws is ignored. */
  abort?(token: number): void;
  /**
   * Makes the wire quiet; once it completes, no tx-done of a message whose sender has left can come. Its error is a `down`.
   *
   * Subscribed as soon as a slot is held for nobody. Messages whose senders are still there stay in flight: with a window > 1, a reset
   * that takes them along says so before it completes, by a tx-done with an error for each, or by `down`.
   */
  reset?(): ObservableInput<unknown>;
}
