import { asapScheduler, Observable, Subject, type SchedulerLike, type Subscription } from 'rxjs';
import { yieldToEventLoop } from '../../threads/yieldToEventLoop';

/** How often a line that stays asserted may emit before the event loop gets to run. */
const MOST_IN_A_ROW = 100;

/** What a line needs to know about the memory behind it. */
export interface LineSource {
  asserted(): boolean;
  /** Ends a cause that lasts for one emission only. */
  beforeInterrupt(): void;
  /** Prepares to be woken by another thread; false if that has happened meanwhile. */
  arm(): boolean;
  disarm(): void;
  /** The line has its first listener; `wake` is what another thread calls. */
  start(wake: () => void): void;
  /** The line has lost its last listener. */
  stop(): void;
}

/**
 * A level-triggered interrupt line: while it is asserted, its listeners are called again and again, but never from inside a register
 * access.
 */
export class InterruptLine {
  readonly interrupts$ = new Observable<void>((subscriber) => {
    subscriber.add(() => {
      if (--this.listeners === 0) this.stop();
    });
    // The line may have been asserted before anybody listened.
    if (this.listeners++ === 0) {
      this.source.start(() => this.wake());
      this.checkSoon();
    }
    return this.handlers.subscribe(subscriber);
  });

  private readonly handlers = new Subject<void>();
  private listeners = 0;
  private pendingCheck: Subscription | undefined;
  private emitting = false;
  private inARow = 0;

  constructor(
    private readonly source: LineSource,
    private readonly scheduler: SchedulerLike | undefined,
  ) {}

  /** This thread has written to the memory. */
  afterWrite(): void {
    if (this.listeners > 0 && this.pendingCheck === undefined && !this.emitting && this.source.asserted()) this.checkSoon();
  }

  private wake(): void {
    if (this.listeners > 0 && this.pendingCheck === undefined) this.checkSoon();
  }

  private stop(): void {
    this.pendingCheck?.unsubscribe();
    this.pendingCheck = undefined;
    this.source.disarm();
    this.source.stop();
  }

  private checkSoon(): void {
    this.pendingCheck ??= (this.scheduler ?? asapScheduler).schedule(() => {
      this.pendingCheck = undefined;
      this.check();
    });
  }

  private check(): void {
    const { source } = this;
    source.disarm();
    if (source.asserted()) {
      source.beforeInterrupt();
      this.emitting = true;
      this.handlers.next();
      this.emitting = false;
      if (source.asserted()) return this.checkAgain();
    }
    this.inARow = 0;
    // A handler may have been the last listener.
    if (this.listeners > 0 && (!source.arm() || source.asserted())) this.checkSoon();
  }

  private checkAgain(): void {
    if (this.listeners === 0) return;
    if (this.scheduler !== undefined || ++this.inARow < MOST_IN_A_ROW) return this.checkSoon();
    this.inARow = 0;
    yieldToEventLoop(() => this.wake());
  }
}
