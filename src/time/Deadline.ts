import type { Linked } from '../core/List';

/** What keeps the running clocks of one length. */
export interface ClockKeeper {
  stop(deadline: Deadline): void;
}

/** One clock. */
export abstract class Deadline implements Linked<Deadline> {
  prev: Deadline | undefined = undefined;
  next: Deadline | undefined = undefined;
  /** Set while the clock runs. */
  keeper: ClockKeeper | undefined = undefined;
  due = 0;

  abstract expired(): void;

  /** Stops the clock. It does nothing when the clock does not run. */
  stop(): void {
    this.keeper?.stop(this);
  }
}
