import type { SchedulerLike, Unsubscribable } from 'rxjs';
import { timersAreFake } from './monotonic';

/**
 * Overdue by no more than this, a timer is never taken for lost.
 *
 * Timers of 0 ms come some milliseconds later, the more so in a long turn. Who armed such a timer anew all the time would keep it from firing.
 */
const LATE = 10;

/** A timer that can be armed again, and that notices when it will never fire. */
export class Timer {
  private action: Unsubscribable | undefined = undefined;
  /** Counts arms and fires: a scheduler may fire before `schedule` has returned, and a timer that was given up may fire all the same. */
  private arms = 0;
  /** When it was armed. */
  private since = 0;
  /** What armed it. */
  private origin: unknown = undefined;
  /** It is armed. */
  armed = false;
  /** When it is to fire. */
  due = 0;

  constructor(
    private readonly scheduler: SchedulerLike,
    private readonly fired: () => void,
  ) {}

  /** Arms it, whether or not it stands. */
  arm(delay: number, now = this.scheduler.now()): void {
    this.disarm();
    this.since = now;
    this.due = now + delay;
    this.origin = globalThis.setInterval;
    this.armed = true;
    const arm = ++this.arms;
    const action = this.scheduler.schedule(() => {
      if (arm !== this.arms) return;
      this.arms++;
      this.armed = false;
      this.action = undefined;
      this.fired();
    }, delay);
    if (arm === this.arms) this.action = action;
  }

  disarm(): void {
    const { action } = this;
    this.action = undefined;
    this.armed = false;
    this.arms++;
    // Other timers than those that armed it do not know it.
    if (this.origin === globalThis.setInterval) action?.unsubscribe();
  }

  /**
   * Arms it anew where it will never fire: fake timers may have been cleared, reset or replaced, or the clock is another one.
   *
   * @param period - Overdue by more than this means lost.
   * @param delay - The new delay where nothing is left of the old one.
   */
  revive(period: number, delay: number): void {
    const now = this.scheduler.now();
    if (this.lost(period, now)) this.arm(delay, now);
    // Fake timers do not say whether they have been cleared. To arm one again with what is left harms nothing.
    else if (timersAreFake()) this.arm(Math.max(this.due - now, 0), now);
  }

  /** It will never fire, as far as one can see. */
  lost(period: number, now: number): boolean {
    return this.origin !== globalThis.setInterval || now < this.since || now > this.due + Math.max(period, LATE);
  }
}
