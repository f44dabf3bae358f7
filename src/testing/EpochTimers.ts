import { Subscription, type SchedulerLike } from 'rxjs';

/** Timers of the current epoch. Ending the epoch cancels them. */
export class EpochTimers {
  private timers = new Subscription();

  constructor(private readonly scheduler: SchedulerLike) {}

  /** Identifies the current epoch. Closed when it is over, whether or not another one has begun. */
  get epoch(): { readonly closed: boolean } {
    return this.timers;
  }

  /** 0 ms means now, inside this call. */
  after(ms: number, act: () => void): void {
    if (ms === 0) return act();
    const { timers } = this;
    const timer = new Subscription();
    timers.add(timer);
    timer.add(
      this.scheduler.schedule(() => {
        timers.remove(timer);
        act();
      }, ms),
    );
  }

  /** Ends the epoch and begins another. */
  restart(): void {
    this.timers.unsubscribe();
    this.timers = new Subscription();
  }

  /** Ends the last epoch. */
  close(): void {
    this.timers.unsubscribe();
  }
}
