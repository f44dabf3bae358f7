import type { ReadyEvent } from '../../contract/LinkEvent';
import type { EpochTimers } from '../EpochTimers';
import type { FaultSource } from './FaultSource';

/** Answers `'busy'`, until the link is ready again. */
export class FaultyRefusals {
  private refusing = false;

  constructor(
    private readonly source: FaultSource,
    private readonly timers: EpochTimers,
    private readonly emit: (event: ReadyEvent) => void,
  ) {}

  refuses(token: number): boolean {
    if (this.refusing) return true;
    const fault = this.source.strike('refuse', token);
    if (fault === undefined) return false;
    this.refusing = true;
    this.timers.after(fault.ms, () => {
      this.refusing = false;
      this.emit({ type: 'ready' });
    });
    return true;
  }

  endEpoch(): void {
    this.refusing = false;
  }
}
