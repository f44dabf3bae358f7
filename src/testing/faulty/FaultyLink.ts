import { defer, EMPTY, from, Observable, Subscription, tap, type ObservableInput, type Subscriber } from 'rxjs';
import type { LinkEvent, ProgressEvent, ReadyEvent, RefusedEvent } from '../../contract/LinkEvent';
import type { MailboxLink } from '../../contract/MailboxLink';
import type { TxDoneMethod } from '../../contract/TxDoneMethod';
import { EpochTimers } from '../EpochTimers';
import { FaultyMessages } from './FaultyMessages';
import { InjectedFault, type Fault } from './FaultyOptions';
import { isReliable, type FaultyLinkSettings } from './FaultyLinkSettings';
import { FaultyPolls } from './FaultyPolls';
import { FaultyProgress } from './FaultyProgress';
import { FaultyRefusals } from './FaultyRefusals';
import { FaultyReturns } from './FaultyReturns';
import { FaultyTxDones } from './FaultyTxDones';

/**
 * One channel of a faulty controller, in front of a link of the real one.
 *
 * ```
 *   connected ──fault on an 'ordered' link──► severed: nothing gets through, nobody has noticed ──┐
 *      ▲                                                                                          ▼
 *      └──────── the real controller opens the channel again ──────────────────────────────── down ◄── 'down'
 * ```
 *
 * Going down closes the real link, and coming up opens a new one. By the contract no event of the old link reaches the new one, so `up`
 * is true whatever was in flight. The other end sees the loss, too.
 */
export class FaultyLink<Tx, Rx, Ack> implements MailboxLink<Tx, Rx, Ack> {
  readonly events$ = new Observable<LinkEvent<Rx, Ack>>((subscriber) => this.start(subscriber));
  declare readonly txDone?: TxDoneMethod;
  declare readonly lastTxDone?: (token: number) => boolean | { ack?: Ack; error?: unknown };
  declare readonly flush?: (limit: number) => ObservableInput<unknown>;
  declare readonly abort?: (token: number) => void;
  declare readonly reset?: () => Observable<unknown>;

  /** Undefined while the link is down by a fault. */
  private real: MailboxLink<Tx, Rx, Ack, unknown> | undefined;
  private connection = new Subscription();
  private subscriber: Subscriber<LinkEvent<Rx, Ack>> | undefined;
  /** By the latest event of the real link. */
  private realUp = true;
  /** By the latest event that the channel got. */
  private notifiedUp = true;
  /** Nothing gets through, and `down` follows. */
  private severed = false;
  /** For `ready`, and for every `down` and `up` that is going to happen. */
  private readonly timers: EpochTimers;
  private readonly txDones: FaultyTxDones<Ack>;
  private readonly messages: FaultyMessages<Rx>;
  private readonly polls: FaultyPolls<Ack>;
  private readonly refusals: FaultyRefusals;
  private readonly returns: FaultyReturns;
  private readonly progress: FaultyProgress;

  constructor(
    real: MailboxLink<Tx, Rx, Ack, unknown>,
    private readonly settings: FaultyLinkSettings<Tx, Rx, Ack>,
  ) {
    this.real = real;
    const emit = (event: LinkEvent<Rx, Ack>): void => this.emit(event);
    const sever = (fault: Fault): void => this.sever(fault);
    const timers = (this.timers = new EpochTimers(settings.source.scheduler));
    this.txDones = new FaultyTxDones(settings, emit, sever, (token) => this.progress.taken(token));
    this.messages = new FaultyMessages(settings, emit, sever);
    this.polls = new FaultyPolls(settings, sever);
    this.refusals = new FaultyRefusals(settings.source, timers, emit);
    this.returns = new FaultyReturns(settings, timers, (event) => this.say(event));
    this.progress = new FaultyProgress(settings, timers, (event) => this.say(event));
    if (real.txDone !== undefined) this.txDone = real.txDone;
    if (settings.txDone === 'poll') this.lastTxDone = (token) => this.ask(token);
    if (real.flush) this.flush = (limit) => this.real?.flush?.(limit) ?? EMPTY;
    // What it has never had is not its business.
    if (real.abort) this.abort = (token) => (this.returns.has(token) ? undefined : this.real?.abort?.(token));
    if (real.reset) {
      // After a reset no old tx-done may arrive, so the delayed ones arrive before its end. Its error is a `down`, which the link need not emit.
      this.reset = () =>
        defer(() => from(this.real?.reset?.() ?? EMPTY)).pipe(tap({ complete: () => this.wasReset(), error: () => this.failedToReset() }));
    }
  }

  sendData(message: Tx, token: number): 'accepted' | 'busy' {
    const { real, settings, txDones } = this;
    const { source } = settings;
    if (real === undefined) throw new Error(`${settings.controller.name}: sendData on a link that is down`);
    if (this.refusals.refuses(token)) return 'busy';
    const thrown = source.strike('throwOnSend', token);
    if (thrown) throw new InjectedFault(thrown);
    const lost = source.strike('dropSent', token);
    // Counted before it is handed over: the tx-done may come from inside.
    txDones.sent(token);
    if (lost && isReliable(settings)) this.sever(lost);
    if (lost || this.severed || this.returns.holdsBack(token)) {
      this.polls.never(token);
      return 'accepted';
    }
    // It may have been given back from inside the call that held it back.
    this.polls.notSent(token);
    let answer: 'accepted' | 'busy' = 'busy';
    try {
      answer = real.sendData(message, token);
    } finally {
      // What is no answer may mean that it has the message, whose tx-done may then come.
      if (answer === 'busy') txDones.notSent(token);
    }
    if (answer !== 'accepted') return answer;
    this.progress.accepted(token);
    const down = source.strike('down', token); // 1 ms means at once, from inside sendData.
    if (down) this.timers.after(down.ms - 1, () => this.goDown(down));
    return answer;
  }

  peekData(): boolean {
    return !this.messages.empty || (this.real?.peekData?.() ?? false);
  }

  private ask(token: number): boolean | { ack?: Ack; error?: unknown } {
    const { real } = this;
    if (this.severed || real === undefined) return false;
    const answer = this.polls.ask(token, () => real.lastTxDone?.(token) ?? false);
    if (answer !== false) this.progress.taken(token);
    return answer;
  }

  private start(subscriber: Subscriber<LinkEvent<Rx, Ack>>): void {
    this.subscriber = subscriber;
    subscriber.add(() => this.stop());
    this.connect(this.real!);
  }

  private stop(): void {
    this.subscriber = undefined;
    this.disconnect();
  }

  private connect(real: MailboxLink<Tx, Rx, Ack, unknown>): void {
    this.real = real;
    this.realUp = true;
    const connection = (this.connection = new Subscription());
    // A link that breaks the contract may emit after it was unsubscribed.
    const current = (): boolean => this.connection === connection && this.subscriber !== undefined;
    connection.add(
      real.events$.subscribe({
        next: (event) => current() && this.observe(event),
        error: (reason: unknown) => current() && this.subscriber?.error(reason),
        complete: () => current() && this.subscriber?.complete(),
      }),
    );
  }

  private disconnect(): void {
    this.endEpoch();
    this.messages.clear();
    this.connection.unsubscribe();
    this.connection = new Subscription();
    this.real = undefined;
  }

  private endEpoch(): void {
    this.timers.restart();
    this.txDones.endEpoch();
    this.polls.endEpoch();
    this.returns.endEpoch();
    this.refusals.endEpoch();
    this.severed = false;
  }

  private wasReset(): void {
    this.returns.reset();
    this.txDones.reset();
    this.polls.endEpoch();
  }

  private failedToReset(): void {
    this.endEpoch();
    this.notifiedUp = false;
  }

  /** The real link emitted this event. */
  private observe(observed: LinkEvent<Rx, Ack>): void {
    // A copy: it may be delayed, and the link may reuse the object.
    const event = { ...observed };
    if (event.type === 'txDone') {
      if (!this.severed) this.txDones.pass(event);
    } else if (event.type === 'received') {
      if (!this.severed) this.messages.pass(event);
    } else if (event.type === 'progress') {
      this.progress.pass(event);
    } else if (event.type === 'refused') {
      this.say(event);
    } else if (event.type === 'down') {
      this.realUp = false;
      // These had arrived before the link was lost.
      this.messages.flush();
      this.endEpoch();
      this.notifyDown(event.reason);
    } else if (event.type === 'up') {
      this.realUp = true;
      this.notifyUp();
    } else this.emit(observed);
  }

  /** What is said of a message beside its tx-done. */
  private say(event: RefusedEvent | ProgressEvent | ReadyEvent): void {
    if (this.severed) return;
    if (event.type === 'refused') for (const part of [this.txDones, this.polls]) part.notSent(event.token);
    this.emit(event);
  }

  private sever(fault: Fault): void {
    if (this.severed) return;
    this.severed = true;
    this.timers.after(fault.ms, () => this.goDown(fault));
  }

  private goDown(fault: Fault): void {
    this.messages.flush();
    // A receiver may have closed the channel.
    if (this.subscriber === undefined) return;
    this.disconnect();
    // Before the notification: a subscriber may close the channel, which cancels the timer.
    this.timers.after(fault.ms, () => this.comeBack());
    this.notifyDown(new InjectedFault(fault));
  }

  private comeBack(): void {
    const { controller, index, environment } = this.settings;
    try {
      this.connect(controller.open(index, environment));
    } catch (error) {
      return this.subscriber?.error(error);
    }
    // The new link may have emitted `down` during startup.
    if (this.realUp) this.notifyUp();
  }

  private notifyDown(reason: unknown): void {
    if (!this.notifiedUp) return;
    this.notifiedUp = false;
    this.emit({ type: 'down', reason });
  }

  private notifyUp(): void {
    if (this.notifiedUp || this.subscriber === undefined) return;
    this.notifiedUp = true;
    this.emit({ type: 'up' });
  }

  private emit(event: LinkEvent<Rx, Ack>): void {
    this.subscriber?.next(event);
  }
}
