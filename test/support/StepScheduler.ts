import { VirtualTimeScheduler } from 'rxjs';

/** Virtual time that fires one timer at a time, so that something can happen between two timers of the same instant. */
export class StepScheduler extends VirtualTimeScheduler {
  /** A timer has run out and has not fired. */
  get isDue(): boolean {
    return this.isDueBy(this.frame);
  }

  /** How many timers there are. */
  get timers(): number {
    return this.actions.length;
  }

  /** Fires the next timer, if it has run out by now or a millisecond later; else lets the millisecond pass. */
  tick(): void {
    if (!this.isDue) this.frame++;
    if (this.isDue) this.fire();
  }

  /** The timer that fires next. */
  get next(): unknown {
    return this.actions[0];
  }

  /**
   * Fires every timer until then, in order.
   *
   * @param onTimer - Called before each of them, at its time.
   */
  advanceTo(time: number, onTimer?: () => void): void {
    while (this.isDueBy(time)) {
      this.frame = this.actions[0]!.delay;
      onTimer?.();
      this.fire();
    }
    this.frame = time;
  }

  /** The time until each timer. */
  get remaining(): number[] {
    return this.actions.map((action) => action.delay - this.frame);
  }

  /** Which of the timers this one is. */
  position(timer: unknown): number {
    return this.actions.findIndex((action) => action === timer);
  }

  private isDueBy(time: number): boolean {
    const [next] = this.actions;
    return next !== undefined && next.delay <= time;
  }

  /** Fires the next timer. */
  fire(): void {
    const next = this.actions.shift()!;
    const error: unknown = next.execute(next.state, next.delay);
    if (error !== undefined) throw error;
  }
}
