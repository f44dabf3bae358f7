import type { SchedulerLike } from 'rxjs';
import { Deadline } from './Deadline';
import { DeadlineList } from './DeadlineList';

/**
 * Many deadlines, few timers: those of one length run out in the order in which they began, so they share one scheduled timer.
 *
 * Start and stop are O(1). The timer of a length stands at its oldest deadline or earlier. It is given back as soon as the last
 * deadline of that length is gone, so that it does not keep a process alive.
 */
export class Deadlines {
  private readonly lists = new Map<number, DeadlineList>();

  constructor(readonly scheduler: SchedulerLike) {}

  /**
   * Starts a clock that does not run yet.
   *
   * @param limit - Milliseconds.
   */
  start(limit: number, deadline: Deadline): void {
    let list = this.lists.get(limit);
    if (list === undefined) this.lists.set(limit, (list = new DeadlineList(limit, this.scheduler, this.forget)));
    list.start(deadline);
  }

  /** Calls back after so many milliseconds, unless it is stopped before. */
  after(limit: number, callback: () => void): Deadline {
    const deadline = new Callback(callback);
    this.start(limit, deadline);
    return deadline;
  }

  /** How many lengths have a timer now. */
  get size(): number {
    return this.lists.size;
  }

  private readonly forget = (limit: number): void => void this.lists.delete(limit);
}

class Callback extends Deadline {
  constructor(override readonly expired: () => void) {
    super();
  }
}
