import type { SchedulerLike, Unsubscribable } from 'rxjs';
import { shielded } from '../util/reportUnhandled';
import { timeIsVirtual, timersAreFake } from './monotonic';

/**
 * Timers come late, the more so after a long turn. Late by no more than this a timer is not taken for lost: who armed it anew all the time would
 * keep it from firing. In ms.
 */
const TOLERANCE = 1000;

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

  /** It may never fire: it is fake, or has been armed by other timers than there are now. This needs no look at the clock. */
  get doubtful(): boolean {
    return timersAreFake() || this.origin !== globalThis.setInterval;
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

  /** Never throws: what a scheduler throws here is reported as unhandled. */
  disarm(): void {
    const { action } = this;
    this.action = undefined;
    this.arms++;
    // Other timers than those that armed it do not know it.
    if (action !== undefined && this.origin === globalThis.setInterval) shielded(() => action.unsubscribe());
  }

  /**
   * Arms it anew where it may never fire: fake timers do not say whether they have been cleared.
   *
   * @param period - Overdue by more than this means lost.
   * @param longest - The new delay at most. It is what is left of the old one, if anything is.
   */
  revive(period: number, longest = period): void {
    const now = this.scheduler.now();
    if (timersAreFake() || timeIsVirtual() || this.lost(period, now)) this.arm(Math.min(Math.max(this.due - now, 0), longest), now);
  }

  /** It will never fire: other timers have come, or another clock. */
  lost(period: number, now: number): boolean {
    return this.origin !== globalThis.setInterval || Math.abs(now - this.due) > period + TOLERANCE;
  }
}
