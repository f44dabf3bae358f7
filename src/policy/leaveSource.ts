import { Observable, Subject, takeUntil } from 'rxjs';
import type { LeaveReason } from '../core/LeaveReason';
import { leaveWith } from './leaveScope';

/**
 * Mirrors a source until `watch` says to leave it. Then the source is unsubscribed with that reason, and the subscriber gets its error.
 *
 * Written by hand because order matters: every composition of RxJS operators notifies the subscriber first and unsubscribes the source
 * after that, so the sender would hear of it before its own report.
 */
export function leaveSource<T>(source: Observable<T>, watch: (leave: (makeError: LeaveReason) => void) => () => void): Observable<T> {
  return new Observable<T>((subscriber) => {
    const stop = new Subject<void>();
    let state: 'watching' | 'subscribed' | 'left' = 'watching';
    // Watched before the source is subscribed: a reason that is there at once leaves a message that was never sent.
    const unwatch = watch((makeError) => {
      const unsent = state === 'watching';
      state = 'left';
      subscriber.error(unsent ? makeError('not-sent') : leaveWith(makeError, () => stop.next()));
    });
    subscriber.add(unwatch);
    if (subscriber.closed) return;
    state = 'subscribed';
    subscriber.add(() => stop.next());
    // By way of takeUntil: it can stop a source that emits without end while it is being subscribed.
    source.pipe(takeUntil(stop)).subscribe({
      next: (value) => subscriber.next(value),
      error: (error: unknown) => subscriber.error(error),
      complete: () => {
        if (state !== 'left') subscriber.complete();
      },
    });
  });
}
