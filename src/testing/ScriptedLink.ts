import { asyncScheduler, defer, from, Observable, Subscription, tap, type ObservableInput, type Observer } from 'rxjs';
import type { LinkEvent, TxDoneResult } from '../contract/LinkEvent';
import type { MailboxLink } from '../contract/MailboxLink';
import type { ScriptStep } from './script';
import type { ScriptedOptions } from './ScriptedController';

/**
 * A message that a scripted link was handed.
 *
 * @typeParam Tx - Messages to send.
 */
export interface SentMessage<Tx> {
  /** The message, the very one that was sent. */
  readonly message: Tx;
  /** Its token. */
  readonly token: number;
  /** When, in milliseconds of the controller's scheduler; the frame, under a `TestScheduler`. */
  readonly at: number;
}

/** What `lastTxDone()` answers. */
export type PollAnswer<Ack> = boolean | TxDoneResult<Ack>;

/** One question. */
export interface Polled {
  /** The message asked about. */
  readonly token: number;
  /** When, in milliseconds of the controller's scheduler. */
  readonly at: number;
}

/**
 * One channel of a {@link ScriptedController}: does nothing by itself, remembers what it was asked, and says what the test tells it to.
 *
 * `lastTxDone`, `flush`, `abort`, `reset` and `peekData` are there only when the options ask for them.
 *
 * @typeParam Tx - Messages to send.
 * @typeParam Rx - Messages received.
 * @typeParam Ack - What a tx-done carries.
 */
export class ScriptedLink<Tx, Rx, Ack> implements MailboxLink<Tx, Rx, Ack> {
  readonly events$: Observable<LinkEvent<Rx, Ack>>;
  declare readonly lastTxDone?: (token: number) => PollAnswer<Ack>;
  declare readonly peekData?: () => boolean;
  declare readonly flush?: (limit: number) => ObservableInput<unknown>;
  declare readonly abort?: (token: number) => void;
  declare readonly reset?: () => ObservableInput<unknown>;

  /** Every message that was accepted, in order. */
  readonly sent: SentMessage<Tx>[] = [];
  /** Every attempt that was answered `'busy'`. */
  readonly refused: SentMessage<Tx>[] = [];
  /** Accepted and not taken yet, oldest first; empties on `down()` and when `reset` completes. An `'ack'` link never learns and keeps them. */
  readonly outstanding: SentMessage<Tx>[] = [];
  /** Tokens that `abort` was called with. */
  readonly aborted: number[] = [];
  /** Tokens that `lastTxDone` was asked about, and when. */
  readonly polled: Polled[] = [];
  /** What `lastTxDone` answers, by token; `false` for any other. */
  readonly pollAnswers = new Map<number, PollAnswer<Ack>>();
  /** Limits that `flush` was called with, in milliseconds. */
  readonly flushed: number[] = [];
  /** How often `reset` was subscribed. */
  resets = 0;
  /** How often `events$` was subscribed. */
  started = 0;
  /** How often `events$` was unsubscribed, which includes its own error and completion. */
  stopped = 0;

  readonly #options: ScriptedOptions<Tx, Rx, Ack>;
  #observer: Observer<LinkEvent<Rx, Ack>> | undefined;
  #refusals = 0;
  readonly #throws: unknown[] = [];

  constructor(
    /** Which channel. */
    readonly index: number,
    options: ScriptedOptions<Tx, Rx, Ack>,
  ) {
    this.#options = options;
    this.events$ = options.talksAfterShutdown
      ? new Unstoppable((observer) => this.#start(observer))
      : new Observable((o) => this.#start(o));
    const { flush, reset, peekData } = options;
    if (options.txDone === 'poll') this.lastTxDone = (token) => this.#answer(token);
    if (options.abort) this.abort = (token) => void this.aborted.push(token);
    if (peekData) this.peekData = peekData;
    if (flush) {
      this.flush = (limit) => {
        this.flushed.push(limit);
        return flush(limit);
      };
    }
    if (reset) this.reset = () => defer(() => (this.resets++, from(reset()))).pipe(tap({ complete: () => this.#forget() }));
  }

  sendData(message: Tx, token: number): 'accepted' | 'busy' {
    const entry = { message, token, at: this.#now() };
    if (this.#throws.length > 0) throw this.#throws.shift();
    if (this.#refusals > 0) {
      this.#refusals--;
      this.refused.push(entry);
      return 'busy';
    }
    this.sent.push(entry);
    // On the books before `onSend`, so that it can say tx-done at once, as a fast controller does.
    this.outstanding.push(entry);
    this.#options.onSend?.(message, token, this);
    return 'accepted';
  }

  /** Says tx-done of exactly this message, or without a token where none is given. On a `'poll'` link, too, this is an event: an unexpected one. */
  txDone(done: { token?: number; ack?: Ack; error?: unknown } = {}): void {
    this.#settle(done.token);
    this.emit({ type: 'txDone', ...done });
  }

  /** Says that the oldest outstanding message has been taken, by the means of this link; see {@link ScriptStep}. */
  txDoneOldest(done: { ack?: Ack; error?: unknown } = {}): void {
    const oldest = this.outstanding[0];
    if (oldest === undefined) return this.txDone(done);
    if (this.#options.txDone === 'poll') {
      // Already answered and not asked yet: the next one is meant.
      const next = this.outstanding.find(({ token }) => !this.pollAnswers.has(token)) ?? oldest;
      return this.setLastTxDone(next.token, 'ack' in done || 'error' in done ? done : true);
    }
    if (this.#options.correlation === 'tagged') return this.txDone({ token: oldest.token, ...done });
    this.txDone(done);
  }

  /** Sets what `lastTxDone` answers about this message from now on. */
  setLastTxDone(token: number, answer: PollAnswer<Ack>): void {
    this.pollAnswers.set(token, answer);
  }

  /** Delivers a message from the other side. */
  received(message: Rx): void {
    this.emit({ type: 'received', message });
  }

  /** Accepts messages again and says so. */
  ready(): void {
    this.#refusals = 0;
    this.emit({ type: 'ready' });
  }

  /** Loses the transport, and what is outstanding with it. */
  down(reason?: unknown): void {
    this.#forget();
    this.emit(reason === undefined ? { type: 'down' } : { type: 'down', reason });
  }

  /** Brings the transport back. */
  up(): void {
    this.emit({ type: 'up' });
  }

  /** Emits any event as it is; the books (`outstanding`, refusals) stay as they are. */
  emit(event: LinkEvent<Rx, Ack>): void {
    this.#started().next(event);
  }

  /** Ends `events$` with an error. */
  fail(error: unknown): void {
    this.#started().error(error);
  }

  /** Ends `events$` with a completion. */
  end(): void {
    this.#started().complete();
  }

  /** Answers `'busy'` to the next so many attempts. */
  refuse(times = 1): void {
    this.#refusals = times;
  }

  /** Answers `'busy'` until `ready()`. */
  refuseUntilReady(): void {
    this.#refusals = Infinity;
  }

  /** Throws this from the next so many attempts. */
  throwOnSend(error: unknown, times = 1): void {
    for (let i = 0; i < times; i++) this.#throws.push(error);
  }

  /** Does what one step of a script says. */
  step(step: ScriptStep<Rx, Ack>): void {
    switch (step.type) {
      case 'taken': {
        const { type: _, ...done } = step;
        return this.txDoneOldest(done);
      }
      case 'busy':
        return this.refuseUntilReady();
      case 'ready':
        return this.ready();
      case 'down':
        return this.down(step.reason);
      case 'txDone':
        this.#settle(step.token);
        return this.emit(step);
      case 'received':
      case 'up':
        return this.emit(step);
    }
  }

  #start(observer: Observer<LinkEvent<Rx, Ack>>): Subscription {
    this.started++;
    this.#observer = observer;
    const running = new Subscription(() => {
      this.stopped++;
    });
    this.#options.onStart?.(this);
    // Last: a script that speaks at once must find the link started.
    running.add(
      this.#options.script?.subscribe({
        next: (step) => this.step(step),
        error: (reason: unknown) => this.fail(reason),
        complete: () => this.end(),
      }),
    );
    return running;
  }

  #started(): Observer<LinkEvent<Rx, Ack>> {
    if (this.#observer === undefined) throw new Error(`${this.#options.name}: channel ${this.index} is not started`);
    return this.#observer;
  }

  #answer(token: number): PollAnswer<Ack> {
    this.polled.push({ token, at: this.#now() });
    const answer = this.pollAnswers.get(token) ?? false;
    if (answer !== false) this.#settle(token);
    return answer;
  }

  #settle(token: number | undefined): void {
    const at = token === undefined ? 0 : this.outstanding.findIndex((entry) => entry.token === token);
    if (at >= 0) this.outstanding.splice(at, 1);
  }

  #forget(): void {
    this.outstanding.length = 0;
  }

  #now(): number {
    return (this.#options.scheduler ?? asyncScheduler).now();
  }
}

/** An Observable whose subscriber keeps being called after it has unsubscribed, which no RxJS Observable does by itself. */
class Unstoppable<T> extends Observable<T> {
  readonly #start: (observer: Observer<T>) => Subscription;

  constructor(start: (observer: Observer<T>) => Subscription) {
    super();
    this.#start = start;
  }

  override subscribe(observer?: Partial<Observer<T>> | ((value: T) => void) | null): Subscription {
    const { next, error, complete } = typeof observer === 'function' ? { next: observer } : (observer ?? {});
    return this.#start({
      next: (value) => next?.call(observer, value),
      error: (reason) => error?.call(observer, reason),
      complete: () => complete?.call(observer),
    });
  }
}
