import { Observable, type Observer, type Subscription } from 'rxjs';

/** Keeps calling its subscriber after it has unsubscribed. RxJS prevents that in every Observable, so `subscribe` is replaced. */
export class UnstoppableObservable<T> extends Observable<T> {
  constructor(private readonly start: (observer: Observer<T>) => Subscription) {
    super();
  }

  override subscribe(observer?: Partial<Observer<T>> | ((value: T) => void) | null): Subscription {
    const { next, error, complete } = typeof observer === 'function' ? { next: observer } : (observer ?? {});
    return this.start({
      next: (value) => next?.call(observer, value),
      error: (reason) => error?.call(observer, reason),
      complete: () => complete?.call(observer),
    });
  }
}
