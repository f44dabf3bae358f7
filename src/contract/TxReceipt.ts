import type { MailboxError } from './errors';

/**
 * What a sender gets when its own message has been taken: emitted once, then completion.
 *
 * @typeParam Ack - What the tx-done carried.
 */
export interface TxReceipt<Ack> {
  /** Identifies the transmission; never given out again for the same controller object. */
  readonly token: number;
  /** What the tx-done carried. */
  readonly ack: Ack;
}

/**
 * What became of one message; exactly one for every accepted message, on `channel.txDone$`.
 *
 * Unlike the receipt, it also exists for messages sent with `next()`, and tells failures without being an error notification.
 *
 * @typeParam Tx - The message.
 * @typeParam Ack - What the tx-done carried.
 * @see Linux: the `tx_done` callback of `struct mbox_client`
 */
export type TxReport<Tx, Ack> = TxSucceeded<Tx, Ack> | TxFailed<Tx>;

/** What every report says. */
export interface TxReported<Tx> {
  /** Identifies the transmission; the same as in its receipt. */
  token: number;
  /** The message, the very one that was sent. */
  message: Tx;
}

/** A report of success. */
export interface TxSucceeded<Tx, Ack> extends TxReported<Tx> {
  /** What the tx-done carried. */
  ack: Ack;
  /** None: tells success from failure. */
  error?: undefined;
}

/** A report of failure. */
export interface TxFailed<Tx> extends TxReported<Tx> {
  /** None. */
  ack?: undefined;
  /** The same error object that the sender gets. */
  error: MailboxError;
}
