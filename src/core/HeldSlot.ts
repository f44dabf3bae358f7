import { HELD, type TxSlot, type TxState } from './TxEntry';

/** Takes the place of a message in flight whose sender has left. It keeps neither the message nor the sender alive. */
export class HeldSlot implements TxSlot {
  state: TxState = HELD;
  prev: TxSlot | undefined = undefined;
  next: TxSlot | undefined = undefined;
  /** The quarantine clock, where there is one. */
  clock: { stop(): void } | undefined = undefined;
  /** `lastTxDone` has thrown when it was asked about this slot. It is not asked again. */
  muted = false;

  constructor(readonly token: number) {}
}
