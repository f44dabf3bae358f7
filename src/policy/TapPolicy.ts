import type { NotAwaited } from '../contract/NotAwaited';
import type { TxPolicy, TxWatch, WatchedTransmission } from './TxPolicy';

/** What `txTap` calls, with the token of the message. */
export interface TxTapHooks {
  /** The message was accepted: it waits, or goes in flight right after this. */
  queued?(token: number): NotAwaited;
  /** The message went in flight; again if the link has given it back. */
  sent?(token: number): NotAwaited;
}

/** Looks on at each message it is applied to. */
export class TapPolicy implements TxPolicy {
  constructor(private readonly hooks: TxTapHooks) {}

  begin(transmission: WatchedTransmission): void {
    transmission.addWatch(new TapWatch(this.hooks, transmission));
  }
}

class TapWatch implements TxWatch {
  other: TxWatch | undefined = undefined;

  constructor(
    private readonly hooks: TxTapHooks,
    private readonly transmission: WatchedTransmission,
  ) {}

  queued(token: number): void {
    if (this.hooks.queued) this.transmission.callOut('hooks.queued', () => this.hooks.queued?.(token));
  }

  sent(token: number): void {
    if (this.hooks.sent) this.transmission.callOut('hooks.sent', () => this.hooks.sent?.(token));
  }

  stop(): void {
    // Nothing to give back.
  }
}
