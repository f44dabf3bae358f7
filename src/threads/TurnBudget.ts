/** How much one side does before it lets its event loop go on with other things. */
const MOST_STEPS = 1024;
const MOST_MS = 4;
/** Steps longer than this on average are slow: the clock is read after each. */
const SLOW_MS = 0.25;

/** Counts the steps of one turn, and reads the clock only as often as the steps are slow. */
export class TurnBudget {
  spent = false;
  /** The last steps were so slow that the other side should hear of each. */
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
    this.stride = this.slow ? 1 : Math.min(64, this.stride * 2);
    this.checked = now;
    this.checkAt = Math.min(this.steps + this.stride, MOST_STEPS);
    this.spent = this.steps >= MOST_STEPS || now - this.started > MOST_MS;
  }
}
