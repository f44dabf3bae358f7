import { from, Observable, type ObservableInput } from 'rxjs';
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
  const listen = listener(when);
  return (source) =>
    withPolicy(source, {
      begin: (record) => record.watch({ stop: listen((reason) => record.leave(reason)) }),
    }) ?? leaveSource(source, listen);
}

type Listen = (cancel: (reason: LeaveReason) => void) => () => void;

function listener(when: AbortSignal | ObservableInput<unknown>): Listen {
  if (isAbortSignal(when)) {
    const aborted: LeaveReason = (delivery) => new TxCanceledError(delivery, 'its signal was aborted', { cause: when.reason });
    return (cancel) => onAbort(when, () => cancel(aborted));
  }
  let notifier: Observable<unknown>;
  try {
    notifier = from(when);
  } catch (cause) {
    throw new TypeError(`when is ${show(when)}; expected an AbortSignal or something that RxJS can subscribe`, { cause });
  }
  return (cancel) => {
    const notified: LeaveReason = (delivery) => new TxCanceledError(delivery, 'its notifier emitted');
    const subscription = notifier.subscribe({
      next: () => {
        subscription?.unsubscribe();
        cancel(notified);
      },
      error: (cause: unknown) => cancel((delivery) => new TxCanceledError(delivery, 'its notifier failed', { cause })),
    }) as { unsubscribe(): void } | undefined;
    return () => subscription?.unsubscribe();
  };
}

function isAbortSignal(value: unknown): value is AbortSignal {
  const { aborted, addEventListener } = (value ?? {}) as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
}
