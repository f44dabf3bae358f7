import { asapScheduler, Observable, Subject, type SchedulerLike, type Subscription } from 'rxjs';
import { nextTurn } from '../../threads/nextTurn';

/** What a line that nobody silences may do before the event loop has its turn. */
const MOST_IN_A_ROW = 100;

/** What a line needs to know of the memory behind it. */
export interface LineSource {
  asserted(): boolean;
  /** It is about to be emitted: a cause that lasts only until then is over. */
  taken(): void;
  /** Gets ready to be told from elsewhere; false where that has happened meanwhile. */
  arm(): boolean;
  disarm(): void;
  /** Somebody listens, and is to be told from elsewhere by `wake`. */
  start(wake: () => void): void;
  /** Nobody listens any more. */
  stop(): void;
}

/**
 * A level-triggered interrupt line: as long as it is asserted and somebody listens, its listeners are called again and again, one turn
 * after the other, never from inside a register access.
 */
export class InterruptLine {
  readonly interrupts$ = new Observable<void>((subscriber) => {
    subscriber.add(() => {
      if (--this.listeners === 0) this.stop();
    });
    // The first one: also what has been asserted all along is told.
    if (this.listeners++ === 0) {
      this.source.start(() => this.wake());
      this.check();
    }
    return this.handlers.subscribe(subscriber);
  });

  private readonly handlers = new Subject<void>();
  private listeners = 0;
  private turn: Subscription | undefined;
  private running = false;
  private inARow = 0;

  constructor(
    private readonly source: LineSource,
    private readonly scheduler: SchedulerLike | undefined,
  ) {}

  /** Something was written. */
  written(): void {
    if (this.listeners > 0 && this.turn === undefined && !this.running && this.source.asserted()) this.check();
  }

  private wake(): void {
    if (this.listeners > 0 && this.turn === undefined) this.check();
  }

  private stop(): void {
    this.turn?.unsubscribe();
    this.turn = undefined;
    this.source.disarm();
    this.source.stop();
  }

  private check(): void {
    this.turn ??= (this.scheduler ?? asapScheduler).schedule(() => {
      this.turn = undefined;
      this.run();
    });
  }

  private run(): void {
    const { source } = this;
    source.disarm();
    if (source.asserted()) {
      source.taken();
      this.running = true;
      this.handlers.next();
      this.running = false;
      if (source.asserted()) return this.again();
    }
    this.inARow = 0;
    // A handler may have been the last to listen.
    if (this.listeners > 0 && (!source.arm() || source.asserted())) this.check();
  }

  private again(): void {
    if (this.listeners === 0) return;
    if (this.scheduler !== undefined || ++this.inARow < MOST_IN_A_ROW) return this.check();
    this.inARow = 0;
    nextTurn(() => this.wake());
  }
}
