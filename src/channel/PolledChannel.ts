import type { Polled, PollTimer } from '../time/PollTimer';
import { shielded } from '../util/reportUnhandled';
import type { ChannelSettings } from './settings';

/** What is asked, and what may be asked about. */
export interface PolledMachine {
  readonly refused: boolean;
  readonly resetting: boolean;
  readonly slots: { readonly asked: number; readonly used: number; readonly held: number };
  poll(): void;
}

/** A channel, as the poll timer sees it: it asks about what is in flight where tx-done is polled for, and retries a refused head. */
export class PolledChannel implements Polled {
  /** There was nothing to ask when it was last looked at. */
  private resting = true;

  constructor(
    readonly index: number,
    private readonly settings: Pick<ChannelSettings<never>, 'method'>,
    private readonly machine: PolledMachine,
    private readonly timer: PollTimer,
  ) {}

  get pollable(): boolean {
    const { refused, resetting, slots } = this.machine;
    return !resetting && (refused || (this.settings.method === 'poll' && slots.asked > 0));
  }

  get urgent(): boolean {
    const { refused, slots } = this.machine;
    return refused || slots.used > slots.held;
  }

  poll(): void {
    this.machine.poll();
  }

  /** Something went in flight. */
  sent(): void {
    if (this.settings.method !== 'poll') return;
    this.resting = false;
    shielded(() => this.timer.askSoon(this));
  }

  /** The head was refused. What comes back need not be asked about soon: a link that gives everything back would be tried again at once, for ever. */
  refused(givenBack: boolean): void {
    this.resting = false;
    shielded(() => {
      if (givenBack) this.timer.notSoon();
      this.timer.askLater(this);
    });
  }

  /** Leaves the timer where there is nothing to ask, and comes back after a reset. What waits here waits for it to fire. */
  update(): void {
    if (!this.pollable) this.stop();
    else if (this.resting) this.refused(false);
    else this.timer.check();
  }

  stop(): void {
    this.resting = true;
    shielded(() => this.timer.forget(this));
  }
}
