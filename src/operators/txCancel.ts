import { from, take, type Observable, type ObservableInput } from 'rxjs';
import { TxCanceledError } from '../errors';
import type { LeaveReason } from '../core/TxScheduler';
import { onAbort } from '../internal/onAbort';
import { leaveSource } from '../internal/leaving';
import { show } from '../internal/assert';
import { withPolicy } from '../Transmission';
import type { TxReceipt } from '../TxReceipt';

/**
 * Cancels a transmission when an abort signal fires or another Observable emits.
 *
 * Unlike `takeUntil`, which completes silently, it fails with an error that says whether the message may have been sent. Where the signal
 * is aborted already, or the other Observable emits at once, nothing is sent at all and no report is made.
 *
 * Applied to what `channel.send()` returns it gives a `Transmission` again, so it stacks with `txTimeout` in any order.
 *
 * **Cancellation**: unsubscribing removes the listener; a signal that lives long keeps one listener however many sends it watches, and
 * none once they have settled.
 *
 * @param when - An `AbortSignal`, or anything that RxJS can subscribe: its first value cancels, its error cancels with that error as
 *   `cause`, its completion alone does not.
 * @returns An operator that mirrors its source. Error: `TxCanceledError`; `cause` is the signal's reason.
 * @throws TypeError - if `when` is neither.
 * @example Cancel with an AbortSignal
 * {@includeCode ../../test/operators/txCancel.test.ts#example}
 * @see Linux has no counterpart: a message cannot be taken back
 */
export function txCancel(
  when: AbortSignal | ObservableInput<unknown>,
): <R extends TxReceipt<unknown>>(source: Observable<R>) => Observable<R> {
  const { listen, check } = canceller(when);
  return (source) =>
    withPolicy(source, {
      begin: (record) => {
        const cancel = (reason: LeaveReason): void => record.leave(reason);
        // One signal may cancel many, one after the other: what the first makes room for must not be sent any more.
        record.watch({ stop: listen(cancel), check: () => check(cancel) });
      },
    }) ?? leaveSource(source, listen);
}

type Cancel = (reason: LeaveReason) => void;

interface Canceller {
  /** Calls back when it is time to cancel, at once if it already is; returns what stops listening. */
  listen(cancel: Cancel): () => void;
  /** Calls back if it is time. */
  check(cancel: Cancel): void;
}

function canceller(when: AbortSignal | ObservableInput<unknown>): Canceller {
  return isAbortSignal(when) ? signalled(when) : notified(when);
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

function notified(when: ObservableInput<unknown>): Canceller {
  let notifier: Observable<unknown>;
  try {
    notifier = from(when);
  } catch (cause) {
    throw new TypeError(`when is ${show(when)}; expected an AbortSignal or something that RxJS can subscribe`, { cause });
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

function isAbortSignal(value: unknown): value is AbortSignal {
  const { aborted, addEventListener } = (value ?? {}) as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
}
