import { VirtualTimeScheduler } from 'rxjs';

/** Virtual time that passes one timer at a time, so that something can happen between two timers of the same instant. */
export class StepScheduler extends VirtualTimeScheduler {
  /** A timer has run out and has not fired. */
  get isDue(): boolean {
    const [next] = this.actions;
    return next !== undefined && next.delay <= this.frame;
  }

  /** How many timers stand. */
  get timers(): number {
    return this.actions.length;
  }

  /** Fires the next timer, if it has run out by now or a millisecond later; else lets the millisecond pass. */
  tick(): void {
    const [next] = this.actions;
    if (next === undefined || next.delay > this.frame) this.frame++;
    if (next === undefined || next.delay > this.frame) return;
    this.actions.shift();
    const error: unknown = next.execute(next.state, next.delay);
    if (error !== undefined) throw error;
  }

  /** The time until each timer. */
  get remaining(): number[] {
    return this.actions.map((action) => action.delay - this.frame);
  }

  /** Which of the timers this one is. */
  position(timer: unknown): number {
    return this.actions.findIndex((action) => action === timer);
  }
}
