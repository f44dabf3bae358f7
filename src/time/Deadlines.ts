import type { SchedulerLike, Unsubscribable } from 'rxjs';

/**
 * Many deadlines, few timers: those of one length run out in the order in which they began, so they share one scheduled timer.
 *
 * Start and stop are O(1). The timer of a length stands at its oldest deadline or earlier; it is given back as soon as the last
 * deadline of that length is gone, so that nothing keeps a process alive.
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
    if (list === undefined) this.lists.set(limit, (list = new DeadlineList(limit, this)));
    list.start(deadline);
  }

  /** Calls back after so many milliseconds, unless it is stopped before. */
  after(limit: number, callback: () => void): Deadline {
    const deadline = new Callback(callback);
    this.start(limit, deadline);
    return deadline;
  }

  /** The last deadline of that length is gone. */
  forget(limit: number): void {
    this.lists.delete(limit);
  }

  /** How many lengths have a timer now. */
  get size(): number {
    return this.lists.size;
  }
}

/** One clock. */
export abstract class Deadline {
  prev: Deadline | undefined = undefined;
  next: Deadline | undefined = undefined;
  /** Where it stands while it runs. */
  list: DeadlineList | undefined = undefined;
  due = 0;

  abstract expired(): void;

  /** Stops the clock; again, or after it has run out, does nothing. */
  stop(): void {
    this.list?.stop(this);
  }
}

class Callback extends Deadline {
  constructor(override readonly expired: () => void) {
    super();
  }
}

class DeadlineList {
  private first: Deadline | undefined = undefined;
  private last: Deadline | undefined = undefined;
  private timer: Unsubscribable | undefined = undefined;
  private firing = false;
  /** When the timer is to fire. */
  private expected = 0;
  private readonly scheduler: SchedulerLike;

  constructor(
    private readonly limit: number,
    private readonly owner: Deadlines,
  ) {
    this.scheduler = owner.scheduler;
  }

  start(deadline: Deadline): void {
    const { last } = this;
    deadline.list = this;
    deadline.due = this.scheduler.now() + this.limit;
    deadline.prev = last;
    if (last === undefined) this.first = deadline;
    else last.next = deadline;
    this.last = deadline;
    if (this.timer === undefined && !this.firing) this.arm(this.limit);
  }

  stop(deadline: Deadline): void {
    const { prev, next } = deadline;
    if (prev === undefined) this.first = next;
    else prev.next = next;
    if (next === undefined) this.last = prev;
    else next.prev = prev;
    deadline.prev = deadline.next = deadline.list = undefined;
    if (this.first === undefined && !this.firing) this.disarm();
  }

  private arm(delay: number): void {
    this.expected = this.scheduler.now() + delay;
    this.timer = this.scheduler.schedule(() => this.fire(), delay);
  }

  private disarm(): void {
    this.timer?.unsubscribe();
    this.timer = undefined;
    this.owner.forget(this.limit);
  }

  private fire(): void {
    this.timer = undefined;
    this.firing = true;
    this.followClock();
    try {
      for (let { first } = this; first !== undefined && first.due <= this.scheduler.now(); first = this.first) {
        this.stop(first);
        first.expired();
      }
    } finally {
      this.firing = false;
    }
    if (this.first === undefined) this.owner.forget(this.limit);
    else this.arm(Math.max(this.first.due - this.scheduler.now(), 0));
  }

  /** The wall clock may have been set back; the timer, which counts real time, shows by how much. A rounded millisecond is no such thing. */
  private followClock(): void {
    const back = this.expected - this.scheduler.now();
    if (back > 1) for (let deadline = this.first; deadline !== undefined; deadline = deadline.next) deadline.due -= back;
  }
}
