import { defer, EMPTY, from, Subscription, type Observable, type Observer, type SchedulerLike, type Unsubscribable } from 'rxjs';
import type { ChannelEvent } from '../contract/ChannelEvent';
import type { HeldSlot } from '../core/TxEntry';
import { TxScheduler, type TxDoneAnswer, type TxSchedulerSettings } from '../core/TxMachine';
import { ChannelClosedError, NotSupportedError, QueueFullError } from '../contract/errors';
import type { LinkEvent, MailboxLink, TxDoneMethod } from '../contract/MailboxController';
import { ChannelStreams, type PortFailure } from './ChannelStreams';
import type { Polled } from '../time/PollTimer';
import { shielded } from '../util/reportUnhandled';
import { nameOf } from './settings';
import type { SharedClocks } from '../time/SharedClocks';
import type { TxPolicy } from '../policy/TxPolicy';
import { TxRecord } from './TxRecord';

export interface ChannelSettings<Tx> extends TxSchedulerSettings {
  /** How the controller is called in error texts; and the channel, if not after it. */
  readonly controller: string;
  readonly name: string | undefined;
  /** How tx-done is learned, once `knowsTxDone` is considered. */
  readonly method: TxDoneMethod;
  /** ms; none: a refused head waits for the link to speak. */
  readonly pollPeriod: number | undefined;
  readonly txPrepare: ((message: Tx) => void) | undefined;
}

/** Where a channel is one of many. */
export interface PortOwner {
  /** Its number is free again. */
  delete(index: number): unknown;
}

/** The core of one channel, connected: to its link on one side, to RxJS and the mailbox's clocks on the other. */
export class OpenChannel<Tx, Rx, Ack> extends TxScheduler<Tx, Ack, TxRecord<Tx, Ack>> implements Observer<LinkEvent<Rx, Ack>>, Polled {
  private madeStreams: ChannelStreams<Tx, Rx, Ack> | undefined = undefined;
  /** To the link; null before it is there. */
  private subscription: Unsubscribable | null | undefined = null;
  private resetting: Unsubscribable | undefined = undefined;
  /** What the receivers' stream ends with; before it is open, what `events$` failed with. */
  private failure: PortFailure | undefined = undefined;

  constructor(
    private readonly link: MailboxLink<Tx, Rx, Ack>,
    override readonly settings: ChannelSettings<Tx>,
    private readonly environment: SharedClocks,
    readonly index: number,
    private readonly owner: PortOwner | undefined,
  ) {
    super(settings, environment.tokens);
  }

  /** Starts the link up; throws what `events$` fails with meanwhile. */
  open(): void {
    const subscription = this.link.events$.subscribe(this);
    this.subscription = undefined;
    if (this.failure !== undefined) throw this.failure.reason;
    if (this.closed) subscription.unsubscribe();
    else this.subscription = subscription;
  }

  /** Made when first asked for: most channels of a large mailbox are idle, and some are never listened to. */
  get streams(): ChannelStreams<Tx, Rx, Ack> {
    return (this.madeStreams ??= new ChannelStreams());
  }

  get name(): string {
    return nameOf(this.settings, this.index);
  }

  get scheduler(): SchedulerLike {
    return this.environment.scheduler;
  }

  // --- what the application does -------------------------------------------------------------------------------------------------

  transmit(record: TxRecord<Tx, Ack>, policy: TxPolicy | undefined): void {
    if (policy !== undefined) policy.begin(record as TxRecord<unknown, unknown>, this.environment);
    this.makeRoom();
    // A policy, or what came of making room, may have ended it before it was accepted.
    if (!record.fresh) record.stopWatches();
    else if (this.closed || this.completing) record.refuse(new ChannelClosedError(this.name, 'not-sent'));
    else if (!this.submit(record)) record.refuse(new QueueFullError(this.settings.txQueueLength));
  }

  /** Sends without anybody to tell but `txDone$`. */
  post(message: Tx): void {
    this.makeRoom();
    if (!this.closed && !this.completing && !this.submit(new TxRecord<Tx, Ack>(this, message, undefined))) this.reportRefused(message);
  }

  private reportRefused(message: Tx): void {
    // Not by way of the core's notification: it has to be out before `next()` returns, also from inside a report.
    const token = this.queue.takeToken();
    const streams = this.madeStreams;
    if (streams?.reported) streams.report({ token, message, error: new QueueFullError(this.settings.txQueueLength) });
  }

  acknowledge(token: number | undefined, ack: Ack, error: unknown): void {
    if (this.settings.method !== 'ack') {
      throw new NotSupportedError(`acknowledge() on ${this.name}, whose tx-done method is '${this.settings.method}', not 'ack'`);
    }
    if (!this.closed) this.txDone(token, ack, error);
  }

  peekData(): boolean {
    return !this.closed && (this.link.peekData?.() ?? false);
  }

  get slotsAvailable(): number {
    return this.closed || this.completing ? 0 : Math.max(0, this.settings.txQueueLength - this.queue.length);
  }

  /** Fails the receivers with the reason, and everything pending with the reason as cause. */
  abortWith(reason: unknown): void {
    if (this.closed) return;
    this.failure = { reason };
    this.close({ cause: reason });
  }

  flushLink(limit: number): Observable<unknown> {
    if (this.closed) throw new ChannelClosedError(this.name, 'not-sent');
    if (!this.link.flush) throw new NotSupportedError(`flush() on ${this.name}, whose controller has no flush`);
    return from(this.link.flush(limit));
  }

  /** Completes as soon as nothing waits or is in flight. */
  whenIdle(): Observable<never> {
    return defer(() => (this.closed ? this.streams.closed$ : this.queue.idle ? EMPTY : this.streams.idle$));
  }

  // --- what the link says --------------------------------------------------------------------------------------------------------

  next(event: LinkEvent<Rx, Ack>): void {
    if (this.closed) return;
    switch (event.type) {
      case 'txDone':
        if (this.settings.method === 'irq') this.txDone(event.token, event.ack as Ack, event.error);
        else this.strayTxDone(event.token, event.error);
        break;
      case 'received':
        // Each of the others defers itself.
        if (this.inLink) this.deferReceived(event.message);
        else this.madeStreams?.receive(event.message);
        break;
      case 'ready':
        this.ready();
        break;
      case 'down':
        this.down(event.reason);
        break;
      case 'up':
        this.up();
        break;
    }
  }

  error(reason: unknown): void {
    if (this.subscription === null) {
      this.failure = { reason };
      return;
    }
    if (this.closed) return;
    if (this.inLink) return this.defer(() => this.error(reason));
    this.down(reason);
    this.close({ cause: reason });
  }

  complete(): void {
    if (this.inLink) return this.defer(() => this.complete());
    this.close();
  }

  // --- effects of the core -------------------------------------------------------------------------------------------------------

  protected prepare(record: TxRecord<Tx, Ack>): boolean {
    const { txPrepare } = this.settings;
    if (record.watch === undefined && txPrepare === undefined) return false;
    for (let { watch } = record; watch !== undefined; watch = watch.other) watch.check();
    if (txPrepare !== undefined && record.pending) txPrepare(record.message);
    return true;
  }

  protected handOver(record: TxRecord<Tx, Ack>): 'accepted' | 'busy' {
    const answer = this.link.sendData(record.message, record.token);
    if (answer === 'busy' && this.settings.pollPeriod !== undefined) this.environment.poll.watch(this);
    return answer;
  }

  protected sent(record: TxRecord<Tx, Ack>): void {
    for (let { watch } = record; watch !== undefined; watch = watch.other) watch.sent();
    if (this.settings.method === 'poll') this.environment.poll.kick(this);
  }

  protected lastTxDone(token: number): TxDoneAnswer<Ack> {
    // Also a channel of another method is visited, for the sake of a refused head; there is nothing to ask it.
    return this.settings.method === 'poll' && (this.link.lastTxDone?.(token) ?? false);
  }

  protected abort(token: number): void {
    try {
      this.link.abort?.(token);
    } catch {
      // Advice that could not be taken. Leaving is safe without it: the slot is held as the correlation demands.
    }
  }

  protected held(stone: HeldSlot): void {
    const { quarantine } = this.settings;
    if (quarantine !== Infinity) stone.clock = this.environment.deadlines().after(quarantine, () => this.release(stone));
    if (!this.link.reset || this.resetting !== undefined) return;
    const reset = new Subscription();
    this.resetting = reset;
    // Over before its consequences: what they leave behind needs another one.
    const over = (conclude: () => void): void => {
      if (this.resetting === reset) this.resetting = undefined;
      conclude();
    };
    reset.add(
      defer(() => this.link.reset?.() ?? EMPTY).subscribe({
        error: (reason: unknown) => over(() => this.down(reason)),
        complete: () => over(() => this.releaseHeld()),
      }),
    );
  }

  protected wireLost(): void {
    const { resetting } = this;
    if (resetting === undefined) return;
    this.resetting = undefined;
    shielded(() => resetting.unsubscribe());
  }

  protected shutdown(): void {
    const { subscription } = this;
    if (subscription) {
      this.subscription = undefined;
      shielded(() => subscription.unsubscribe());
    }
    this.environment.poll.forget(this);
    this.owner?.delete(this.index);
  }

  protected deliver(record: TxRecord<Tx, Ack>): void {
    if (record.watch !== undefined) record.stopWatches();
    if (this.madeStreams?.reported) this.madeStreams.report(record.report());
    record.tell();
    record.forget();
  }

  private deferReceived(message: Rx): void {
    this.defer(() => this.tellInTurn(() => this.madeStreams?.receive(message)));
  }

  /** Whether anybody would hear of a message whose sender has left. */
  get heard(): boolean {
    return this.madeStreams !== undefined && (this.madeStreams.reported || this.madeStreams.traced);
  }

  protected get tracing(): boolean {
    return this.madeStreams?.traced ?? false;
  }

  protected trace(event: ChannelEvent): void {
    this.madeStreams?.trace(event);
  }

  protected ended(): void {
    // Made if need be: whoever asks later must find them ended.
    this.streams.end(this.failure, new ChannelClosedError(this.name, 'not-sent'));
  }

  /** Whether the poll timer has anything to visit it for. */
  get pollable(): boolean {
    return this.refused || (this.settings.method === 'poll' && this.queue.held > 0);
  }

  protected override quiet(): void {
    super.quiet();
    if (this.settings.pollPeriod !== undefined && !this.pollable) this.environment.poll.forget(this);
  }

  protected drained(): void {
    this.madeStreams?.drained();
  }
}
