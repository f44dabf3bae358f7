import type { SchedulerLike, Unsubscribable } from 'rxjs';
import { timersAreFake } from './monotonic';

/** Delays are rounded up to whole milliseconds: ms. */
const ROUNDING = 1;

/** A timer that can be armed again, and that notices when it will never fire. */
export class Timer {
  private action: Unsubscribable | undefined = undefined;
  /** Counts arms and fires: a scheduler may fire before `schedule` has returned, and a timer that was given up may fire all the same. */
  private arms = 0;
  /** What armed it. */
  private origin: unknown = undefined;
  /** When it is to fire. */
  due = 0;

  constructor(
    private readonly scheduler: SchedulerLike,
    private readonly fired: () => void,
  ) {}

  get armed(): boolean {
    return this.action !== undefined;
  }

  /** Arms it, whether or not it stands. */
  arm(delay: number, now = this.scheduler.now()): void {
    this.disarm();
    this.due = now + delay;
    this.origin = globalThis.setInterval;
    const { arms } = this;
    const action = this.scheduler.schedule(() => {
      if (arms !== this.arms) return;
      this.arms++;
      this.action = undefined;
      this.fired();
    }, delay);
    if (arms === this.arms) this.action = action;
  }

  disarm(): void {
    // Other timers than those that armed it do not know it.
    if (this.origin === globalThis.setInterval) this.action?.unsubscribe();
    this.action = undefined;
    this.arms++;
  }

  /** Arms it anew, within a period, where it may never fire: fake timers do not say whether they have been cleared. */
  revive(period: number, now = this.scheduler.now()): void {
    if (timersAreFake() || this.lost(period, now)) this.arm(Math.min(Math.max(this.due - now, 0), period), now);
  }

  /** It will never fire: other timers have come, or another clock. */
  lost(period: number, now: number): boolean {
    return this.origin !== globalThis.setInterval || Math.abs(now - this.due) > period + ROUNDING;
  }
}
