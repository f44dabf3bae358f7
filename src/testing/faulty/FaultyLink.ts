import { defer, EMPTY, from, Observable, Subscription, tap, type ObservableInput, type Subscriber } from 'rxjs';
import type { Correlation, MailboxController, TxDoneMethod } from '../../contract/MailboxController';
import type { LinkEvent } from '../../contract/LinkEvent';
import type { MailboxLink } from '../../contract/MailboxLink';
import { DelayLine } from './DelayLine';
import type { FaultSource } from './FaultSource';
import { InjectedFault, type Fault } from './FaultyOptions';
import { LateAnswers } from './LateAnswers';

export interface FaultyLinkSettings<Tx, Rx, Ack> {
  readonly controller: MailboxController<Tx, Rx, Ack>;
  readonly index: number;
  readonly source: FaultSource;
  readonly txDone: TxDoneMethod;
  /** What the wrapper declares. */
  readonly correlation: Correlation;
  readonly window: number;
  readonly honest: boolean;
}

/**
 * One channel of a faulty controller, in front of a link of the real one.
 *
 * ```
 *   connected ──fault on an 'ordered' link──► severed: nothing gets through, nobody has noticed ──┐
 *      ▲                                                                                          ▼
 *      └──────── the real controller opens the channel again ──────────────────────────────── down ◄── 'down'
 * ```
 *
 * Going down closes the real link, and coming up opens a new one: by the contract nothing of the earlier link reaches the later one, so
 * that `up` is honest whatever was in flight, and the other end sees the loss, too.
 */
export class FaultyLink<Tx, Rx, Ack> implements MailboxLink<Tx, Rx, Ack> {
  readonly events$ = new Observable<LinkEvent<Rx, Ack>>((subscriber) => this.start(subscriber));
  declare readonly lastTxDone?: (token: number) => boolean | { ack?: Ack; error?: unknown };
  declare readonly flush?: (limit: number) => ObservableInput<unknown>;
  declare readonly abort?: (token: number) => void;
  declare readonly reset?: () => Observable<unknown>;

  private real: MailboxLink<Tx, Rx, Ack> | undefined;
  private connection = new Subscription();
  private subscriber: Subscriber<LinkEvent<Rx, Ack>> | undefined;
  /** What the real link says, and what the channel has been told. */
  private realUp = true;
  private toldUp = true;
  private severed = false;
  private refusing = false;
  /** Accepted and not said to be taken, as far as the channel knows. */
  private inFlight = 0;
  /** Timers that end with the epoch: `ready`, and every `down` that is going to happen. */
  private pending = new Subscription();
  private readonly txDones: DelayLine<LinkEvent<Rx, Ack> & { type: 'txDone' }>;
  private readonly messages: DelayLine<LinkEvent<Rx, Ack> & { type: 'received' }>;
  private readonly answers: LateAnswers<Ack>;
  /** Whether losing, doubling or swapping anything would break what is declared. */
  private readonly reliable: boolean;

  constructor(private readonly settings: FaultyLinkSettings<Tx, Rx, Ack>) {
    const { controller, index, source, txDone, correlation, honest } = settings;
    this.reliable = honest && correlation === 'ordered';
    const real = (this.real = controller.open(index));
    this.txDones = new DelayLine(source.scheduler, this.reliable, (event) => this.emitTxDone(event));
    this.messages = new DelayLine(source.scheduler, this.reliable, (event) => this.emit(event));
    this.answers = new LateAnswers(source.scheduler, this.reliable);
    if (txDone === 'poll') this.lastTxDone = (token) => this.ask(token);
    if (real.flush) this.flush = (limit) => this.real?.flush?.(limit) ?? EMPTY;
    if (real.abort) this.abort = (token) => this.real?.abort?.(token);
    if (real.reset) {
      // What is late must not come after it either.
      this.reset = () => defer(() => from(this.real?.reset?.() ?? EMPTY)).pipe(tap({ complete: () => this.txDones.flush() }));
    }
  }

  sendData(message: Tx, token: number): 'accepted' | 'busy' {
    const { real, settings } = this;
    const { source } = settings;
    if (real === undefined) throw new Error(`${settings.controller.name}: sendData on a link that is down`);
    if (this.refusing) return 'busy';
    const refused = source.strike('refuse', token);
    if (refused) return this.refuse(refused.ms);
    const thrown = source.strike('throwOnSend', token);
    if (thrown) throw new InjectedFault(thrown);
    const lost = source.strike('dropSent', token);
    const { inFlight } = this;
    // Before it is handed over: the tx-done may come from inside.
    this.inFlight = Math.min(inFlight + 1, settings.window);
    if (lost && this.reliable) this.sever(lost);
    if (lost || this.severed) {
      this.answers.never(token);
      return 'accepted';
    }
    let answer: 'accepted' | 'busy' | undefined;
    try {
      answer = real.sendData(message, token);
    } finally {
      if (answer !== 'accepted') this.inFlight = inFlight;
    }
    const down = answer === 'accepted' && source.strike('down', token);
    // The shortest is "at once": from inside sendData.
    if (down) this.later(down.ms - 1, () => this.goDown(down));
    return answer;
  }

  peekData(): boolean {
    return !this.messages.empty || (this.real?.peekData?.() ?? false);
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

  private connect(real: MailboxLink<Tx, Rx, Ack>): void {
    this.real = real;
    this.realUp = true;
    const connection = (this.connection = new Subscription());
    const current = (): boolean => this.connection === connection && this.subscriber !== undefined;
    connection.add(
      real.events$.subscribe({
        next: (event) => current() && this.hear(event),
        error: (reason: unknown) => current() && this.subscriber?.error(reason),
        complete: () => current() && this.subscriber?.complete(),
      }),
    );
  }

  /** Whatever the real link still has, it is not for us. */
  private disconnect(): void {
    this.endEpoch();
    this.messages.clear();
    this.connection.unsubscribe();
    this.connection = new Subscription();
    this.real = undefined;
  }

  private endEpoch(): void {
    this.pending.unsubscribe();
    this.pending = new Subscription();
    this.txDones.clear();
    this.answers.clear();
    this.inFlight = 0;
    this.severed = this.refusing = false;
  }

  private hear(heard: LinkEvent<Rx, Ack>): void {
    // It may be kept for a while, and the link may use the object again.
    const event = { ...heard };
    switch (event.type) {
      case 'txDone':
        if (!this.severed) this.hearTxDone(event);
        break;
      case 'received':
        if (!this.severed) this.hearMessage(event);
        break;
      case 'ready':
        this.emit(event);
        break;
      case 'down':
        this.realUp = false;
        // Taken by the wire already, so it is not lost with it.
        this.messages.flush();
        this.endEpoch();
        this.tellDown(event.reason);
        break;
      case 'up':
        this.realUp = true;
        this.tellUp();
        break;
    }
  }

  private hearTxDone(heard: LinkEvent<Rx, Ack> & { type: 'txDone' }): void {
    const { source, correlation, txDone } = this.settings;
    const { token, ...untagged } = heard;
    const event = correlation === 'untagged' ? untagged : heard;
    // Where tx-done is learned in another way this is a stray, and none of ours.
    if (txDone !== 'irq') return this.emit(event);
    const dropped = source.strike('dropTxDone', token);
    if (dropped) return this.reliable ? this.sever(dropped) : undefined;
    const delayed = source.strike('delayTxDone', token);
    const swapped = !this.reliable && source.decide('reorderTxDone', token);
    const doubled = source.decide('duplicateTxDone', token);
    if (swapped && !delayed) this.txDones.letPass(event, source.made(swapped).ms);
    else this.txDones.pass(event, delayed?.ms);
    if (doubled) this.double(event, doubled);
  }

  /**
   * A tx-done without a token would be taken for that of whatever is in flight. With nothing in flight it is nobody's; and what is sent
   * from inside the first is in flight already when it returns.
   */
  private double(event: LinkEvent<Rx, Ack> & { type: 'txDone' }, fault: Fault): void {
    const { source, honest, correlation } = this.settings;
    if (!honest || (event.token !== undefined && correlation === 'tagged')) {
      source.made(fault);
      this.txDones.pass(event, fault.ms);
    } else if (this.inFlight === 0 && this.txDones.empty) {
      source.made(fault);
      this.emit(event);
    }
  }

  private hearMessage(event: LinkEvent<Rx, Ack> & { type: 'received' }): void {
    const { source } = this.settings;
    const dropped = source.strike('dropReceived');
    if (dropped) return this.reliable ? this.sever(dropped) : undefined;
    const delayed = source.strike('delayReceived');
    const swapped = !this.reliable && source.decide('reorderReceived');
    const doubled = !this.reliable && source.decide('duplicateReceived');
    if (swapped && !delayed) this.messages.letPass(event, source.made(swapped).ms);
    else this.messages.pass(event, delayed?.ms);
    if (doubled) this.messages.pass(event, source.made(doubled).ms);
  }

  private ask(token: number): boolean | { ack?: Ack; error?: unknown } {
    const { source } = this.settings;
    if (this.severed || this.real === undefined) return false;
    const known = this.answers.get(token);
    if (known !== undefined) return known;
    const answer = this.real.lastTxDone?.(token) ?? false;
    if (answer === false) return false;
    const dropped = source.strike('dropTxDone', token);
    if (dropped) {
      this.answers.never(token);
      if (this.reliable) this.sever(dropped);
      return false;
    }
    return this.answers.give(token, answer, source.strike('delayTxDone', token)?.ms ?? 0);
  }

  private refuse(ms: number): 'busy' {
    this.refusing = true;
    this.later(ms, () => {
      this.refusing = false;
      this.emit({ type: 'ready' });
    });
    return 'busy';
  }

  /** From now on nothing gets through; it takes a while until that is noticed. */
  private sever(fault: Fault): void {
    if (this.severed) return;
    this.severed = true;
    this.later(fault.ms, () => this.goDown(fault));
  }

  private goDown(fault: Fault): void {
    this.messages.flush();
    // A receiver may have closed the channel.
    if (this.subscriber === undefined) return;
    this.disconnect();
    // Before anybody is told, who may close the channel.
    this.later(fault.ms, () => this.comeBack());
    this.tellDown(new InjectedFault(fault));
  }

  private comeBack(): void {
    const { controller, index } = this.settings;
    try {
      this.connect(controller.open(index));
    } catch (error) {
      return this.subscriber?.error(error);
    }
    if (this.realUp) this.tellUp();
  }

  private tellDown(reason: unknown): void {
    if (!this.toldUp) return;
    this.toldUp = false;
    this.emit({ type: 'down', reason });
  }

  private tellUp(): void {
    if (this.toldUp || this.subscriber === undefined) return;
    this.toldUp = true;
    this.emit({ type: 'up' });
  }

  private emitTxDone(event: LinkEvent<Rx, Ack>): void {
    this.inFlight = Math.max(0, this.inFlight - 1);
    this.emit(event);
  }

  private emit(event: LinkEvent<Rx, Ack>): void {
    this.subscriber?.next(event);
  }

  private later(ms: number, work: () => void): void {
    if (ms === 0) return work();
    this.pending.add(this.settings.source.scheduler.schedule(work, ms));
  }
}
