/** What a link tells its channel. */
export type LinkEvent<Rx, Ack> = TxDoneEvent<Ack> | ReceivedEvent<Rx> | ReadyEvent | DownEvent | UpEvent;

/** What became of a message, as far as the transport can tell. */
export interface TxDoneResult<Ack> {
  /**
   * What the tx-done carries; `undefined` where it carries nothing. It is kept until its sender is notified, after the next hand-over: copy what
   * is a view of a buffer that is used again.
   */
  ack?: Ack;
  /** Anything but `undefined` is a failure, and becomes the `cause` of the sender's error. */
  error?: unknown;
}

/** A message has been taken, or the device failed on it. */
export interface TxDoneEvent<Ack> extends TxDoneResult<Ack> {
  /** Says which event it is. */
  type: 'txDone';
  /** Which message; needed on a `'tagged'` link, honoured on the others. Say it wherever it is known; `undefined` means the oldest. */
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
