/** How many turns may tell within one millisecond. */
const MOST = 16;

/**
 * How often displaced messages are told.
 *
 * Two senders that displace each other, and both send again as soon as they are told, would otherwise go on without end: no timer and no input
 * would ever get its turn.
 */
export class TellingPace {
  private since = -Infinity;
  private turns = 0;

  /** Whether this turn may tell. */
  allows(now: number): boolean {
    // Not only later: a clock that was given may have been set back.
    if (Math.abs(now - this.since) >= 1) {
      this.since = now;
      this.turns = 0;
    }
    return ++this.turns <= MOST;
  }
}
