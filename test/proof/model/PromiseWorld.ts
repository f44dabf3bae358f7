import type { Scheduler } from 'fast-check';
import { firstValueFrom, lastValueFrom, Observable, tap, type Subscriber } from 'rxjs';
import { Mailbox, txCancel, txTimeout, type Channel, type LinkEvent, type MailboxLink, type TxReceipt, type TxReport } from 'rx-mailbox';
import { StepScheduler } from '../../support/StepScheduler';
import { Device } from './Device';

/** How an async sender goes about it, each time anew. */
export interface AsyncSender {
  /** `async`: by `sendAsync`, which has no notifier. */
  readonly how: 'first' | 'last' | 'next' | 'async';
  /** Milliseconds. */
  readonly limit?: number;
  /** A promise is the notifier of `txCancel`. */
  readonly notifier?: 'fulfilled' | 'rejected';
  readonly signal?: true;
  readonly device: 'answers' | 'fails' | 'loses';
  readonly times: number;
}

export interface PromiseSetup {
  readonly correlation: 'tagged' | 'ordered' | 'untagged';
  readonly window: number;
  readonly queue: number;
  readonly reset?: 'fulfilled' | 'rejected';
  readonly flush?: 'fulfilled' | 'rejected';
  readonly senders: readonly AsyncSender[];
}

interface Message {
  readonly id: number;
  readonly device: AsyncSender['device'];
}

/** No clock is longer. */
export const LONGEST = 20;

/**
 * Async senders, an async device, and promises as notifiers, resets and flushes, on one channel. Which of them goes on next is decided by
 * fast-check's scheduler; that a millisecond goes by is one of them.
 */
export class PromiseWorld implements MailboxLink<Message, never, number> {
  readonly events$ = new Observable<LinkEvent<never, number>>((subscriber) => {
    this.subscriber = subscriber;
    return () => (this.subscriber = undefined);
  });
  declare readonly reset?: () => Promise<void>;
  /** What must never be. */
  readonly fouls: string[] = [];
  /** How many promises came to what. */
  readonly outcomes: Record<string, number> = {};
  private readonly clock = new StepScheduler();
  private readonly channel: Channel<Message, never, number>;
  private readonly device: Device;
  private readonly reports = new Map<number, TxReport<Message, number>>();
  private readonly handedOver = new Set<number>();
  private readonly open = new Set<number>();
  private subscriber: Subscriber<LinkEvent<never, number>> | undefined;
  private ids = 0;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly setup: PromiseSetup,
  ) {
    const { correlation, window, queue, reset } = setup;
    this.device = new Device(correlation === 'tagged', false, Infinity);
    if (reset !== undefined) this.reset = () => this.makeQuiet(reset === 'rejected');
    const mailbox = new Mailbox<Message, never, number>(
      { name: 'promises', channelCount: 1, txDone: 'irq', correlation, window, open: () => this },
      { scheduler: this.clock },
    );
    this.channel = mailbox.requestChannel(0, { txQueueLength: queue });
    this.channel.txDone$.subscribe((report) => this.reported(report));
  }

  /** Until nothing is left that could go on. */
  async run(): Promise<void> {
    for (const sender of this.setup.senders) void this.play(sender);
    if (this.setup.flush !== undefined) void this.flushes();
    for (let i = 0; i < LONGEST; i++) void this.turn('time').then(() => this.clock.advanceTo(this.clock.now() + 1));
    await this.scheduler.waitIdle();
    this.clock.advanceTo(this.clock.now() + LONGEST);
    await this.scheduler.waitIdle();
    this.channel.close();
    await this.scheduler.waitIdle();
    for (const id of this.open) this.fouls.push(`rule 2: the promise of ${id} is never settled`);
    for (const id of this.handedOver) if (!this.reports.has(id)) this.fouls.push(`rule 2: no report of ${id}`);
    if (this.clock.timers > 0) this.fouls.push(`${this.clock.timers} timers left`);
  }

  // --- the application -----------------------------------------------------------------------------------------------------------

  private async play(sender: AsyncSender): Promise<void> {
    for (let i = 0; i < sender.times; i++) {
      await this.turn('a sender goes on');
      const message = { id: ++this.ids, device: sender.device };
      if (sender.how === 'next') this.channel.next(message);
      else await this.send(message, sender);
    }
  }

  private promise(message: Message, { how, limit, notifier, signal }: AsyncSender): Promise<TxReceipt<number>> {
    const { id } = message;
    const when = signal && this.abortsLater(id);
    if (how === 'async') {
      return this.channel.sendAsync(message, { ...(limit !== undefined && { timeout: limit }), ...(when && { signal: when }) });
    }
    let sending: Observable<TxReceipt<number>> = this.channel.send(message);
    if (limit !== undefined) sending = sending.pipe(txTimeout(limit));
    if (when) sending = sending.pipe(txCancel(when));
    if (notifier !== undefined) sending = sending.pipe(txCancel(this.turn(`cancel ${id}`, notifier === 'rejected')));
    return how === 'first' ? firstValueFrom(sending) : lastValueFrom(sending);
  }

  private async send(message: Message, sender: AsyncSender): Promise<void> {
    const { id } = message;
    this.open.add(id);
    try {
      const { ack } = await this.promise(message, sender);
      this.count('ok');
      if (ack !== id) this.fouls.push(`rule 3: ${id} was given the tx-done of ${ack}`);
      if (this.reports.get(id)?.ack !== ack) this.fouls.push(`rule 2: ${id} got something else than its report`);
    } catch (error) {
      this.count((error as { code?: string }).code ?? String(error));
      const report = this.reports.get(id);
      if (report ? report.error !== error : this.handedOver.has(id)) {
        this.fouls.push(`rule 2: ${id} got something else than its report`);
      }
    }
    this.open.delete(id);
  }

  private abortsLater(id: number): AbortSignal {
    const controller = new AbortController();
    void this.turn(`abort ${id}`).then(() => controller.abort());
    return controller.signal;
  }

  private async flushes(): Promise<void> {
    await this.turn('flush');
    // Judged when it completes: when its promise says so, others may have sent again.
    const flush = this.channel.flush(LONGEST).pipe(tap({ complete: () => this.drained() }));
    await lastValueFrom(flush, { defaultValue: 'completed' }).then(
      () => this.count('flushed'),
      () => this.count('not flushed'),
    );
  }

  private drained(): void {
    const pending = [...this.handedOver].filter((id) => !this.reports.has(id));
    if (pending.length > 0) this.fouls.push(`semantics 12: flush completed with ${pending.join()} in flight`);
    if (this.channel.slotsAvailable !== this.setup.queue) this.fouls.push('semantics 12: flush completed while messages wait');
  }

  private reported(report: TxReport<Message, number>): void {
    const { id } = report.message;
    if (this.reports.has(id)) this.fouls.push(`rule 2: two reports of ${id}`);
    if (report.error === undefined && report.ack !== id) this.fouls.push(`rule 3: the report of ${id} has the tx-done of ${report.ack}`);
    this.reports.set(id, report);
  }

  private count(outcome: string): void {
    this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
  }

  // --- the device ----------------------------------------------------------------------------------------------------------------

  sendData({ id, device }: Message, token: number): 'accepted' {
    if (this.reports.has(id)) this.fouls.push(`rule 4: ${id} was handed over after its outcome`);
    this.handedOver.add(id);
    this.device.handed(id, token);
    if (device !== 'loses') void this.turn('tx-done').then(() => this.answer(device === 'fails'));
    return 'accepted';
  }

  abort(token: number): void {
    this.device.left(token, this.clock.now());
  }

  flush(): Promise<void> {
    return this.turn('the link has flushed', this.setup.flush === 'rejected');
  }

  private async makeQuiet(fails: boolean): Promise<void> {
    await this.turn('reset');
    this.device.endEpoch();
    if (!fails) return;
    void this.turn('up').then(() => this.subscriber?.next({ type: 'up' }));
    throw new Error('no reset');
  }

  private answer(fails: boolean): void {
    const done = this.device.take('oldest', this.clock.now());
    if (done?.about === undefined) return;
    const token = done.token === undefined ? {} : { token: done.token };
    this.subscriber?.next({ type: 'txDone', ...token, ...(fails ? { error: 'fault' } : { ack: done.about.id }) });
  }

  /** A promise that is settled when fast-check says that it is its turn. */
  private turn(label: string, fails = false): Promise<void> {
    const turn = this.scheduler.schedule(Promise.resolve(), label);
    return fails ? turn.then(() => Promise.reject(new Error(label))) : turn;
  }
}
