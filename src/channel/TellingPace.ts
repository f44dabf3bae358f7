import type { Deadlines } from '../time/Deadlines';
import { LaterCall } from '../time/LaterCall';

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
  private readonly later: LaterCall;

  /** @param needTurnEnd - Lets another turn tell. A turn of its own: the pauses of one that is under way must not end early. */
  constructor(deadlines: Deadlines, needTurnEnd: () => void) {
    this.later = new LaterCall(deadlines, needTurnEnd);
  }

  /** Whether the turn that ends now may tell. If not, one that ends 1 ms later will. */
  allows(now: number): boolean {
    // Not only later: a clock that was given may have been set back.
    if (Math.abs(now - this.since) >= 1) {
      this.since = now;
      this.turns = 0;
    }
    if (++this.turns <= MOST) return true;
    this.later.ask();
    return false;
  }

  stop(): void {
    this.later.stop();
  }
}
