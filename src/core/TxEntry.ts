import type { MailboxError } from '../contract/errors';

/**
 * Where one message is; it only ever moves down this list.
 *
 * ```
 *  NEW ──accept──► WAITING ──handed over──► IN_FLIGHT ──tx-done──► DONE | FAILED
 *                     └───────── left, threw, closed ───────────► FAILED
 * ```
 */
export type TxState = typeof NEW | typeof WAITING | typeof IN_FLIGHT | typeof ORPHAN | typeof DONE | typeof FAILED | typeof TOLD;
export const NEW = 0;
export const WAITING = 1;
export const IN_FLIGHT = 2;
/** Only a {@link HeldSlot} is in this state: a slot whose sender has left. */
export const ORPHAN = 3;
export const DONE = 4;
export const FAILED = 5;
/** Only a {@link Notice} is in this state. */
export const TOLD = 6;

/** What can stand in the list of slots. */
export interface TxSlot {
  token: number;
  state: TxState;
  prev: TxSlot | undefined;
  next: TxSlot | undefined;
}

/** One message and, once settled, its outcome. The shell adds whom to tell. */
export interface TxEntry<Tx, Ack> extends TxSlot {
  message: Tx;
  /** The ack when DONE, the error when FAILED; meaningless before. */
  outcome: Ack | MailboxError | undefined;
}

/** Holds the slot of a message whose sender has left; keeps neither the message nor the sender alive. */
export class HeldSlot implements TxSlot {
  state: TxState = ORPHAN;
  prev: TxSlot | undefined = undefined;
  next: TxSlot | undefined = undefined;
  /** The quarantine clock, where there is one. */
  clock: { stop(): void } | undefined = undefined;

  constructor(readonly token: number) {}
}

/** Something to tell that has its place among the outcomes: a received message, or a trace event after one. */
export class Notice implements TxSlot {
  readonly token = 0;
  readonly state = TOLD;
  prev: TxSlot | undefined = undefined;
  next: TxSlot | undefined = undefined;

  constructor(readonly tell: () => void) {}
}
