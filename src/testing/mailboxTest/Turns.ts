import { defer, dematerialize, materialize, Observable, switchMap, type Subscriber } from 'rxjs';

/** Lets one piece of work go on at a time, in the order in which they were subscribed. */
export class Turns {
  /** The first has its turn, the others wait. */
  private readonly queue: Subscriber<void>[] = [];

  private readonly turn$ = new Observable<void>((subscriber) => {
    const { queue } = this;
    queue.push(subscriber);
    if (queue[0] === subscriber) subscriber.next();
    return () => {
      const hadTurn = queue[0] === subscriber;
      queue.splice(queue.indexOf(subscriber), 1);
      if (hadTurn) queue[0]?.next();
    };
  });

  /** The work, when it is its turn. **Cancellation**: whoever leaves gives its turn, or its place, away. */
  take<T>(work: () => Observable<T>): Observable<T> {
    // The outcome is carried as a value, so that it ends the turn as well.
    return this.turn$.pipe(
      switchMap(() => defer(work).pipe(materialize())),
      dematerialize(),
    );
  }
}
