import { asyncScheduler, defer, from, Observable, Subscription, tap, type ObservableInput, type Observer, type SchedulerLike } from 'rxjs';
import type { Correlation } from '../../contract/MailboxController';
import type { TxDoneMethod } from '../../contract/TxDoneMethod';
import type { LinkEvent, TxDoneResult } from '../../contract/LinkEvent';
import type { MailboxLink } from '../../contract/MailboxLink';
import type { ReadyChannels } from '../../contract/ReadyChannels';
import type { PollAnswer } from './Polled';
import { givenLink } from './givenLink';
import { LinkRecord } from './LinkRecord';
import { playOn } from './playOn';
import type { ScriptStep } from './script';
import { SendAnswers } from './SendAnswers';
import { takeStep } from './takeStep';
import { UnstoppableObservable } from './UnstoppableObservable';

// The options stand here, not beside the controller: their callbacks are given a link, and two files would import each other.
/**
 * Options of a {@link ScriptedController}; the controller and its links lack every property that is left out.
 *
 * @typeParam Tx - Messages to send.
 * @typeParam Rx - Messages received.
 * @typeParam Ack - What a tx-done carries.
 */
export interface ScriptedOptions<Tx, Rx, Ack> {
  /** Default `'scripted'`. */
  name?: string;
  /** Default 1. */
  channelCount?: number;
  /** Default `'irq'`. A link whose method is `'poll'` has a `lastTxDone`. */
  txDone?: TxDoneMethod;
  /** Gives each link a method of its own, by its channel. */
  linkTxDone?: (index: number) => TxDoneMethod;
  /** Default `'tagged'`. */
  correlation?: Correlation;
  /** Messages in flight on a channel. A function is asked each time, so the window may change. */
  window?: number | (() => number);
  /** Messages in flight over all channels; a function is asked each time. */
  sharedWindow?: number | (() => number);
  /** Chooses the channel that goes next. */
  nextChannel?: (ready: ReadyChannels) => number | undefined;
  /** Milliseconds. */
  txPollPeriod?: number;
  /** Milliseconds or `Infinity`. */
  quarantine?: number;
  /** Turns what the application asks for into a channel index. */
  translate?: (which: number | string) => number;
  /** Called from inside `sendData` when a message has been accepted. It may emit the tx-done at once; what it throws, `sendData` throws. */
  onSend?: (message: Tx, token: number, link: ScriptedLink<Tx, Rx, Ack>) => void;
  /** Called when `events$` is being subscribed; for events that a link emits during startup. */
  onStart?: (link: ScriptedLink<Tx, Rx, Ack>) => void;
  /** Gives links an `abort`. */
  abort?: boolean;
  /** Gives links a `reset`. */
  reset?: () => ObservableInput<unknown>;
  /** Gives links a `flush`; `limit` is in milliseconds. */
  flush?: (limit: number) => ObservableInput<unknown>;
  /** Gives links a `peekData`. */
  peekData?: () => boolean;
  /** Merged into `events$` while that is subscribed; its error and completion are those of `events$`. */
  script?: Observable<ScriptStep<Rx, Ack>>;
  /** Breaks the contract: what a link emits after it was unsubscribed still reaches the subscriber. */
  talksAfterShutdown?: boolean;
  /** The clock of the `at` fields; default: that of the mailbox. */
  scheduler?: SchedulerLike;
}

/**
 * One channel of a {@link ScriptedController}: it does nothing by itself, records every call, and emits what the test tells it to.
 *
 * `lastTxDone`, `flush`, `abort`, `reset` and `peekData` exist only when the options ask for them.
 *
 * @typeParam Tx - Messages to send.
 * @typeParam Rx - Messages received.
 * @typeParam Ack - What a tx-done carries.
 */
export class ScriptedLink<Tx, Rx, Ack> extends LinkRecord<Tx, Ack> {
  /** Subscribing starts the link up, unsubscribing shuts it down. */
  readonly events$: Observable<LinkEvent<Rx, Ack>>;
  /** Answers what `setLastTxDone` has set, else `false`. */
  declare readonly lastTxDone?: (token: number) => PollAnswer<Ack>;
  /** As the option says. */
  declare readonly peekData?: () => boolean;
  /** Records the limit, then does what the option says. */
  declare readonly flush?: (limit: number) => ObservableInput<unknown>;
  /** Records the token. */
  declare readonly abort?: (token: number) => void;
  /** Does what the option says; when that completes, nothing is outstanding. */
  declare readonly reset?: () => ObservableInput<unknown>;

  private observer: Observer<LinkEvent<Rx, Ack>> | undefined;
  private readonly answers = new SendAnswers();
  private given: MailboxLink<Tx, Rx, Ack> | undefined;

  constructor(
    /** Which channel. */
    readonly index: number,
    private readonly options: ScriptedOptions<Tx, Rx, Ack>,
    private readonly scheduler: SchedulerLike = asyncScheduler,
  ) {
    super();
    const start = (observer: Observer<LinkEvent<Rx, Ack>>): Subscription => this.start(observer);
    this.events$ = options.talksAfterShutdown ? new UnstoppableObservable(start) : new Observable(start);
    const { flush, reset, peekData } = options;
    if (this.method === 'poll') this.lastTxDone = (token) => this.answerPoll(token);
    if (options.abort) this.abort = (token) => void this.aborted.push(token);
    if (peekData) this.peekData = peekData;
    if (flush) this.flush = (limit) => (this.flushed.push(limit), flush(limit));
    if (reset) this.reset = () => defer(() => (this.resets++, from(reset()))).pipe(tap({ complete: () => this.dropOutstanding() }));
  }

  /**
   * What the mailbox is given. Apart, because the `txDone` of a link is its method, and here it is what a test calls.
   *
   * It is read when it is used, so a test may replace what this link does at any time.
   */
  asLink(): MailboxLink<Tx, Rx, Ack> {
    return (this.given ??= givenLink(this, this.options.linkTxDone?.(this.index)) as MailboxLink<Tx, Rx, Ack>);
  }

  /** Accepts and records the message, unless it was told to refuse it or to throw. */
  sendData(message: Tx, token: number): 'accepted' | 'busy' {
    const attempt = { message, token, at: this.now() };
    const answer = this.answers.next();
    if (answer === 'busy') {
      this.refused.push(attempt);
      return answer;
    }
    this.sent.push(attempt);
    // Before `onSend`, which may emit the tx-done at once, as a fast controller does.
    this.outstanding.push(attempt);
    this.options.onSend?.(message, token, this);
    return answer;
  }

  /** Emits the tx-done of this message; without a token, one that names no message. On a `'poll'` link no mailbox expects this event. */
  txDone(done: TxDoneResult<Ack> & { token?: number } = {}): void {
    this.removeOutstanding(done.token);
    this.emit({ type: 'txDone', ...done });
  }

  /** Reports, in the way of this link, that the oldest outstanding message has been taken; see {@link ScriptStep}. */
  txDoneOldest(done: TxDoneResult<Ack> = {}): void {
    const oldest = this.outstanding[0];
    if (oldest === undefined) return this.txDone(done);
    if (this.method === 'poll') {
      // A message whose answer is set stays outstanding until it is polled: set the answer of the next one.
      const next = this.outstanding.find(({ token }) => !this.pollAnswers.has(token)) ?? oldest;
      return this.setLastTxDone(next.token, 'ack' in done || 'error' in done ? done : true);
    }
    if (this.options.correlation === 'tagged') return this.txDone({ token: oldest.token, ...done });
    this.txDone(done);
  }

  /** Delivers a message from the other side. */
  received(message: Rx): void {
    this.emit({ type: 'received', message });
  }

  /** Accepts messages again, and emits `ready`. */
  ready(): void {
    this.answers.refuse(0);
    this.emit({ type: 'ready' });
  }

  /** Loses the transport, and every outstanding message with it. */
  down(reason?: unknown): void {
    this.dropOutstanding();
    this.emit(reason === undefined ? { type: 'down' } : { type: 'down', reason });
  }

  /** Gives a message back that it had accepted, and emits `refused`. */
  giveBack(token: number, error?: unknown): void {
    this.removeOutstanding(token);
    this.emit(error === undefined ? { type: 'refused', token } : { type: 'refused', token, error });
  }

  /** Gives the oldest outstanding message back; does nothing where there is none. */
  giveBackOldest(error?: unknown): void {
    const [oldest] = this.outstanding;
    if (oldest !== undefined) this.giveBack(oldest.token, error);
  }

  /** Emits `progress`: of this message, or of the oldest in flight. */
  progress(token?: number): void {
    this.emit(token === undefined ? { type: 'progress' } : { type: 'progress', token });
  }

  /** Brings the transport back. */
  up(): void {
    this.emit({ type: 'up' });
  }

  /** Emits any event as it is; changes neither `outstanding` nor the refusals. */
  emit(event: LinkEvent<Rx, Ack>): void {
    this.startedObserver().next(event);
  }

  /** Ends `events$` with an error. */
  fail(error: unknown): void {
    this.startedObserver().error(error);
  }

  /** Ends `events$` with a completion. */
  end(): void {
    this.startedObserver().complete();
  }

  /** Answers `'busy'` to the next attempts, `times` of them. */
  refuse(times = 1): void {
    this.answers.refuse(times);
  }

  /** Answers `'busy'` until `ready()`. */
  refuseUntilReady(): void {
    this.answers.refuse(Infinity);
  }

  /** Throws this from the next attempts, `times` of them. */
  throwOnSend(error: unknown, times = 1): void {
    this.answers.throwNext(error, times);
  }

  /** Does one step of a script. */
  step(step: ScriptStep<Rx, Ack>): void {
    takeStep(this, step);
  }

  private get method(): TxDoneMethod | undefined {
    return this.options.linkTxDone?.(this.index) ?? this.options.txDone;
  }

  private start(observer: Observer<LinkEvent<Rx, Ack>>): Subscription {
    this.started++;
    this.observer = observer;
    const running = new Subscription(() => this.stopped++);
    this.options.onStart?.(this);
    // Last: a script that emits synchronously needs the link started.
    running.add(this.options.script?.subscribe(playOn(() => this)));
    return running;
  }

  private startedObserver(): Observer<LinkEvent<Rx, Ack>> {
    if (this.observer === undefined) throw new Error(`${this.options.name}: channel ${this.index} is not started`);
    return this.observer;
  }

  protected override now(): number {
    return (this.options.scheduler ?? this.scheduler).now();
  }
}
