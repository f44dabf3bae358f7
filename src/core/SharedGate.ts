import { Gate, PAUSED } from './Gate';
import type { SharedWindow } from './SharedWindow';

/** The gate of a channel whose pauses are those of all channels of its controller (rule 4). */
export class SharedGate extends Gate {
  override readonly sharesPauses = true;

  constructor(private readonly shared: SharedWindow) {
    super();
  }

  override get paused(): boolean {
    return this.shared.pauses > 0;
  }

  override shut(reason: number): void {
    if ((reason & PAUSED) !== 0 && !this.has(PAUSED)) this.shared.pauses++;
    super.shut(reason);
  }

  override clear(reasons: number): void {
    if ((reasons & PAUSED) !== 0 && this.has(PAUSED)) this.shared.pauses--;
    super.clear(reasons);
  }
}
