import { defer, dematerialize, materialize, Observable, switchMap, type Subscriber } from 'rxjs';

/** Runs one piece of work at a time, in the order of subscription. */
export class OneAtATime {
  /** The first one runs, the others wait. */
  private readonly queue: Subscriber<void>[] = [];

  /** Emits when it is first in the queue; leaves the queue when unsubscribed. */
  private readonly place$ = new Observable<void>((subscriber) => {
    const { queue } = this;
    queue.push(subscriber);
    if (queue[0] === subscriber) subscriber.next();
    return () => {
      const wasFirst = queue[0] === subscriber;
      queue.splice(queue.indexOf(subscriber), 1);
      if (wasFirst) queue[0]?.next();
    };
  });

  /** Runs the work when those before it have ended. **Cancellation**: unsubscribing stops it, or removes it from the queue. */
  run<T>(work: () => Observable<T>): Observable<T> {
    // Materialized, so that the end of the work ends the outer observable and leaves the queue. `place$` never completes.
    return this.place$.pipe(
      switchMap(() => defer(work).pipe(materialize())),
      dematerialize(),
    );
  }
}
