import type { MailboxError } from './errors';

/**
 * What a sender gets when its own message has been taken: emitted once, then completion.
 *
 * @typeParam Ack - What the tx-done carried.
 */
export interface TxReceipt<Ack> {
  /** Identifies the transmission; never used again while the mailbox lives. */
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
export type TxReport<Tx, Ack> = { token: number; message: Tx } & (
  { ack: Ack; error?: undefined } | { ack?: undefined; error: MailboxError }
);
