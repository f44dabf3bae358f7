/** How much work is done before the event loop gets to run. */
const MOST_STEPS = 1024;
const MOST_MS = 4;
/** If a step takes longer than this on average, the clock is read after each. */
const SLOW_MS = 0.25;
const MOST_STEPS_PER_READING = 64;

/** Limits work by steps and by time, and reads the clock seldom while steps are fast. */
export class WorkBudget {
  spent = false;
  /** The last steps were slow, so the other side should learn about each at once. */
  slow = false;
  private steps = 0;
  private checkAt = 1;
  private started = 0;
  private checked = 0;
  private stride = 1;

  start(): void {
    this.spent = this.slow = false;
    this.steps = 0;
    this.checkAt = this.stride = 1;
    this.started = this.checked = performance.now();
  }

  step(): void {
    if (++this.steps < this.checkAt) return;
    const now = performance.now();
    this.slow = now - this.checked > SLOW_MS;
    this.stride = this.slow ? 1 : Math.min(MOST_STEPS_PER_READING, this.stride * 2);
    this.checked = now;
    this.checkAt = Math.min(this.steps + this.stride, MOST_STEPS);
    this.spent = this.steps >= MOST_STEPS || now - this.started > MOST_MS;
  }
}
