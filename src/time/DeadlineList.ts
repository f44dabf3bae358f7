import type { SchedulerLike, Unsubscribable } from 'rxjs';
import { List } from '../core/List';
import type { ClockKeeper, Deadline } from './Deadline';

/** The running clocks of one length, oldest first, and their timer. */
export class DeadlineList implements ClockKeeper {
  private readonly list = new List<Deadline>();
  private timer: Unsubscribable | undefined = undefined;
  private firing = false;
  /** When the timer is to fire. */
  private expected = 0;

  constructor(
    private readonly limit: number,
    private readonly scheduler: SchedulerLike,
    /** Called when the last clock is gone. */
    private readonly emptied: (limit: number) => void,
  ) {}

  start(deadline: Deadline): void {
    deadline.keeper = this;
    deadline.due = this.scheduler.now() + this.limit;
    this.list.push(deadline);
    if (this.timer === undefined && !this.firing) this.arm(this.limit);
  }

  stop(deadline: Deadline): void {
    this.list.remove(deadline);
    deadline.keeper = undefined;
    if (this.list.first === undefined && !this.firing) this.disarm();
  }

  private arm(delay: number): void {
    this.expected = this.scheduler.now() + delay;
    this.timer = this.scheduler.schedule(() => this.fire(), delay);
  }

  private disarm(): void {
    this.timer?.unsubscribe();
    this.timer = undefined;
    this.emptied(this.limit);
  }

  private fire(): void {
    const { list, scheduler } = this;
    this.timer = undefined;
    this.firing = true;
    this.followClock();
    try {
      for (let { first } = list; first !== undefined && first.due <= scheduler.now(); { first } = list) {
        this.stop(first);
        first.expired();
      }
    } finally {
      this.firing = false;
    }
    if (list.first === undefined) this.emptied(this.limit);
    else this.arm(Math.max(list.first.due - scheduler.now(), 0));
  }

  /** The wall clock may have been set back. The timer counts real time and shows by how much. A difference of 1 ms is only rounding. */
  private followClock(): void {
    const back = this.expected - this.scheduler.now();
    if (back > 1) for (let deadline = this.list.first; deadline !== undefined; deadline = deadline.next) deadline.due -= back;
  }
}
