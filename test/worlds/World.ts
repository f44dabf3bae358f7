import { Subject, takeUntil, type Observable, type Subscriber } from 'rxjs';
import { Mailbox, txCancel, txTimeout, type Channel, type MailboxController, type TxReceipt } from 'rx-mailbox';
import { checkStep } from './checkStep';
import { Choices, USUAL } from './Choices';
import { enabled } from './enabled';
import { Judge } from './Judge';
import { Message, Sender, Signal, TxDone, type Outcome } from './Message';
import { MockLink } from './MockLink';
import { StepScheduler } from './StepScheduler';
import { Truth } from './Truth';
import { captureUnhandled, takeUnhandled } from './unhandled';
import { NotPossible } from './Violation';
import { Wire } from './Wire';
import type { PointKind, WorldSpec } from './WorldSpec';

/** The receivers' stream completes, and does not fail. */
const COMPLETED = Symbol('completed');

/** The real library between scripted senders and a scripted link, one step at a time, each step judged. */
export class World {
  readonly scheduler = new StepScheduler();
  readonly senders: readonly Sender[];
  readonly mailbox: Mailbox<Message, never, TxDone>;
  channel!: Channel<Message, never, TxDone>;
  link!: MockLink;
  wire!: Wire;
  truth!: Truth;
  judge!: Judge;
  mailboxClosed = false;
  ticking = false;
  /** In which call of the library, if in any. */
  inside: PointKind | undefined;
  /** What the streams ended with. */
  ended: { received: unknown; reports: boolean; events: boolean } = { received: undefined, reports: false, events: false };
  /** What the receivers' stream has to end with. */
  ending: unknown = COMPLETED;
  /** When there was last something to poll for. */
  pollable = 0;
  /** What handlers threw in this step: RxJS has to report exactly this. */
  thrown: unknown[] = [];
  choices = new Choices([], 0, false);

  /** @param strict - Check that what is to happen can happen; whoever takes it from {@link actions} and {@link choices} knows. */
  constructor(
    readonly spec: WorldSpec,
    private readonly strict = true,
  ) {
    this.senders = spec.senders.map((sender, i) => new Sender('abc'.charAt(i), sender));
    const controller: MailboxController<Message, never, TxDone> = {
      name: 'world',
      channelCount: 1,
      txDone: spec.method,
      correlation: spec.correlation,
      window: spec.window,
      ...(spec.period !== undefined && { txPollPeriod: spec.period }),
      open: () => this.link,
    };
    this.mailbox = new Mailbox(controller, { scheduler: this.scheduler });
    this.open();
  }

  get now(): number {
    return this.scheduler.frame;
  }

  /** Milliseconds between two questions, or attempts; 0 where there are none. */
  get period(): number {
    return this.spec.period ?? (this.spec.method === 'poll' ? 1 : 0);
  }

  get channelClosed(): boolean {
    return this.channel.closed;
  }

  get streamsEnded(): boolean {
    const { received, reports, events } = this.ended;
    return received !== undefined || reports || events;
  }

  get linkSubscribed(): boolean {
    return this.link.subscribed;
  }

  /** Everything that can happen next. */
  actions(): string[] {
    return enabled(this, this.spec.actions);
  }

  /**
   * Does one thing, and judges what comes of it.
   *
   * @param choices - What happens inside the calls that the library makes meanwhile, in their order.
   * @throws Violation, NotPossible
   */
  step(action: string, ...choices: readonly string[]): void {
    if (this.strict && !this.actions().includes(action)) throw new NotPossible(action);
    this.choices = new Choices(choices, this.spec.deviations ?? 1, this.strict);
    this.truth.events = [];
    this.truth.outcomes = [];
    this.truth.may = false;
    this.judge.traced = [];
    this.judge.attempts = 0;
    this.thrown = [];
    captureUnhandled(() => {
      this.perform(action);
      checkStep(this, takeUnhandled());
    });
    if (!this.choices.fit) throw new NotPossible([action, ...choices].join(' / '));
  }

  private perform(action: string): void {
    const space = action.indexOf(' ');
    const verb = space < 0 ? action : action.slice(0, space);
    const who = action.slice(space + 1);
    const { truth, link, channel } = this;
    switch (verb) {
      case 'send':
        return this.send(this.sender(who));
      case 'unsub':
        return this.unsubscribe(this.sender(who));
      case 'cancel':
        return this.cancel(this.sender(who));
      case 'tick':
        // A poll, or a slot whose quarantine is over, is an occasion to try a refused head again.
        truth.may = true;
        this.ticking = true;
        this.scheduler.tick();
        this.ticking = false;
        return;
      case 'done':
        return this.txDone(this.message(who), this.spec.correlation === 'tagged', false);
      case 'doneToken':
        return this.txDone(this.message(who), true, false);
      case 'fail':
        return this.txDone(this.message(who), this.spec.correlation === 'tagged', true);
      case 'stray':
        return this.stray(who);
      case 'ready':
        truth.act(() => truth.occasion());
        return link.emit({ type: 'ready' });
      case 'down': {
        const reason = new TxDone(undefined);
        truth.act(() => truth.down(reason));
        return link.emit({ type: 'down', reason });
      }
      case 'up':
        if (!truth.up) this.wire.up();
        truth.act(() => truth.goUp());
        return link.emit({ type: 'up' });
      case 'resetDone':
        return this.endReset(link.resets[0]!, false);
      case 'resetFail':
        return this.endReset(link.resets[0]!, true);
      case 'close':
        this.closing(undefined);
        return channel.close();
      case 'complete':
        if (!truth.closed) truth.completing = true;
        return channel.complete();
      case 'error': {
        const reason = new TxDone(undefined);
        if (!truth.closed) this.ending = reason;
        this.closing(reason);
        return channel.error(reason);
      }
      case 'linkError': {
        const reason = new TxDone(undefined);
        truth.act(() => {
          truth.dying = true;
          truth.down(reason);
        });
        return link.fail(reason);
      }
      case 'linkComplete':
        this.closing(undefined);
        return link.finish();
      case 'mailbox':
        this.mailboxClosed = true;
        this.closing(undefined);
        return this.mailbox.close();
      case 'reopen':
        return this.open();
      default:
        throw new Error(`no such action: ${action}`);
    }
  }

  private open(): void {
    const { spec } = this;
    this.wire = new Wire(spec);
    this.truth = new Truth(spec, this.wire, () => this.now);
    this.judge = new Judge(spec, this);
    this.link = new MockLink(this, spec.reset !== undefined, spec.startsDown ?? false);
    this.ended = { received: undefined, reports: false, events: false };
    this.ending = COMPLETED;
    this.channel = this.mailbox.requestChannel(0, {
      txQueueLength: spec.queue,
      ...(spec.quarantine !== undefined && { quarantine: spec.quarantine }),
      ...(spec.inside.txPrepare !== undefined && { txPrepare: (message) => this.prepare(message) }),
    });
    const { ended } = this;
    this.channel.subscribe({ error: (reason: unknown) => (ended.received = reason), complete: () => (ended.received = COMPLETED) });
    this.channel.txDone$.subscribe({
      next: (report) => {
        const message = this.judge.report(report);
        if (message.next && message.sender.current === message) message.sender.current = undefined;
        this.happen('report');
      },
      complete: () => (ended.reports = true),
    });
    if (spec.untraced) return;
    this.channel.events$.subscribe({
      next: (event) => {
        this.judge.event(event);
        this.happen('event');
      },
      complete: () => (ended.events = true),
    });
  }

  // --- what the application does -------------------------------------------------------------------------------------------------

  private send(sender: Sender): void {
    const { spec } = sender;
    const message = new Message(sender);
    sender.current = message;
    sender.subscription = sender.stop = sender.signal = undefined;
    this.truth.offer(message);
    if (spec.via === 'next') this.channel.next(message);
    else {
      let source: Observable<TxReceipt<TxDone>> = this.channel.send(message);
      if (spec.limit) source = source.pipe(txTimeout(spec.limit));
      if (spec.signal) source = source.pipe(txCancel((sender.signal = new Signal()) as unknown as AbortSignal));
      if (spec.via === 'piped') {
        const stop = new Subject<void>();
        sender.stop = () => stop.next();
        source = source.pipe(takeUntil(stop));
      }
      let received = false;
      const subscription = source.subscribe({
        next: (receipt) => {
          this.judge.receipt(message, receipt);
          received = true;
          this.happen('told');
        },
        error: (error: unknown) => {
          this.judge.failed(message, error);
          this.idle(message);
          this.happen('told');
        },
        complete: () => {
          // takeUntil completes a sender that stops.
          if (spec.via === 'piped' && message.gone) return;
          this.judge.completed(message, received);
          this.idle(message);
          this.happen('told');
        },
      });
      if (sender.current === message) sender.subscription = subscription;
    }
    this.judge.offered(message);
    if (message.state === 'refused') this.idle(message);
  }

  private unsubscribe(sender: Sender): void {
    const { current, stop, subscription } = sender;
    current!.gone = true;
    sender.current = undefined;
    this.leave(current!, { code: 'ECANCELED' });
    if (stop) stop();
    else subscription!.unsubscribe();
  }

  private cancel({ current, signal }: Sender): void {
    this.leave(current!, { code: 'ECANCELED', cause: signal!.reason });
    signal!.abort();
  }

  private leave(message: Message, why: { code: 'ECANCELED'; cause?: unknown }): void {
    const { truth } = this;
    if (message.state === 'undecided') truth.leave(message, why);
    else truth.act(() => truth.leave(message, why));
  }

  private closing(cause: unknown): void {
    const { truth } = this;
    if (truth.closed) return;
    truth.closed = true;
    truth.act(() => truth.end(cause));
  }

  private idle({ sender }: Message, message = sender.current): void {
    if (sender.current === message) sender.current = undefined;
  }

  // --- what the link does --------------------------------------------------------------------------------------------------------

  sendData(message: Message, token: number): 'accepted' | 'busy' {
    this.judge.sendData(message, token);
    return this.attempt(message, 'sendData', 'accepted');
  }

  private prepare(message: Message): void {
    this.judge.attempt(message);
    this.truth.preparing = message;
    this.attempt(message, 'txPrepare', 'prepared');
  }

  /** What happens inside, and then the answer. */
  private attempt<A extends 'accepted' | 'prepared'>(message: Message, kind: 'sendData' | 'txPrepare', usual: A): A | 'busy' {
    const choice = this.choices.choose(kind, usual, () => this.attempts(kind, usual));
    const plus = choice.indexOf('+');
    if (plus >= 0) this.perform(choice.slice(0, plus));
    const answer = choice.slice(plus + 1);
    if (answer === 'throw') {
      const thrown = new TxDone(undefined);
      this.truth.answered(message, { thrown });
      throw thrown;
    }
    if (answer !== 'prepared') this.truth.answered(message, answer as 'accepted' | 'busy');
    return answer as A | 'busy';
  }

  private attempts(kind: 'sendData' | 'txPrepare', usual: string): string[] {
    const { spec, truth } = this;
    const answers = [usual, ...(kind === 'sendData' ? spec.answers : (['throw'] as const))];
    const inner = this.innerActions(kind);
    const own = truth.handing && this.wire.label(truth.handing);
    // Without tokens a tx-done of a message that is refused could not be told from that of the next one.
    const claims = (action: string): boolean => spec.correlation !== 'tagged' && (action === `done ${own}` || action === `fail ${own}`);
    return answers.flatMap((answer) => [
      ...(answer === usual ? [] : [answer]),
      ...inner.filter((action) => answer === 'accepted' || !claims(action)).map((action) => `${action}+${answer}`),
    ]);
  }

  lastTxDone(token: number): boolean | { ack?: TxDone; error?: unknown } {
    const message = this.judge.asked(token);
    const answer = this.wire.taken.get(message);
    if (answer === undefined) return false;
    this.truth.txDone(message, token, 'ack' in answer ? answer : { code: 'EIO', delivery: 'sent', cause: answer.error });
    return answer;
  }

  abort(token: number): void {
    const message = this.judge.abort(token);
    const { wire, spec } = this;
    const outstanding = spec.method === 'irq' && wire.next(spec.correlation === 'tagged').includes(message);
    const choice = this.choices.choose('abort', USUAL, () => (spec.inside.abort ? ['throw', ...(outstanding ? ['done'] : [])] : []));
    if (choice === 'done') this.txDone(message, spec.correlation === 'tagged', false);
    // Advice that the link cannot take.
    if (choice === 'throw') throw new TxDone(undefined);
  }

  reset(reset: Subscriber<never>): void {
    const choice = this.choices.choose('resetLink', USUAL, () => (this.spec.inside.resetLink ? ['done', 'fail'] : []));
    if (choice !== USUAL) this.endReset(reset, choice === 'fail');
  }

  private endReset(reset: Subscriber<never>, fails: boolean): void {
    const { truth } = this;
    const reason = new TxDone(undefined);
    this.link.resetEnded(reset);
    truth.act(() => (fails ? truth.down(reason) : truth.releaseHeld()));
    if (fails) reset.error(reason);
    else reset.complete();
  }

  private txDone(message: Message, tagged: boolean, fails: boolean): void {
    const { truth, wire, spec } = this;
    const done = new TxDone(message);
    if (spec.method === 'poll') return void wire.taken.set(message, fails ? { error: done } : { ack: done });
    const outcome: Outcome = fails ? { code: 'EIO', delivery: 'sent', cause: done } : { ack: done };
    const token = tagged ? message.token! : undefined;
    truth.act(() => truth.txDone(message, token, outcome));
    this.tell(token, fails ? { error: done } : { ack: done });
  }

  private stray(which: string): void {
    const { truth, wire } = this;
    const done = { ack: new TxDone(undefined) };
    if (which === 'method') {
      const token = truth.slots[0]?.token;
      truth.act(() => truth.strayTxDone('unknownTxDone', token));
      return this.link.emit({ type: 'txDone', ...(token !== undefined && { token }), ...done });
    }
    const message = which === 'past' ? wire.past : which === 'head' ? truth.waiting[0] : undefined;
    const token = message ? message.token! : which === 'never' ? 1e9 : undefined;
    truth.act(() => truth.strayTxDone(message ? 'lateTxDone' : 'unknownTxDone', token));
    this.tell(token, done);
  }

  /** By the channel's own method. */
  private tell(token: number | undefined, result: { ack: TxDone } | { error: TxDone }): void {
    const event = { ...(token !== undefined && { token }), ...result };
    if (this.spec.method === 'ack') this.channel.acknowledge(event);
    else this.link.emit({ type: 'txDone', ...event });
  }

  // --- what happens inside the calls of the library ------------------------------------------------------------------------------

  private happen(kind: 'report' | 'told' | 'event'): void {
    const choice = this.choices.choose(kind, USUAL, () => (this.spec.inside[kind] ? ['throw', ...this.innerActions(kind)] : []));
    if (choice === USUAL) return;
    if (choice !== 'throw') return this.perform(choice);
    const error = new TxDone(undefined);
    this.thrown.push(error);
    throw error;
  }

  private innerActions(kind: PointKind): string[] {
    const outer = this.inside;
    this.inside = kind;
    const actions = enabled(this, this.spec.inside[kind] ?? []);
    this.inside = outer;
    return actions;
  }

  private sender(id: string): Sender {
    return this.senders.find((sender) => sender.id === id)!;
  }

  private message(label: string): Message {
    const { handing } = this.truth;
    return this.wire.find(label) ?? (handing !== undefined && this.wire.label(handing) === label ? handing : missing(label));
  }
}

function missing(label: string): never {
  throw new Error(`no tx-done of ${label} is outstanding`);
}
