import { from, map, Observable, Subject, takeUntil, type Subscription } from 'rxjs';
import {
  isMailboxError,
  Mailbox,
  sendTo,
  txCancel,
  txTimeout,
  type Channel,
  type MailboxController,
  type TxCanceledError,
  type TxDoneResult,
  type TxReceipt,
  type TxTimeoutError,
} from 'rx-mailbox';
import type { Action, MailboxSetup, NoEvent } from './Action';
import { junkOf, RealLink } from './RealLink';
import { Referee } from './Referee';
import { hasTeardown, Stage, type Part, type Place, type Result, type SendAnswer } from './Stage';
import { StepScheduler } from '../../support/StepScheduler';

type Ack = number | undefined;

/** The library, played by a script. */
export class Real extends Stage {
  readonly clock = new StepScheduler();
  /** A scheduler that is not the mailboxes'. */
  private readonly otherClock = new StepScheduler();
  readonly channels: Channel<Part, string, Ack>[] = [];
  readonly referee: Referee;
  private readonly mailboxesUnderTest: Mailbox<Part, string, Ack>[];
  private readonly links: RealLink[] = [];
  private readonly stops = new Map<number, () => void>();
  private readonly streams = new Map<number, () => void>();
  private readonly signals: AbortController[] = [];
  private readonly notifiers: Subject<void>[] = [];
  /** The channel that is being requested. */
  private opening = 0;
  /** Messages whose receipts are being given. */
  private readonly receiving = new Set<number>();

  constructor(mailboxes: readonly MailboxSetup[]) {
    super(mailboxes);
    this.referee = new Referee(mailboxes.some(({ channels }) => channels.some(({ latest, overflow }) => latest ?? overflow)));
    let controller: MailboxController<Part, string, Ack>;
    this.mailboxesUnderTest = mailboxes.map((setup, index) => {
      if (!setup.twin) controller = this.controller(setup, index);
      return new Mailbox(controller, { scheduler: this.clock });
    });
  }

  get now(): number {
    return this.clock.now();
  }

  private controller(setup: MailboxSetup, mailbox: number): MailboxController<Part, string, Ack> {
    const { correlation, method, window, quarantine, period, channels } = setup;
    return {
      name: `mailbox ${mailbox}`,
      channelCount: channels.length,
      txDone: method,
      correlation,
      window,
      ...(quarantine !== undefined && { quarantine }),
      ...(period !== undefined && { txPollPeriod: period }),
      open: () => {
        const number = this.opening;
        return (this.links[number] = new RealLink(this, this.referee, (this.places[number] = this.newPlace(number))));
      },
    };
  }

  /** How many timers there are. */
  get timers(): number {
    return this.clock.timers + this.otherClock.timers;
  }

  /** Fires what is due until then. */
  advanceTo(time: number): void {
    const clocks = [this.clock, this.otherClock];
    const pass = (until: number): void => clocks.forEach((clock) => (clock.frame = until));
    for (;;) {
      const due = Math.min(...clocks.map(dueOf));
      if (due > time) return pass(time);
      pass(due);
      clocks.find((clock) => dueOf(clock) === due)!.tick();
    }
  }

  // --- what is done --------------------------------------------------------------------------------------------------------------

  protected send(number: number, part: Part): void {
    const channel = this.channels[number]!;
    const place = this.places[number]!;
    const { via, limits, signal, notifier } = part.how;
    this.referee.sends(part);
    if (via === 'next') return channel.next(part);
    let source: Observable<TxReceipt<Ack>> = channel.send(part);
    if (via === 'generic') source = this.behind(source, place, part);
    if (limits) source = source.pipe(txTimeout(limits, this.schedulerOf(part)));
    if (signal !== undefined) source = source.pipe(txCancel(this.signal(signal).signal));
    if (notifier !== undefined) source = source.pipe(txCancel(this.notifier(notifier)));
    if (via === 'piped') {
      const stop = new Subject<void>();
      source = source.pipe(takeUntil(stop));
      this.stops.set(part.id, () => stop.next());
    }
    let receipt: TxReceipt<Ack> | undefined;
    const subscription: Subscription = source.subscribe({
      next: (value) => {
        receipt = value;
        if (via !== 'piped') this.receipt(place, part);
      },
      error: (error: unknown) => this.notified(place, part, undefined, error),
      complete: () => {
        // Without one it is `takeUntil` that completes a sender who leaves.
        if (receipt !== undefined) this.notified(place, part, receipt, undefined);
      },
    });
    if (via === 'send' && hasTeardown(part)) subscription.add(() => this.onTeardown(place, part));
    if (via !== 'piped' && !this.referee.isTold(part)) this.stops.set(part.id, () => subscription.unsubscribe());
  }

  /** Puts something between a transmission and the operators after it; by hand where its own subscription has a teardown. */
  private behind(transmission: Observable<TxReceipt<Ack>>, place: Place, part: Part): Observable<TxReceipt<Ack>> {
    if (!hasTeardown(part)) return transmission.pipe(map((receipt) => receipt));
    return new Observable((subscriber) => {
      const own = transmission.subscribe({
        next: (receipt) => subscriber.next(receipt),
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
      own.add(() => this.onTeardown(place, part));
      return own;
    });
  }

  private schedulerOf({ how }: Part): StepScheduler | undefined {
    if (how.elsewhere) return this.otherClock;
    return how.via === 'generic' ? this.clock : undefined;
  }

  protected sendTo(number: number, parts: readonly Part[], most: number | undefined, stream: number): void {
    const place = this.places[number]!;
    const stop = new Subject<void>();
    for (const part of parts) this.referee.sends(part);
    this.streams.set(stream, () => {
      for (const { id } of parts) this.referee.leaves(id);
      stop.next();
    });
    from(parts)
      .pipe(sendTo(this.channels[number]!, most), takeUntil(stop))
      .subscribe({
        next: ({ message, token, ack, error }) =>
          this.notified(place, message, error === undefined ? { token, ack: ack! } : undefined, error),
        complete: () => this.log(place, `sendTo ${stream} completed`),
      });
  }

  protected stopSendTo(stream: number): void {
    const stop = this.streams.get(stream);
    this.streams.delete(stream);
    stop?.();
  }

  protected leave(id: number): void {
    const stop = this.stops.get(id);
    if (stop === undefined) return;
    this.stops.delete(id);
    // Who has got a receipt gets the completion, too.
    if (!this.receiving.has(id)) this.referee.leaves(id);
    stop();
  }

  protected abortSignal(which: number, reason: string): void {
    const controller = this.signal(which);
    if (controller.signal.aborted) this.signals[which] = new AbortController();
    else controller.abort(reason);
  }

  protected notify(which: number, failure: string | undefined): void {
    const notifier = this.notifier(which);
    if (failure === undefined) return notifier.next();
    this.notifiers[which] = new Subject();
    notifier.error(failure);
  }

  protected txDone(number: number, token: number | undefined, result: Result): void {
    const event = { ...(token !== undefined && { token }), ...result };
    if (this.method(number) !== 'ack') this.links[number]!.emit({ type: 'txDone', ...event } as never);
    else this.acknowledge(number, event as never);
  }

  protected refused(number: number, token: number, id: number, error: string): void {
    this.referee.returns(id);
    this.links[number]!.emit({ type: 'refused', token, error });
  }

  protected progress(number: number, token: number | undefined): void {
    this.links[number]!.emit({ type: 'progress', ...(token !== undefined && { token }) });
  }

  protected stray(number: number): void {
    if (this.method(number) !== 'irq') return this.links[number]!.emit({ type: 'txDone' });
    this.acknowledge(number);
  }

  private acknowledge(number: number, result?: TxDoneResult<Ack>): void {
    try {
      this.channels[number]!.acknowledge(result);
    } catch (error) {
      this.log(this.places[number], `acknowledge ${isMailboxError(error) ? error.code : (error as Error).name}`);
    }
  }

  protected junk(number: number, what: NoEvent): void {
    const event = what === 'token' && this.method(number) === 'ack' ? undefined : junkOf(what);
    if (event !== undefined) return this.links[number]!.emit(event as never);
    this.acknowledge(number, { token: 'text' } as never);
  }

  protected received(number: number, message: string): void {
    this.links[number]!.emit({ type: 'received', message });
  }

  protected link(number: number, what: 'ready' | 'down' | 'up' | 'linkError' | 'linkComplete', reason: string): void {
    const link = this.links[number]!;
    if (what === 'linkError') link.fail(reason);
    else if (what === 'linkComplete') link.finish();
    else link.emit(what === 'down' ? { type: what, reason } : { type: what });
  }

  protected endReset(number: number, failure: string | undefined): void {
    this.links[number]!.endReset(failure);
  }

  protected flush(number: number, limit: number, name: string): void {
    this.follow(number, this.channels[number]!.flush(limit), name);
  }

  protected whenIdle(number: number, limit: number, name: string): void {
    this.follow(number, this.channels[number]!.whenIdle(limit), name);
  }

  private follow(number: number, waiting: Observable<never>, name: string): void {
    const place = this.places[number]!;
    waiting.subscribe({
      error: (error: unknown) => this.log(place, `flush ${name} ${outcomeOf(error)}`),
      complete: () => this.log(place, `flush ${name} completed`),
    });
  }

  protected endFlush(number: number, failure: string | undefined): void {
    this.links[number]!.endFlush(failure);
  }

  protected peek(number: number, answer: Extract<Action, { do: 'peek' }>['answer']): void {
    this.links[number]!.dataWait = answer;
    this.log(this.places[number], `data wait: ${this.channels[number]!.peekData()}`);
  }

  protected withdraw(number: number, reason: string): void {
    const place = this.places[number]!;
    this.log(place, `withdrew ${this.channels[number]!.withdraw(reason)}`);
  }

  protected end(number: number, how: 'close' | 'complete' | 'error', reason: string): void {
    const channel = this.channels[number]!;
    if (how === 'error') channel.error(reason);
    else channel[how]();
  }

  protected open(number: number): void {
    const { mailbox, index, setup } = this.address(number);
    const { queue: txQueueLength, quarantine, knowsTxDone, prepares, untraced, whileDown, overflow, latest } = setup;
    this.opening = number;
    let channel: Channel<Part, string, Ack>;
    let place: Place | undefined;
    try {
      channel = this.mailboxesUnderTest[mailbox]!.requestChannel(index, {
        txQueueLength,
        ...(quarantine !== undefined && { quarantine }),
        ...(knowsTxDone !== undefined && { knowsTxDone }),
        ...(whileDown && { whileDown }),
        ...(overflow && { overflow }),
        ...(latest && { latest: (part: Part) => this.latest(place!, part) }),
        ...(prepares && { txPrepare: (part: Part) => this.prepare(place!, part) as never }),
      });
    } catch (error) {
      return this.log(this.places[number], outcomeOf(error));
    }
    const here = (place = this.places[number]!);
    this.channels[number] = channel;
    channel.subscribe({
      next: (message) => this.log(here, `received ${message}`),
      error: (reason: unknown) => this.log(here, `received failed ${String(reason)}`),
      complete: () => this.log(here, 'received completed'),
    });
    channel.txDone$.subscribe({
      next: ({ message, token, ack, error }) => {
        this.referee.reports(message, token, ack, error);
        this.onReport(here, message, token, error === undefined ? `ok ${ack}` : outcomeOf(error));
      },
      complete: () => this.log(here, 'txDone$ completed'),
    });
    if (untraced) return;
    channel.events$.subscribe(({ type, at, token, error, by }) => {
      this.referee.traces(here, type, token, at === this.now);
      this.trace(here, type, token, by !== undefined ? `by ${by}` : error === undefined ? undefined : outcomeOf(error));
    });
  }

  protected closeMailbox(mailbox: number): void {
    this.mailboxesUnderTest[mailbox]!.close();
  }

  private latest(place: Place, part: Part): unknown {
    const key = this.onLatest(place, part);
    return key === 'promise' ? this.referee.rejection() : key;
  }

  private prepare(place: Place, part: Part): unknown {
    this.referee.prepares(part);
    const answer = this.onPrepare(place, part);
    return answer === 'promise' ? this.referee.rejection() : answer;
  }

  override onSendData(place: Place, part: Part, token: number): SendAnswer {
    this.referee.handsOver(place, part, token);
    return super.onSendData(place, part, token);
  }

  private receipt(place: Place, part: Part): void {
    if (part.how.via === 'send') this.receiving.add(part.id);
    try {
      this.onReceipt(place, part);
    } finally {
      this.receiving.delete(part.id);
    }
  }

  private notified(place: Place, part: Part, receipt: TxReceipt<Ack> | undefined, error: unknown): void {
    this.stops.delete(part.id);
    this.referee.outcomeOf(part, receipt, error);
    this.onTold(place, part, receipt ? `ok ${receipt.ack}` : outcomeOf(error));
  }

  private signal(which: number): AbortController {
    return (this.signals[which] ??= new AbortController());
  }

  private notifier(which: number): Subject<void> {
    return (this.notifiers[which] ??= new Subject());
  }
}

/** When the next timer is to fire. */
function dueOf({ actions }: StepScheduler): number {
  return actions[0]?.delay ?? Infinity;
}

/** An error as the lines show it: what the contract says of it. */
function outcomeOf(error: unknown): string {
  if (!isMailboxError(error)) return textOf(error);
  const { code, delivery, cause } = error;
  const superseded = (error as TxCanceledError).superseded ? ['superseded'] : [];
  const clock = code === 'ETIME' ? [(error as TxTimeoutError).clock, (error as TxTimeoutError).limit] : [];
  return [code, delivery, ...clock, ...superseded, ...(cause === undefined ? [] : [textOf(cause)])].join(' ');
}

/** A TypeError of the library names first what is wrong. */
function textOf(error: unknown): string {
  return error instanceof TypeError ? `TypeError of ${error.message.split(/ (?:of|returned|threw|emitted)/u)[0]}` : String(error);
}
