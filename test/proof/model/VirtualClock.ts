import { VirtualTimeScheduler } from 'rxjs';

/** Virtual time that goes on until it is told to stop, again and again. */
export class VirtualClock extends VirtualTimeScheduler {
  advanceTo(time: number): void {
    this.maxFrames = time;
    this.flush();
    this.frame = time;
  }

  /** How many timers stand. */
  get timers(): number {
    return this.actions.length;
  }
}
