const DOWN = 1;
const PAUSED = 2;
const RESET_TO_COME = 4;
const RESET_UNDER_WAY = 8;

/** Why nothing may be handed over now: the link is down, a sender has just left, or the link is being reset. */
export class Gate {
  private reasons = 0;

  /** Nothing stands against a hand-over. */
  get open(): boolean {
    return this.reasons === 0;
  }

  /** The link takes messages. */
  get up(): boolean {
    return (this.reasons & DOWN) === 0;
  }

  /** A sender has left in this turn. What else leaves with it must not be handed over before (rule 4). */
  get paused(): boolean {
    return (this.reasons & PAUSED) !== 0;
  }

  /** A reset begins when this turn ends, if a slot is still held then. */
  get resetToCome(): boolean {
    return (this.reasons & RESET_TO_COME) !== 0;
  }

  /** A reset is to come or under way. */
  get resetting(): boolean {
    return (this.reasons & (RESET_TO_COME | RESET_UNDER_WAY)) !== 0;
  }

  goUp(): void {
    this.reasons &= ~DOWN;
  }

  /** The epoch is over, and any reset with it. */
  goDown(): void {
    this.reasons = (this.reasons & PAUSED) | DOWN;
  }

  pause(): void {
    this.reasons |= PAUSED;
  }

  resume(): void {
    this.reasons &= ~PAUSED;
  }

  demandReset(): void {
    this.reasons |= RESET_TO_COME;
  }

  beginReset(): void {
    this.reasons = (this.reasons & ~RESET_TO_COME) | RESET_UNDER_WAY;
  }

  endReset(): void {
    this.reasons &= ~(RESET_TO_COME | RESET_UNDER_WAY);
  }
}
