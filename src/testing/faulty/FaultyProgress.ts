import type { ProgressEvent } from '../../contract/LinkEvent';
import type { EpochTimers } from '../EpochTimers';
import type { FaultSettings } from './FaultyLinkSettings';
import type { FaultType } from './FaultyOptions';

/** Signs of progress that no device has given. */
export class FaultyProgress {
  constructor(
    private readonly settings: FaultSettings,
    private readonly timers: EpochTimers,
    private readonly emit: (event: ProgressEvent) => void,
  ) {}

  /** The real link emitted this event. */
  pass(event: ProgressEvent): void {
    this.emit(this.settings.anonymous ? { type: 'progress' } : event);
  }

  /** The real link has accepted this message. */
  accepted(token: number): void {
    // 1 ms means at once, from inside sendData.
    this.strike('progress', token, -1);
  }

  /** The channel has had the tx-done of this message, which may not say which one. */
  taken(token: number | undefined): void {
    this.strike('lateProgress', token);
  }

  private strike(type: FaultType, token: number | undefined, less = 0): void {
    const fault = this.settings.source.strike(type, token);
    if (fault)
      this.timers.after(fault.ms + less, () => this.pass(token === undefined ? { type: 'progress' } : { type: 'progress', token }));
  }
}
