import type { Observer } from 'rxjs';
import type { LeaveReason } from '../core/LeaveReason';
import type { SharedClocks } from '../time/SharedClocks';

/** A clock or a listener that lives as long as one transmission is pending. */
export interface TxWatch {
  /** The next watch of the same transmission. */
  other: TxWatch | undefined;
  /** The message was accepted. */
  queued?(token: number): void;
  /** The message is about to be handed over: the last chance to leave unsent. */
  check?(): void;
  /** The message went in flight. */
  sent?(token: number): void;
  /** The device works on it. */
  progress?(): void;
  /** The link has given it back, and it waits again. */
  returned?(): void;
  stop(): void;
}

/** One transmission, as its policies see it. */
export interface WatchedTransmission {
  /** It has neither been offered to the queue nor ended. */
  readonly fresh: boolean;
  /** It has been handed over, and neither settled nor come back. */
  readonly inFlight: boolean;
  addWatch(watch: TxWatch): void;
  /**
   * Gives up with a reason that the sender is notified of.
   *
   * @param pausing - Others may be about to leave for the same reason, so nothing is handed over until this turn ends. Not for a clock: those that
   *   run out together leave in a batch.
   */
  leave(reason: LeaveReason, pausing: boolean): void;
  /** Calls code of the application: what it does takes effect when it has returned, and what it does wrong shows as `broken`. */
  callOut(name: string, callback: () => unknown): void;
}

/** A rule that a tx operator adds to a Transmission. All subscriptions of the Transmission share it. */
export interface TxPolicy {
  /** Called on subscription, with whom to notify. Returns whom to notify instead. */
  observe?<R>(sender: Partial<Observer<R>>): Partial<Observer<R>>;
  /**
   * Called on subscription, before the message is offered to the queue. It adds the watches that it needs.
   *
   * To leave from here refuses the message: it is not sent and makes no report.
   */
  begin(transmission: WatchedTransmission, clocks: SharedClocks): void;
}

/** Two rules, the first one first; so a Transmission has one rule at most. */
export class BothPolicies implements TxPolicy {
  constructor(
    private readonly first: TxPolicy,
    private readonly second: TxPolicy,
  ) {}

  /** The sender hears from the second one, which hears from the first. */
  observe<R>(sender: Partial<Observer<R>>): Partial<Observer<R>> {
    const observed = this.second.observe?.(sender) ?? sender;
    return this.first.observe?.(observed) ?? observed;
  }

  begin(transmission: WatchedTransmission, clocks: SharedClocks): void {
    this.first.begin(transmission, clocks);
    if (transmission.fresh) this.second.begin(transmission, clocks);
  }
}
