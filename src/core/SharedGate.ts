import type { Batch } from './Batch';
import { Gate, PAUSED } from './Gate';
import type { SharedPauses } from './SharedPauses';

/** The gate of a channel whose pauses are those of all channels of its controller (rule 4). */
export class SharedGate extends Gate {
  override readonly shared = true;

  constructor(
    private readonly pauses: SharedPauses,
    private readonly batch: Batch,
    private readonly effects: { atTurnEnd(needed: boolean): void },
  ) {
    super();
  }

  override get paused(): boolean {
    return this.pauses.any;
  }

  override shut(reason: number): void {
    if ((reason & PAUSED) !== 0 && !this.has(PAUSED)) this.pauses.begin(this.batch, this.effects);
    super.shut(reason);
  }

  override clear(reasons: number): void {
    if ((reasons & PAUSED) !== 0 && this.has(PAUSED)) this.pauses.end(this.batch);
    super.clear(reasons);
  }
}
