import { shielded } from '../util/reportUnhandled';
import type { Deadline } from './Deadline';
import type { Deadlines } from './Deadlines';
import { timersAreFake } from './monotonic';

/** Calls back 1 ms after it was asked to. If it is asked several times meanwhile, it calls back once. */
export class LaterCall {
  /** While it is to call back. */
  deadline: Deadline | undefined = undefined;

  constructor(
    private readonly deadlines: Deadlines,
    private readonly callback: () => void,
  ) {}

  ask(): void {
    // Fake timers may have been cleared: then it would never call back.
    if (this.deadline !== undefined && !timersAreFake()) return;
    this.stop();
    shielded(() => {
      this.deadline = this.deadlines.after(1, () => {
        this.deadline = undefined;
        this.callback();
      });
    });
  }

  stop(): void {
    this.deadline?.stop();
    this.deadline = undefined;
  }
}
