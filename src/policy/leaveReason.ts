import { Observable, Subject, takeUntil } from 'rxjs';
import type { LeaveReason } from '../core/TxMachine';
import type { Delivery, MailboxError } from '../contract/errors';

/**
 * Why the subscriptions that are being unsubscribed right now are left.
 *
 * RxJS tells a source only "unsubscribed". An operator that gives up unsubscribes its source within {@link leaveWith}, however many
 * operators lie between; the records at the end of the chain find the reason here ({@link takeReason}), so that their reports carry the operator's own error.
 * Unsubscribing is synchronous, so this is a dynamic scope and not state.
 */
let current: LeaveReason | undefined;

/** Acts with the reason, which is out of scope meanwhile: what is told from there may unsubscribe others for reasons of its own. */
export function takeReason(act: (reason: LeaveReason | undefined) => void): void {
  const reason = current;
  current = undefined;
  try {
    act(reason);
  } finally {
    current = reason;
  }
}

/** Unsubscribes with a reason; returns the error that the records were given, for the operator's own subscriber. */
export function leaveWith(makeError: LeaveReason, unsubscribe: () => void): MailboxError {
  const made: Partial<Record<Delivery, MailboxError>> = {};
  let told: MailboxError | undefined;
  const outer = current;
  const reason: LeaveReason = (delivery) => told ?? (made[delivery] ??= makeError(delivery));
  current = reason;
  try {
    unsubscribe();
  } finally {
    current = outer;
  }
  // Of several messages the least certain one speaks for all. None: nothing is known of a message, as between two retries.
  // From then on a record that has been kept from asking, by a call into its link, gets what the subscriber got.
  return (told = made.unknown ?? made['not-sent'] ?? makeError('unknown'));
}

/**
 * Mirrors a source until `watch` says to leave it: then the source is unsubscribed with that reason, and the subscriber gets its error.
 *
 * Written by hand because order matters: every composition of RxJS operators tells the subscriber first and unsubscribes the source after,
 * so that the sender would hear of it before its own report.
 */
export function leaveSource<T>(source: Observable<T>, watch: (leave: (makeError: LeaveReason) => void) => () => void): Observable<T> {
  return new Observable<T>((subscriber) => {
    const stop = new Subject<void>();
    let state: 'watching' | 'subscribed' | 'left' = 'watching';
    // Watched before the source is subscribed: who says so at once leaves a message that was never sent.
    const unwatch = watch((makeError) => {
      const unsent = state === 'watching';
      state = 'left';
      subscriber.error(unsent ? makeError('not-sent') : leaveWith(makeError, () => stop.next()));
    });
    subscriber.add(unwatch);
    if (subscriber.closed) return;
    state = 'subscribed';
    subscriber.add(() => stop.next());
    // By way of takeUntil, which can stop a source that emits without end while it is being subscribed.
    source.pipe(takeUntil(stop)).subscribe({
      next: (value) => subscriber.next(value),
      error: (error: unknown) => subscriber.error(error),
      complete: () => {
        if (state !== 'left') subscriber.complete();
      },
    });
  });
}
