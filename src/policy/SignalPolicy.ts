import { TxCanceledError } from '../contract/errors';
import type { LeaveReason } from '../core/LeaveReason';
import { onAbort } from './onAbort';
import type { TxPolicy, TxWatch, WatchedTransmission } from './TxPolicy';

/** Cancels each message it is applied to when a signal is aborted. */
export class SignalPolicy implements TxPolicy {
  constructor(private readonly signal: AbortSignal) {}

  begin(transmission: WatchedTransmission): void {
    transmission.addWatch(new SignalWatch(this.signal, this.aborted, transmission));
  }

  /** Calls back when the signal is aborted, at once if it already is. Returns what stops listening. */
  listen(cancel: (reason: LeaveReason) => void): () => void {
    return onAbort(this.signal, () => cancel(this.aborted));
  }

  private readonly aborted: LeaveReason = (delivery) =>
    new TxCanceledError(delivery, 'its signal was aborted', { cause: this.signal.reason });
}

class SignalWatch implements TxWatch {
  other: TxWatch | undefined = undefined;
  private readonly forget: () => void;

  constructor(
    private readonly signal: AbortSignal,
    private readonly aborted: LeaveReason,
    private readonly transmission: WatchedTransmission,
  ) {
    this.forget = onAbort(signal, () => transmission.leave(aborted, true));
  }

  // One signal may cancel many messages, one after the other. This keeps the next of them from the slot that the first one leaves.
  check(): void {
    if (this.signal.aborted) this.transmission.leave(this.aborted, true);
  }

  stop(): void {
    this.forget();
  }
}

export function isAbortSignal(value: unknown): value is AbortSignal {
  const { aborted, addEventListener } = (value ?? {}) as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
}
