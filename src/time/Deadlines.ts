import type { SchedulerLike } from 'rxjs';
import { Deadline } from './Deadline';
import { DeadlineList, type DeadlineSharing } from './DeadlineList';
import { TurnEnd } from './TurnEnd';

/**
 * Many deadlines, few timers: those of one length run out in the order in which they began, so they share one scheduled timer.
 *
 * Start and stop are O(1). A length begins to count when the turn ends in which it was started. Its timer stands at the oldest deadline
 * or earlier. It is given back as soon as the last deadline of that length is gone, so that it does not keep a process alive.
 */
export class Deadlines {
  private readonly lists = new Map<number, DeadlineList>();
  /** The list that was asked for last. Mostly it is asked for again. */
  private recent: DeadlineList | undefined = undefined;
  private readonly sharing: DeadlineSharing;

  constructor(
    readonly scheduler: SchedulerLike,
    private readonly turnEnd: TurnEnd = new TurnEnd(scheduler, run),
    together: (transitions: () => void) => void = run,
  ) {
    this.sharing = { scheduler, turnEnd, together, release: this.release };
  }

  /**
   * Starts a clock that does not run yet.
   *
   * @param limit - Milliseconds.
   */
  start(limit: number, deadline: Deadline): void {
    const { recent } = this;
    const list = recent?.limit === limit ? recent : this.lists.get(limit);
    if (list?.inTurn) list.start(deadline);
    else this.begin(limit, list).start(deadline);
  }

  /** The first of this length in this turn. */
  private begin(limit: number, list: DeadlineList | undefined): DeadlineList {
    // Real time that goes on. Virtual time is looked for only where nothing runs: that would cost as much as the clock itself.
    if (list !== undefined && !list.ownTurn && !this.turnEnd.timersChanged) return list;
    const ownTurn = this.turnEnd.byTask;
    const begun = new DeadlineList(limit, ownTurn, this.sharing);
    this.lists.set(limit, begun);
    return (this.recent = begun);
  }

  /** Calls back after so many milliseconds, unless it is stopped before. */
  after(limit: number, callback: () => void): Deadline {
    const deadline = new Callback(callback);
    this.start(limit, deadline);
    return deadline;
  }

  /** How many lengths can take another clock now. */
  get size(): number {
    return this.lists.size;
  }

  private readonly release = (list: DeadlineList): void => {
    if (this.recent === list) this.recent = undefined;
    if (this.lists.get(list.limit) === list) this.lists.delete(list.limit);
  };
}

/** Where nothing else is concerned. */
function run(transitions: () => void): void {
  transitions();
}

class Callback extends Deadline {
  constructor(override readonly expired: () => void) {
    super();
  }
}
