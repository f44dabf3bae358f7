import type { MailboxError } from '../contract/errors';

/**
 * Where one message is.
 *
 * ```
 *  NEW ──queued──► WAITING ──► PREPARED ──► OFFERED ──accepted──► IN_FLIGHT ──tx-done──► DONE | FAILED
 *   │                 ▲            ▲───busy────┘                     │  └── left, link down, closed ──► FAILED
 *   │                 └──────────────── refused ─────────────────────┘
 *   │                 └── while it waits: left, threw, dropped, closed ─────────────────────────────► FAILED
 *   └── not accepted ───────────────────────────────────────────────────────────────────────────────► FAILED
 * ```
 */
export type TxState =
  typeof NEW | typeof WAITING | typeof PREPARED | typeof OFFERED | typeof IN_FLIGHT | typeof HELD | typeof DONE | typeof FAILED;
export const NEW = 0;
export const WAITING = 1;
/** It waits, and need not be prepared again. */
export const PREPARED = 2;
/** `sendData` is under way with it. It stands in the queue, but does not wait. */
export const OFFERED = 3;
export const IN_FLIGHT = 4;
/** The state of a {@link HeldSlot}, and of nothing else. */
export const HELD = 5;
export const DONE = 6;
export const FAILED = 7;

/** What can hold a slot: a message in flight, or a {@link HeldSlot} in its place. */
export interface TxSlot {
  token: number;
  state: TxState;
  prev: TxSlot | undefined;
  next: TxSlot | undefined;
}

/** The message stands in the queue. */
export function isQueued({ state }: { readonly state: TxState }): boolean {
  return state >= WAITING && state <= OFFERED;
}

/** One message and, once it has settled, its outcome. The channel adds the sender. */
export interface TxEntry<Tx, Ack> extends TxSlot {
  message: Tx;
  /** The ack when DONE, the error when FAILED. Meaningless before. */
  outcome: Ack | MailboxError | undefined;
}
