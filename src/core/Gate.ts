/** The link takes no messages. */
export const DOWN = 1;
/** A sender has left in this turn. What else leaves with it must not be handed over before (rule 4). */
export const PAUSED = 2;
/** A reset begins when this turn ends, if a slot is still held then. */
export const RESET_TO_COME = 4;
/** The link is being reset. */
export const RESET_UNDER_WAY = 8;
export const RESETTING = RESET_TO_COME | RESET_UNDER_WAY;

/** Why nothing may be handed over now. */
export class Gate {
  private reasons = 0;
  /** Its pauses are those of other channels, too. */
  readonly shared: boolean = false;
  /** Why the link is down. */
  downReason: unknown = undefined;

  /** Nothing stands against a hand-over. */
  get open(): boolean {
    return this.reasons === 0;
  }

  /** Somebody has left in this turn. */
  get paused(): boolean {
    return this.has(PAUSED);
  }

  /** Whether one of these reasons stands against it. */
  has(reasons: number): boolean {
    return (this.reasons & reasons) !== 0;
  }

  shut(reason: number): void {
    this.reasons |= reason;
  }

  clear(reasons: number): void {
    this.reasons &= ~reasons;
  }
}
