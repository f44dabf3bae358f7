import './unhandled';
import { Mailbox, type Channel, type MailboxController } from 'rx-mailbox';
import { Application } from './Application';
import { checkStep } from './checkStep';
import { Choices, USUAL } from './Choices';
import { enabled } from './enabled';
import { Judge } from './Judge';
import type { JunkPromise } from './JunkPromise';
import { LinkSide } from './LinkSide';
import { Sender, TxDone, type Message } from './Message';
import { WorldLink } from './WorldLink';
import { StepScheduler } from '../../support/StepScheduler';
import { Truth } from './Truth';
import { captureUnhandled, forgetMicrotasks, runMicrotasks, takeUnhandled } from './unhandled';
import { timerOf } from './timers';
import { NotPossible, Violation } from './Violation';
import { Wire } from './Wire';
import type { PointKind, WorldSpec } from './WorldSpec';

/** A timer that is farther off is not waited for millisecond by millisecond. */
const FAR = 3;

/** The receivers' stream completes, and does not fail. */
const COMPLETED = Symbol('completed');

/** The real library between scripted senders and a scripted link, one step at a time, each step judged. */
export class World {
  readonly scheduler = new StepScheduler();
  readonly senders: readonly Sender[];
  readonly mailbox: Mailbox<Message, never, TxDone>;
  channel!: Channel<Message, never, TxDone>;
  link!: WorldLink;
  wire!: Wire;
  truth!: Truth;
  judge!: Judge;
  mailboxClosed = false;
  /** In which call of the library, if in any. */
  inside: PointKind | undefined;
  /** What the streams ended with. */
  ended: { received: unknown; reports: boolean; events: boolean } = { received: undefined, reports: false, events: false };
  /** What the receivers' stream has to end with. */
  ending: unknown = COMPLETED;
  /** Promises that callbacks returned in this step, and must not. */
  promises: JunkPromise[] = [];
  /** Who is still to be asked about in this round. */
  toAsk: Message[] = [];
  /** What handlers threw in this step: RxJS has to report exactly this. */
  thrown: unknown[] = [];
  choices = new Choices([], 0, false);
  private readonly application = new Application(this);
  private readonly linkSide = new LinkSide(this);

  /** @param strict - Check that what is to happen can happen; whoever takes it from {@link actions} and {@link choices} knows. */
  constructor(
    readonly spec: WorldSpec,
    private readonly strict = true,
  ) {
    this.senders = spec.senders.map((sender, i) => new Sender('abcdef'.charAt(i), sender));
    const controller: MailboxController<Message, never, TxDone> = {
      name: 'world',
      channelCount: 1,
      txDone: spec.method,
      correlation: spec.correlation,
      window: spec.window,
      ...(spec.period !== undefined && { txPollPeriod: spec.period }),
      open: () => this.link,
    };
    forgetMicrotasks();
    this.mailbox = new Mailbox(controller, { scheduler: this.scheduler });
    this.open();
  }

  get now(): number {
    return this.scheduler.frame;
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
    this.promises = [];
    this.toAsk = [];
    captureUnhandled(() => {
      this.perform(action);
      checkStep(this, takeUnhandled());
    });
    if (!this.choices.fit) throw new NotPossible([action, ...choices].join(' / '));
  }

  /** Does one thing, also from inside a call of the library. */
  perform(action: string): void {
    const space = action.indexOf(' ');
    const verb = space < 0 ? action : action.slice(0, space);
    const who = action.slice(space + 1);
    const { truth, link, channel } = this;
    switch (verb) {
      case 'send':
        return this.application.send(this.sender(who));
      case 'unsub':
        return this.application.unsubscribe(this.sender(who));
      case 'cancel':
        return this.application.cancel(this.sender(who));
      case 'withdraw':
        return this.application.withdraw();
      case 'turn':
        this.passTime();
        truth.turnEnded();
        if (runMicrotasks() === 0) throw new Violation('rule 4', 'a turn that ends with a promise', 'none');
        return;
      case 'tick':
        return this.tick();
      case 'late':
        this.scheduler.frame++;
        return;
      case 'done':
        return this.linkSide.txDone(this.message(who), this.spec.correlation === 'tagged', false);
      case 'doneToken':
        return this.linkSide.txDone(this.message(who), true, false);
      case 'fail':
        return this.linkSide.txDone(this.message(who), this.spec.correlation === 'tagged', true);
      case 'refused':
        return this.linkSide.giveBack(this.message(who));
      case 'progress':
        return this.linkSide.progress(who === 'oldest' ? undefined : this.message(who));
      case 'stray':
        return this.linkSide.stray(who);
      case 'ready':
        truth.act(() => truth.ready());
        return link.emit({ type: 'ready' });
      case 'down': {
        const reason = new TxDone(undefined);
        truth.act(() => truth.down(reason));
        return link.emit({ type: 'down', reason });
      }
      case 'up':
        truth.act(() => truth.goUp());
        return link.emit({ type: 'up' });
      case 'blink':
        this.perform('down');
        return this.perform('up');
      case 'junk':
        return this.linkSide.junk(who);
      case 'resetDone':
        return this.linkSide.endReset(link.resets[0]!, false);
      case 'resetFail':
        return this.linkSide.endReset(link.resets[0]!, true);
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

  /** The next timer fires, if it has run out by now or a millisecond later; else the millisecond passes. What is far off is near at once. */
  private tick(): void {
    const { scheduler, truth } = this;
    if (!scheduler.isDue) scheduler.frame += scheduler.timers > 0 && scheduler.remaining[0]! > FAR ? scheduler.remaining[0]! - 1 : 1;
    if (!scheduler.isDue) return;
    const timer = timerOf(this, scheduler.next);
    if (timer === 'turn') {
      this.passTime();
      truth.turnEnded();
    } else if (timer === 'poll') this.poll();
    else if (!truth.clocks.runOut(timer))
      throw new Violation('semantics 13.2', 'a timer for a clock that is due', `one of ${timer ?? 'its own'}`);
    scheduler.fire();
  }

  /** Only so many turns of a millisecond tell who was displaced; that is a rule of its own, and tested elsewhere. */
  private passTime(): void {
    if (this.truth.displaced.length > 0) this.scheduler.frame++;
  }

  /** A round of the poll timer. It is an occasion to try a refused head again, too. */
  private poll(): void {
    const { truth, spec } = this;
    if (!truth.polls.late) throw new Violation('semantics 8.1', 'the next round in its time', `a round at ${this.now}`);
    if (spec.method === 'poll' && !truth.resets) this.toAsk = truth.slots.filter((slot) => !slot.muted);
    if (truth.up) truth.occasion();
    truth.polls.begin();
  }

  private open(): void {
    const { spec } = this;
    this.wire = new Wire(spec);
    this.truth = new Truth(spec, this.wire, () => this.now);
    this.judge = new Judge(spec, this);
    this.link = new WorldLink(this.linkSide, spec.reset !== undefined, spec.startsDown ?? false);
    this.ended = { received: undefined, reports: false, events: false };
    this.ending = COMPLETED;
    this.channel = this.mailbox.requestChannel(0, {
      txQueueLength: spec.queue,
      ...(spec.quarantine !== undefined && { quarantine: spec.quarantine }),
      ...(spec.whileDown && { whileDown: spec.whileDown }),
      ...(spec.overflow && { overflow: spec.overflow }),
      ...(spec.senders.some(({ key }) => key) && { latest: (message: Message) => message.key }),
      ...(spec.inside.txPrepare !== undefined && { txPrepare: (message: Message) => this.linkSide.prepare(message) }),
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

  happen(kind: 'report' | 'notified' | 'event'): void {
    const choice = this.choices.choose(kind, USUAL, () => (this.spec.inside[kind] ? ['throw', ...this.innerActions(kind)] : []));
    if (choice === USUAL) return;
    if (choice !== 'throw') return this.perform(choice);
    const error = new TxDone(undefined);
    this.thrown.push(error);
    throw error;
  }

  innerActions(kind: PointKind): string[] {
    const outer = this.inside;
    this.inside = kind;
    const actions = enabled(this, this.spec.inside[kind] ?? []);
    this.inside = outer;
    return actions;
  }

  private closing(cause: unknown): void {
    const { truth } = this;
    if (truth.closed) return;
    truth.closed = true;
    truth.act(() => truth.end(cause));
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
