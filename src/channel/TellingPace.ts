import type { Deadline } from '../time/Deadline';
import type { Deadlines } from '../time/Deadlines';
import { timersAreFake } from '../time/monotonic';
import { shielded } from '../util/reportUnhandled';

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
  private later: Deadline | undefined = undefined;

  constructor(
    private readonly deadlines: Deadlines,
    /** Lets another turn tell. */
    private readonly needTurnEnd: () => void,
  ) {}

  /** Whether the turn that ends now may tell. If not, one that ends 1 ms later will. */
  allows(now: number): boolean {
    // Not only later: a clock that was given may have been set back.
    if (Math.abs(now - this.since) >= 1) {
      this.since = now;
      this.turns = 0;
    }
    if (++this.turns <= MOST) return true;
    shielded(() => this.tellLater());
    return false;
  }

  private tellLater(): void {
    // Several are one. But fake timers may have been cleared.
    if (this.later !== undefined && !timersAreFake()) return;
    this.stop();
    this.later = this.deadlines.after(1, () => {
      this.later = undefined;
      // In a turn that has more to do: its pauses must not end before it does.
      this.needTurnEnd();
    });
  }

  stop(): void {
    this.later?.stop();
    this.later = undefined;
  }
}
