import { Observable, Subject, takeUntil } from 'rxjs';
import { assertFunction } from '../contract/checks';
import { captured, ContextPolicy, inside, type RunInContext } from '../policy/ContextPolicy';
import { withPolicy } from '../Transmission';

export type { RunInContext } from '../policy/ContextPolicy';

/**
 * Notifies a subscriber in the context in which it subscribed, not in that of whatever brought the outcome.
 *
 * Outcomes come from timers and links that many senders share, so from somebody else's `AsyncLocalStorage` store or zone. Unlike `observeOn` it
 * adds no delay.
 *
 * Applied to what `channel.send()` returns it gives a `Transmission` again, so it stacks with `txTimeout` and `txCancel` in any order. It works on
 * any other Observable, too.
 *
 * **Cancellation**: changes nothing. Teardowns run in the context of whoever unsubscribes.
 *
 * @typeParam T - The values.
 * @param capture - Called at each subscription. Returns what calls a function inside the context that is current then. Where that throws, or does
 *   not call the function at once, the function is called all the same, outside of the context.
 * @returns An operator that mirrors its source. If `capture` throws or returns no function, nothing is subscribed or sent; on a `Transmission`
 *   that is a `TxFailedError`, not sent.
 * @throws TypeError - if `capture` is no function.
 * @example With AsyncLocalStorage
 * {@includeCode ../../test/unit/operators/inContext.test.ts#example}
 */
export function inContext(capture: () => RunInContext): <T>(source: Observable<T>) => Observable<T> {
  assertFunction('capture', capture);
  const policy = new ContextPolicy(capture);
  return (source) => withPolicy(source, policy) ?? mirror(source, capture);
}

function mirror<T>(source: Observable<T>, capture: () => RunInContext): Observable<T> {
  return new Observable((subscriber) => {
    const observer = inside(captured(capture), subscriber);
    const stop = new Subject<void>();
    subscriber.add(() => stop.next());
    // By way of takeUntil: it can stop a source that emits without end while it is being subscribed.
    source.pipe(takeUntil(stop)).subscribe({
      ...observer,
      error: (error: unknown) => observer.error?.(error),
      // Who has left enters no context any more.
      complete: () => {
        if (!subscriber.closed) observer.complete?.();
      },
    });
  });
}
