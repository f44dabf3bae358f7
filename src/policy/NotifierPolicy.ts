import { from, take, type Observable, type ObservableInput } from 'rxjs';
import { show } from '../contract/checks';
import { TxCanceledError } from '../contract/errors';
import type { LeaveReason } from '../core/LeaveReason';
import type { TxPolicy, WatchedTransmission } from './TxPolicy';

/** Cancels each message it is applied to when something emits. Each message has a subscription of its own. */
export class NotifierPolicy implements TxPolicy {
  private readonly notifier: Observable<unknown>;

  constructor(name: string, when: ObservableInput<unknown>) {
    try {
      this.notifier = from(when);
    } catch (cause) {
      throw new TypeError(`${name} is ${show(when)}; expected an AbortSignal or something that RxJS can subscribe`, { cause });
    }
  }

  begin(transmission: WatchedTransmission): void {
    const stop = this.listen((reason) => transmission.leave(reason, true));
    transmission.addWatch({ other: undefined, stop });
  }

  /** Calls back when the notifier emits or fails, at once if it does so at once. Returns what stops listening. */
  listen(cancel: (reason: LeaveReason) => void): () => void {
    const subscription = this.notifier.pipe(take(1)).subscribe({
      next: () => cancel((delivery) => new TxCanceledError(delivery, 'its notifier emitted')),
      error: (cause: unknown) => cancel((delivery) => new TxCanceledError(delivery, 'its notifier failed', { cause })),
    });
    return () => subscription.unsubscribe();
  }
}
