import { from, take, type Observable, type ObservableInput } from 'rxjs';
import { show } from '../contract/checks';
import { TxCanceledError } from '../contract/errors';
import type { LeaveReason } from '../core/TxMachine';
import { onAbort } from './onAbort';
import type { TxPolicy, WatchedTransmission } from './TxPolicy';

type Cancel = (reason: LeaveReason) => void;

interface Canceller {
  /** Calls back when it is time to cancel, at once if it already is. Returns what stops listening. */
  listen(cancel: Cancel): () => void;
  /** Calls back if it is time. */
  check(cancel: Cancel): void;
}

/** Cancels each message it is applied to, when a signal or a notifier says so. */
export class CancelPolicy implements TxPolicy {
  private readonly canceller: Canceller;

  constructor(name: string, when: AbortSignal | ObservableInput<unknown>) {
    this.canceller = isAbortSignal(when) ? signalled(when) : notified(name, when);
  }

  begin(transmission: WatchedTransmission): void {
    const cancel = (reason: LeaveReason): void => transmission.leave(reason);
    // One signal may cancel many messages, one after the other. The check keeps the next of them from the slot that the first one leaves.
    transmission.addWatch({
      other: undefined,
      stop: this.listen(cancel),
      check: () => this.canceller.check(cancel),
      sent: () => undefined,
    });
  }

  listen(cancel: Cancel): () => void {
    return this.canceller.listen(cancel);
  }
}

function signalled(signal: AbortSignal): Canceller {
  const aborted: LeaveReason = (delivery) => new TxCanceledError(delivery, 'its signal was aborted', { cause: signal.reason });
  return {
    listen: (cancel) => onAbort(signal, () => cancel(aborted)),
    check: (cancel) => {
      if (signal.aborted) cancel(aborted);
    },
  };
}

function notified(name: string, when: ObservableInput<unknown>): Canceller {
  let notifier: Observable<unknown>;
  try {
    notifier = from(when);
  } catch (cause) {
    throw new TypeError(`${name} is ${show(when)}; expected an AbortSignal or something that RxJS can subscribe`, { cause });
  }
  return {
    listen: (cancel) => {
      const subscription = notifier.pipe(take(1)).subscribe({
        next: () => cancel((delivery) => new TxCanceledError(delivery, 'its notifier emitted')),
        error: (cause: unknown) => cancel((delivery) => new TxCanceledError(delivery, 'its notifier failed', { cause })),
      });
      return () => subscription.unsubscribe();
    },
    check: () => undefined,
  };
}

export function isAbortSignal(value: unknown): value is AbortSignal {
  const { aborted, addEventListener } = (value ?? {}) as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
}
