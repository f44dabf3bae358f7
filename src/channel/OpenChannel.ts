import type { Observable } from 'rxjs';
import type { ChannelState } from '../contract/ChannelState';
import {
  ChannelClosedError,
  NotSupportedError,
  QueueFullError,
  TxCanceledError,
  type Delivery,
  type MailboxError,
} from '../contract/errors';
import type { MailboxLink } from '../contract/MailboxLink';
import { DOWN } from '../core/Gate';
import { KeyedBacklog } from '../core/KeyedBacklog';
import { withdraw } from '../core/leaving';
import type { LeaveReason } from '../core/LeaveReason';
import { TxMachine } from '../core/TxMachine';
import type { TxPolicy } from '../policy/TxPolicy';
import { shielded } from '../util/reportUnhandled';
import { admitPosted, admitTransmission } from './admit';
import { callOut, peekData } from './callbacks';
import { ChannelEffects, type AffectedChannel } from './ChannelEffects';
import type { ChannelGroup } from './ChannelGroup';
import { ChannelStreams, type ChannelFailure } from './ChannelStreams';
import { LinkSubscriber, type LinkListener } from './LinkSubscriber';
import type { PlaceQueue } from './PlaceQueue';
import { countsOf } from './countsOf';
import { nameOf, type ChannelSettings } from './settings';
import { TxRecord, type TxOwner } from './TxRecord';
import type { WatchedRecord } from './WatchedRecord';

/**
 * A channel that has an owner: the core, connected to its link on one side and to RxJS and the mailbox's clocks on the other.
 *
 * Its parts are made on first use: most channels of a large mailbox are idle, and some are never listened to.
 */
export class OpenChannel<Tx, Rx, Ack> implements AffectedChannel<Tx, Rx, Ack>, TxOwner<TxRecord<Tx, Ack>>, LinkListener<Rx, Ack> {
  /** No more sends; the channel closes when all that was accepted has settled. */
  private completing = false;
  private readonly subscriber = new LinkSubscriber<Rx, Ack>(this);
  /** What the receivers' stream ends with. */
  failure: ChannelFailure | undefined = undefined;
  private madeMachine: TxMachine<Tx, Ack, TxRecord<Tx, Ack>> | undefined = undefined;
  private effects: ChannelEffects<Tx, Rx, Ack> | undefined = undefined;
  private madeStreams: ChannelStreams<Tx, Rx, Ack> | undefined = undefined;
  /** Who waits for a place in the queue. Whoever does makes it. */
  places: PlaceQueue | undefined = undefined;

  constructor(
    readonly link: MailboxLink<Tx, Rx, Ack, unknown>,
    readonly settings: ChannelSettings<Tx>,
    readonly group: ChannelGroup,
    readonly index: number,
  ) {}

  /** Starts the link up. */
  open(): void {
    this.subscriber.start(this.link.events$);
  }

  get machine(): TxMachine<Tx, Ack, TxRecord<Tx, Ack>> {
    return this.madeMachine ?? this.makeMachine();
  }

  // Apart, so that the getter above is small enough for V8 to inline.
  private makeMachine(): TxMachine<Tx, Ack, TxRecord<Tx, Ack>> {
    const { group, settings } = this;
    const effects = (this.effects = new ChannelEffects<Tx, Rx, Ack>(this));
    effects.streams = this.madeStreams;
    const backlog = settings.admission?.latest === undefined ? undefined : new KeyedBacklog<TxRecord<Tx, Ack>>();
    const { shared, tokens } = group.controller;
    const machine = (this.madeMachine = new TxMachine(settings, { tokens, batch: group.batch, backlog, shared }, effects));
    effects.begin(machine);
    return machine;
  }

  get streams(): ChannelStreams<Tx, Rx, Ack> {
    return this.madeStreams ?? this.makeStreams();
  }

  private makeStreams(): ChannelStreams<Tx, Rx, Ack> {
    const streams = (this.madeStreams = new ChannelStreams());
    if (this.effects !== undefined) this.effects.streams = streams;
    return streams;
  }

  get name(): string {
    return nameOf(this.settings, this.index);
  }

  get closed(): boolean {
    return this.madeMachine?.closed ?? false;
  }

  // --- what the application does -------------------------------------------------------------------------------------------------

  transmitWith(record: WatchedRecord<Tx, Ack>, policy: TxPolicy): void {
    policy.begin(record, this.group.clocks);
    this.transmit(record);
  }

  transmit(record: TxRecord<Tx, Ack>): void {
    const { machine } = this;
    if (this.settings.admission !== undefined) return admitTransmission(this, record);
    machine.retryRefusedHead();
    // A policy, or what the retry caused, may have ended it before it was accepted.
    if (!record.fresh) record.stopWatches();
    else if (machine.closed || this.completing || !machine.submit(record, record.watch !== undefined))
      record.refuse(this.ended ?? this.full());
  }

  private full(): MailboxError {
    return new QueueFullError(this.settings.txQueueLength);
  }

  /** Why no message is accepted at all. */
  get ended(): MailboxError | undefined {
    return this.closed || this.completing ? new ChannelClosedError(this.name, 'not-sent') : undefined;
  }

  /** Sends without a sender to notify. */
  post(message: Tx): void {
    const { machine } = this;
    if (this.settings.admission !== undefined) return admitPosted(this, message);
    machine.retryRefusedHead();
    if (machine.closed || this.completing) return;
    if (!machine.submit(this.posted(message), false)) this.reportRefused(message, this.full());
  }

  posted(message: Tx): TxRecord<Tx, Ack> {
    return new TxRecord<Tx, Ack>(this, message, undefined);
  }

  /** Not queued with the other reports: this one has to be out before `next()` returns, also from inside a report. */
  reportRefused(message: Tx, error: MailboxError): void {
    const token = this.machine.takeToken();
    if (this.madeStreams?.reported) this.streams.report({ token, message, error });
  }

  leave(record: TxRecord<Tx, Ack>, reason: LeaveReason, pausing: boolean): void {
    this.machine.leave(record, reason, pausing);
  }

  withdraw(reason: unknown): number {
    const { madeMachine } = this;
    if (madeMachine === undefined || madeMachine.closed) return 0;
    const options = reason === undefined ? undefined : { cause: reason };
    return withdraw(madeMachine, (delivery) => new TxCanceledError(delivery, 'withdrawn', options));
  }

  /** What the application does from inside takes effect when it has returned. */
  callOut(name: string, callback: () => unknown, token: number): void {
    const { machine } = this;
    machine.sequencer.callLink(() => callOut(name, callback, token, (error) => machine.broken(error, token)));
  }

  acknowledge(token: number | undefined, ack: Ack, error: unknown, delivery: Delivery | undefined): void {
    if (this.settings.method !== 'ack') {
      throw new NotSupportedError(`acknowledge() on ${this.name}, whose tx-done method is '${this.settings.method}', not 'ack'`);
    }
    if (!this.closed) this.machine.txDone(token, ack, error, delivery);
  }

  peekData(): boolean {
    return !this.closed && peekData(this.link, (error) => this.machine.broken(error));
  }

  get slotsAvailable(): number {
    return this.closed || this.completing ? 0 : Math.max(0, this.settings.txQueueLength - (this.madeMachine?.backlog.length ?? 0));
  }

  get up(): boolean {
    return !this.closed && !(this.madeMachine?.gate.has(DOWN) ?? false);
  }

  get up$(): Observable<boolean> {
    return this.streams.up$(this.up);
  }

  get state(): ChannelState {
    const { closed, index, name, up } = this;
    return { name, index, up, closed, ...countsOf(this.madeMachine) };
  }

  /** A send would not be refused for want of a place. */
  get hasPlace(): boolean {
    return this.closed || this.completing || !this.machine.full || (this.settings.failsWhileDown && !this.up);
  }

  /** How many messages may be in flight at once. */
  get window(): number {
    return this.settings.dynamic === undefined ? this.settings.window : this.machine.slots.window;
  }

  /** The graceful end: what was accepted goes on, then the channel closes. */
  drain(): void {
    this.completing = true;
    this.machine.handOver.notify();
  }

  close(options?: { cause: unknown }): void {
    this.machine.close(options);
  }

  /** Fails the receivers with the reason, and everything pending with the reason as cause. */
  fail(reason: unknown): void {
    if (this.closed) return;
    this.failure = { reason };
    this.close({ cause: reason });
  }

  // --- what the link says --------------------------------------------------------------------------------------------------------

  /** Delivers a message to the receivers. A server would get it before them. */
  received(message: Rx): void {
    const receive = (): void => shielded(() => this.madeStreams?.receive(message));
    const { handOver, sequencer } = this.machine;
    // It must not overtake the outcomes before it, nor come in the middle of one; and what it causes comes after it.
    if (sequencer.insideLink) return sequencer.defer(() => sequencer.queueNotice(receive));
    sequencer.queueNotice(receive);
    handOver.notify();
  }

  // --- what the core says --------------------------------------------------------------------------------------------------------

  /** Whether `txDone$` or `events$` has a subscriber. */
  get observed(): boolean {
    return this.madeStreams !== undefined && (this.madeStreams.reported || this.madeStreams.traced);
  }

  afterNotifying(): void {
    const { machine } = this;
    // First: who waits for the channel to drain must hear of that, rather than of the end that may follow.
    if (machine.idle) this.drained();
    if (this.completing && machine.settled) machine.close();
    if (this.places !== undefined) this.servePlaces();
  }

  private drained(): void {
    if (this.madeStreams !== undefined) shielded(() => this.streams.drained());
  }

  private servePlaces(): void {
    this.places?.serve(() => this.hasPlace);
  }

  stop(): void {
    this.subscriber.stop();
  }
}
