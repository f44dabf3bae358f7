import type { Observable, ObservableInput } from 'rxjs';
import { NotifierPolicy } from '../policy/NotifierPolicy';
import { isAbortSignal, SignalPolicy } from '../policy/SignalPolicy';
import { leaveSource } from '../policy/leaveSource';
import { withPolicy } from '../Transmission';
import type { TxReceipt } from '../contract/TxReceipt';

/**
 * Cancels a transmission when an abort signal fires or another Observable emits.
 *
 * Unlike `takeUntil`, which completes silently, it fails with an error that says whether the message may have been sent. Where the signal
 * is aborted already, or the other Observable emits at once, nothing is sent at all and no report is made.
 *
 * Applied to what `channel.send()` returns it gives a `Transmission` again, so it stacks with `txTimeout` in any order. There a signal that is
 * aborted inside `next` changes nothing any more: the receipt is followed by the completion. Behind other operators it is followed by the
 * error.
 *
 * One signal or notifier may cancel many messages: none of those that wait is handed over in the slot that another one leaves.
 *
 * **Cancellation**: unsubscribing removes the listener; a signal that lives long keeps one listener however many sends it watches, and
 * none once they have settled.
 *
 * @param when - An `AbortSignal`, or anything that RxJS can subscribe: its first value cancels, its error cancels with that error as
 *   `cause`, its completion alone does not.
 * @returns An operator that mirrors its source. Error: `TxCanceledError`; `cause` is the signal's reason.
 * @throws TypeError - if `when` is neither.
 * @example Cancel with an AbortSignal
 * {@includeCode ../../test/unit/operators/txCancel.test.ts#example}
 * @see Linux has no counterpart: a message cannot be taken back
 */
export function txCancel(
  when: AbortSignal | ObservableInput<unknown>,
): <R extends TxReceipt<unknown>>(source: Observable<R>) => Observable<R> {
  const policy = isAbortSignal(when) ? new SignalPolicy(when) : new NotifierPolicy('when', when);
  return (source) => withPolicy(source, policy) ?? leaveSource(source, (leave) => policy.listen(leave));
}
