import type { Observable, SchedulerLike, Subscription } from 'rxjs';
import type { Guard } from './Guard';

/** Calls a handler for an interrupt line. An interrupt inside a guarded sequence is handled later, asynchronously. */
export class GuardedLine {
  private subscription: Subscription | undefined;
  private pendingRun: Subscription | undefined;

  constructor(
    private readonly interrupts$: Observable<unknown>,
    private readonly guard: Guard,
    private readonly asap: SchedulerLike,
    private readonly handle: () => void,
    private readonly failed: (reason: unknown) => void,
  ) {}

  listen(): void {
    if (this.subscription?.closed === false) return;
    // Guarded: a line may emit inside subscribe(), when nothing is ready to handle it.
    this.guard.run(() => {
      this.subscription = this.interrupts$.subscribe({
        next: () => (this.guard.entered ? this.runLater() : this.run()),
        error: (reason: unknown) => this.failed(reason),
        complete: () => this.failed(new Error('the interrupt line has ended')),
      });
    });
  }

  ignore(): void {
    this.subscription?.unsubscribe();
    this.pendingRun?.unsubscribe();
    this.subscription = this.pendingRun = undefined;
  }

  runLater(): void {
    this.pendingRun ??= this.asap.schedule(() => {
      this.pendingRun = undefined;
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
