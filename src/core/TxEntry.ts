import type { MailboxError } from '../contract/errors';

/**
 * Where one message is. It only ever moves down this list.
 *
 * ```
 *  NEW ──queued──► WAITING ──handed over──► IN_FLIGHT ──tx-done──► DONE | FAILED
 *   │                 │                         └── left, link down, closed ──► FAILED
 *   │                 └── left, threw, closed ────────────────────────────────► FAILED
 *   └── refused ──────────────────────────────────────────────────────────────► FAILED
 * ```
 */
export type TxState = typeof NEW | typeof WAITING | typeof IN_FLIGHT | typeof HELD | typeof DONE | typeof FAILED;
export const NEW = 0;
export const WAITING = 1;
export const IN_FLIGHT = 2;
/** The state of a {@link HeldSlot}, and of nothing else. */
export const HELD = 3;
export const DONE = 4;
export const FAILED = 5;

/** What can hold a slot: a message in flight, or a {@link HeldSlot} in its place. */
export interface TxSlot {
  token: number;
  state: TxState;
  prev: TxSlot | undefined;
  next: TxSlot | undefined;
}

/** One message and, once it has settled, its outcome. The channel adds the sender. */
export interface TxEntry<Tx, Ack> extends TxSlot {
  message: Tx;
  /** The ack when DONE, the error when FAILED. Meaningless before. */
  outcome: Ack | MailboxError | undefined;
}
