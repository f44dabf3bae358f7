import type { Polled, PollTimer } from '../time/PollTimer';
import { shielded } from '../util/reportUnhandled';
import type { ChannelSettings } from './settings';

/** What is asked, and what may be asked about. */
export interface PolledMachine {
  readonly refused: boolean;
  readonly slots: { readonly used: number };
  poll(): void;
}

/** A channel, as the poll timer sees it: it asks about what is in flight where tx-done is polled for, and retries a refused head. */
export class PolledChannel implements Polled {
  constructor(
    readonly index: number,
    private readonly settings: Pick<ChannelSettings<never>, 'method'>,
    private readonly machine: PolledMachine,
    private readonly timer: PollTimer,
  ) {}

  get pollable(): boolean {
    return this.machine.refused || (this.settings.method === 'poll' && this.machine.slots.used > 0);
  }

  poll(): void {
    this.machine.poll();
  }

  /** Something went in flight. */
  sent(): void {
    if (this.settings.method === 'poll') shielded(() => this.timer.askSoon(this));
  }

  /** The head was refused. */
  refused(): void {
    shielded(() => this.timer.askLater(this));
  }

  /** Leaves the timer where there is nothing to ask. */
  rest(): void {
    if (!this.pollable) this.stop();
  }

  stop(): void {
    shielded(() => this.timer.forget(this));
  }
}
