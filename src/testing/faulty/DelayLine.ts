import type { SchedulerLike, Unsubscribable } from 'rxjs';

interface Held<E> {
  readonly event: E;
  readonly timer: Unsubscribable;
}

/** What is on its way, oldest first: passes events on, at once or later, in order or not. */
export class DelayLine<E> {
  private readonly held = new Set<Held<E>>();
  /** Goes on as soon as another event has passed it. */
  private overtaken: Held<E> | undefined;
  private latest = 0;

  constructor(
    private readonly scheduler: SchedulerLike,
    private readonly inOrder: boolean,
    private readonly emit: (event: E) => void,
  ) {}

  get empty(): boolean {
    return this.held.size === 0;
  }

  /** @param ms - Milliseconds; in order, at least as many as those ahead of it still have to wait. */
  pass(event: E, ms = 0): void {
    const wait = this.inOrder && !this.empty ? Math.max(ms, this.latest - this.scheduler.now()) : ms;
    if (wait > 0 || (this.inOrder && !this.empty)) return void this.hold(event, wait);
    const { overtaken } = this;
    this.overtaken = undefined;
    this.emit(event);
    if (overtaken && this.held.has(overtaken)) this.release(overtaken);
  }

  /** Lets the next event go first, if one comes within `ms` milliseconds. */
  letPass(event: E, ms: number): void {
    this.overtaken = this.hold(event, ms);
  }

  /** Everything goes on now. */
  flush(): void {
    // Of now: what is caused by this is not part of it.
    for (const held of [...this.held]) this.release(held);
  }

  clear(): void {
    for (const { timer } of this.held) timer.unsubscribe();
    this.held.clear();
    this.overtaken = undefined;
  }

  private hold(event: E, ms: number): Held<E> {
    this.latest = this.scheduler.now() + ms;
    const held: Held<E> = { event, timer: this.scheduler.schedule(() => this.due(held), ms) };
    this.held.add(held);
    return held;
  }

  private due(held: Held<E>): void {
    if (!this.inOrder) return this.release(held);
    // Timers of the same moment may fire in any order.
    for (const earlier of [...this.held]) {
      this.release(earlier);
      if (earlier === held) return;
    }
  }

  private release(held: Held<E>): void {
    if (!this.held.delete(held)) return;
    held.timer.unsubscribe();
    this.emit(held.event);
  }
}
