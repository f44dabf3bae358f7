import type { SchedulerLike, Unsubscribable } from 'rxjs';

interface Delayed<E> {
  readonly event: E;
  readonly timer: Unsubscribable;
}

/** Events on their way, oldest first: passes each on at once or later, in order or not. */
export class DelayLine<E> {
  private readonly delayed = new Set<Delayed<E>>();
  /** Passed on as soon as another event has overtaken it. */
  private overtaken: Delayed<E> | undefined;
  /** When the latest event is due. */
  private latest = 0;

  constructor(
    private readonly scheduler: SchedulerLike,
    private readonly inOrder: boolean,
    private readonly emit: (event: E) => void,
  ) {}

  get empty(): boolean {
    return this.delayed.size === 0;
  }

  /** @param ms - Milliseconds. Where order is kept, an event waits at least as long as those ahead of it. */
  pass(event: E, ms = 0): void {
    const wait = this.inOrder && !this.empty ? Math.max(ms, this.latest - this.scheduler.now()) : ms;
    if (wait > 0 || (this.inOrder && !this.empty)) return void this.delay(event, wait);
    const { overtaken } = this;
    this.overtaken = undefined;
    this.emit(event);
    if (overtaken && this.delayed.has(overtaken)) this.release(overtaken);
  }

  /** Lets the next event overtake this one, if it comes within `ms` milliseconds. */
  letPass(event: E, ms: number): void {
    this.overtaken = this.delay(event, ms);
  }

  /** Passes everything on now. */
  flush(): void {
    // A copy: events that are added from inside `emit` are not flushed.
    for (const delayed of [...this.delayed]) this.release(delayed);
  }

  clear(): void {
    for (const { timer } of this.delayed) timer.unsubscribe();
    this.delayed.clear();
    this.overtaken = undefined;
  }

  private delay(event: E, ms: number): Delayed<E> {
    this.latest = this.scheduler.now() + ms;
    const delayed: Delayed<E> = { event, timer: this.scheduler.schedule(() => this.due(delayed), ms) };
    this.delayed.add(delayed);
    return delayed;
  }

  private due(delayed: Delayed<E>): void {
    if (!this.inOrder) return this.release(delayed);
    // Timers that are due together may fire in any order, so those ahead go first.
    for (const earlier of [...this.delayed]) {
      this.release(earlier);
      if (earlier === delayed) return;
    }
  }

  private release(delayed: Delayed<E>): void {
    if (!this.delayed.delete(delayed)) return;
    delayed.timer.unsubscribe();
    this.emit(delayed.event);
  }
}
