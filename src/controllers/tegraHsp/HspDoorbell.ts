/** The doorbell of one processor, which the others ring. */
export interface HspDoorbell {
  /** Its index in the block. */
  readonly index: number;
  /** The processor's bus master number: its bit in the registers of all doorbells. */
  readonly master: number;
}
