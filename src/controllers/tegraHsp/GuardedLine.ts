import type { Observable, SchedulerLike, Subscription } from 'rxjs';

/** Access sequences that no interrupt may come into, whatever line it is of. */
export class Guard {
  private depth = 0;

  get entered(): boolean {
    return this.depth > 0;
  }

  run<T>(work: () => T): T {
    this.depth++;
    try {
      return work();
    } finally {
      this.depth--;
    }
  }
}

/** Calls a handler for an interrupt line; what comes inside a guarded sequence is put off to a turn of its own. */
export class GuardedLine {
  private subscription: Subscription | undefined;
  private later: Subscription | undefined;

  constructor(
    private readonly interrupts$: Observable<unknown>,
    private readonly guard: Guard,
    private readonly scheduler: SchedulerLike,
    private readonly handle: () => void,
    private readonly failed: (reason: unknown) => void,
  ) {}

  listen(): void {
    if (this.subscription?.closed === false) return;
    // Guarded: a line that emits at once finds nobody ready.
    this.guard.run(() => {
      this.subscription = this.interrupts$.subscribe({
        next: () => (this.guard.entered ? this.request() : this.run()),
        error: (reason: unknown) => this.failed(reason),
        complete: () => this.failed(new Error('the interrupt line has ended')),
      });
    });
  }

  ignore(): void {
    this.subscription?.unsubscribe();
    this.later?.unsubscribe();
    this.subscription = this.later = undefined;
  }

  /** Has the handler called in a turn of its own. */
  request(): void {
    this.later ??= this.scheduler.schedule(() => {
      this.later = undefined;
      this.run();
    });
  }

  private run(): void {
    try {
      this.guard.run(this.handle);
    } catch (error) {
      this.failed(error);
    }
  }
}
