import type { SchedulerLike } from 'rxjs';
import { List } from '../core/List';
import type { ClockKeeper, Deadline } from './Deadline';
import { Timer } from './Timer';
import type { TurnClock, TurnEnd } from './TurnEnd';

/** What the clocks of all lengths share. */
export interface DeadlineSharing {
  readonly scheduler: SchedulerLike;
  readonly turnEnd: TurnEnd;
  /** Makes one of many transitions. */
  readonly together: (transitions: () => void) => void;
  /** This list takes no more clocks, or has none any more. */
  readonly release: (list: DeadlineList) => void;
}

/**
 * The running clocks of one length, oldest first, and their timer.
 *
 * Those that begin in one turn have one due time: the clock is read when that turn ends. In real time those whose turns end in the same
 * millisecond have one, too. Those with one due time run out together.
 */
export class DeadlineList implements ClockKeeper, TurnClock {
  private readonly list = new List<Deadline>();
  /** The first of those that have begun in this turn: their due time is not known yet. */
  private begun: Deadline | undefined = undefined;
  joined = false;
  needsEnd = false;
  joinedBefore: TurnClock | undefined = undefined;
  private firing = false;
  private readonly timer: Timer;

  constructor(
    readonly limit: number,
    /** Virtual or fake time: every turn has a list of its own. */
    readonly ownTurn: boolean,
    private readonly sharing: DeadlineSharing,
  ) {
    this.timer = new Timer(sharing.scheduler, () => this.fire());
  }

  /** This turn has begun here. */
  get inTurn(): boolean {
    return this.begun !== undefined;
  }

  start(deadline: Deadline): void {
    deadline.keeper = this;
    this.list.push(deadline);
    if (this.begun === undefined) {
      this.begun = deadline;
      this.join();
    }
    // Each time: fake timers may have been cleared since.
    if (this.ownTurn) this.sharing.turnEnd.need(this, true);
  }

  stop(deadline: Deadline): void {
    const { list } = this;
    if (deadline === this.begun) {
      this.begun = deadline.next;
      if (this.begun === undefined && this.ownTurn) this.sharing.turnEnd.need(this, false);
    }
    list.remove(deadline);
    deadline.keeper = undefined;
    if (list.first !== undefined || this.firing) return;
    // In real time another clock of this length mostly begins in the same turn, and can use the timer.
    if (this.ownTurn) this.retire();
    else this.join();
  }

  turnEnded(): void {
    if (this.list.first === undefined) return this.retire();
    // Looking for virtual time costs as much as the clock itself, and a list of real time has been found to be that.
    const now = this.ownTurn ? this.sharing.scheduler.now() : performance.now();
    if (this.begun !== undefined) this.setDue(now);
    if (this.ownTurn) this.sharing.release(this);
    if (this.firing) return;
    if (!this.timer.armed || this.timer.lost(this.limit, now)) this.arm(now);
  }

  private join(): void {
    if (!this.joined) this.sharing.turnEnd.joinClock(this);
  }

  private setDue(now: number): void {
    // Whole milliseconds in real time: so turns share a due time, and timers count no less.
    const due = (this.ownTurn ? now : Math.ceil(now)) + this.limit;
    for (let deadline = this.begun; deadline !== undefined; deadline = deadline.next) deadline.due = due;
    this.begun = undefined;
  }

  /** Arms the timer for the oldest clock. */
  private arm(now: number): void {
    const { first } = this.list;
    if (first === undefined || first === this.begun) return;
    const rest = Math.max(first.due - now, 0);
    this.timer.arm(this.ownTurn ? rest : Math.ceil(rest), now);
  }

  private retire(): void {
    this.timer.disarm();
    this.sharing.release(this);
  }

  private fire(): void {
    this.firing = true;
    this.followClock();
    try {
      for (let due = this.nextDue; due <= this.sharing.scheduler.now(); due = this.nextDue) this.runOut(due);
    } finally {
      this.firing = false;
    }
    if (this.list.first === undefined) this.retire();
    else this.arm(this.sharing.scheduler.now());
  }

  private get nextDue(): number {
    const { first } = this.list;
    return first === undefined || first === this.begun ? Infinity : first.due;
  }

  /** All that have this due time leave, then the next messages are handed over. */
  private runOut(due: number): void {
    this.sharing.together(() => {
      for (let { first } = this.list; first !== undefined && this.nextDue === due; { first } = this.list) {
        this.stop(first);
        first.expired();
      }
    });
  }

  /** A clock that was given may have been set back. The timer counts real time and shows by how much. A difference of 1 ms is only rounding. */
  private followClock(): void {
    const back = this.timer.due - this.sharing.scheduler.now();
    if (back <= 1) return;
    for (let deadline = this.list.first; deadline !== undefined && deadline !== this.begun; deadline = deadline.next) deadline.due -= back;
  }
}
