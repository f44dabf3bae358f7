import type { Delivery } from './errors';

/** What a link tells its channel. */
export type LinkEvent<Rx, Ack> = TxDoneEvent<Ack> | RefusedEvent | ProgressEvent | ReceivedEvent<Rx> | ReadyEvent | DownEvent | UpEvent;

/** What became of a message, as far as the transport can tell. */
export interface TxDoneResult<Ack> {
  /**
   * What the tx-done carries; `undefined` where it carries nothing. It is kept until its sender is notified, after the next hand-over: copy what
   * is a view of a buffer that is used again.
   */
  ack?: Ack;
  /** Anything but `undefined` is a failure, and becomes the `cause` of the sender's error. */
  error?: unknown;
  /**
   * Whether the message reached the device, where there is an error; default `'sent'`: the device has it and failed on it.
   *
   * `'not-sent'` where it provably never left, as after a write that failed whole; `'unknown'` where nobody can tell.
   */
  delivery?: Delivery;
}

/** A message has been taken, or the device failed on it. */
export interface TxDoneEvent<Ack> extends TxDoneResult<Ack> {
  /** Says which event it is. */
  type: 'txDone';
  /** Which message; needed on a `'tagged'` link, honoured on the others. Say it wherever it is known; `undefined` means the oldest. */
  token?: number;
}

/**
 * A message that was accepted has provably not been taken: the link gives it back.
 *
 * Unlike a tx-done with an error it is not over: the message goes back in front of all that were never handed over, with its token, and waits as
 * after `'busy'`. If its sender has left, the slot is free. A token that is not in flight is treated as that of a late tx-done.
 *
 * @example Writes that are promises
 * {@includeCode ../../docs/examples/async-writes.ts#example}
 * @see Linux has no counterpart: what `send_data` has accepted is the driver's
 */
export interface RefusedEvent {
  /** Says which event it is. */
  type: 'refused';
  /** Which message. */
  token: number;
  /** Why; shown on `events$` only. */
  error?: unknown;
}

/**
 * The device works on a message and is not done. It restarts the `silence` clock of that message, and nothing else.
 *
 * @see {@link TimeLimits.silence}; Linux has no counterpart
 */
export interface ProgressEvent {
  /** Says which event it is. */
  type: 'progress';
  /** Which message; `undefined` means the oldest in flight. One whose sender has left, or that is not in flight, is ignored. */
  token?: number;
}

/** A message arrived. */
export interface ReceivedEvent<Rx> {
  /** Says which event it is. */
  type: 'received';
  /** The message; anything, also `undefined`. */
  message: Rx;
}

/** There is room again after `'busy'`. Not from inside the `sendData` that says `'busy'`: that causes one attempt, 1 ms later. */
export interface ReadyEvent {
  /** Says which event it is. */
  type: 'ready';
}

/** The transport is gone; what is in flight has an unknown fate, and what waits goes on waiting. It ends an epoch, and any reset. */
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
