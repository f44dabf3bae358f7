import { ChannelClosedError, NotSupportedError, QueueFullError, type MailboxError } from '../contract/errors';
import type { MailboxLink } from '../contract/MailboxLink';
import type { LeaveReason } from '../core/LeaveReason';
import { TxMachine } from '../core/TxMachine';
import type { TxPolicy } from '../policy/TxPolicy';
import { shielded } from '../util/reportUnhandled';
import { peekData } from './callbacks';
import { ChannelEffects, type AffectedChannel } from './ChannelEffects';
import type { ChannelGroup } from './ChannelGroup';
import { ChannelStreams, type ChannelFailure } from './ChannelStreams';
import { LinkSubscriber, type LinkListener } from './LinkSubscriber';
import type { PlaceQueue } from './PlaceQueue';
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
    readonly link: MailboxLink<Tx, Rx, Ack>,
    readonly settings: ChannelSettings<Tx>,
    readonly group: ChannelGroup,
    readonly index: number,
  ) {}

  /** Starts the link up. Throws what `events$` fails with meanwhile. */
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
    const machine = (this.madeMachine = new TxMachine(settings, group.controller.tokens, effects, group.batch));
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
    machine.retryRefusedHead();
    // A policy, or what the retry caused, may have ended it before it was accepted.
    if (!record.fresh) record.stopWatches();
    else if (machine.closed || this.completing || !machine.submit(record)) record.refuse(this.refusal());
  }

  private refusal(): MailboxError {
    if (this.closed || this.completing) return new ChannelClosedError(this.name, 'not-sent');
    return new QueueFullError(this.settings.txQueueLength);
  }

  /** Sends without a sender to notify: only `txDone$` says what became of it. */
  post(message: Tx): void {
    const { machine } = this;
    machine.retryRefusedHead();
    if (machine.closed || this.completing) return;
    if (!machine.submit(new TxRecord<Tx, Ack>(this, message, undefined))) this.reportRefused(message);
  }

  /** Not queued with the other reports: this one has to be out before `next()` returns, also from inside a report. */
  private reportRefused(message: Tx): void {
    const token = this.machine.takeToken();
    if (this.madeStreams?.reported) this.streams.report({ token, message, error: new QueueFullError(this.settings.txQueueLength) });
  }

  leave(record: TxRecord<Tx, Ack>, reason: LeaveReason, pausing: boolean): void {
    this.machine.leave(record, reason, pausing);
  }

  acknowledge(token: number | undefined, ack: Ack, error: unknown): void {
    if (this.settings.method !== 'ack') {
      throw new NotSupportedError(`acknowledge() on ${this.name}, whose tx-done method is '${this.settings.method}', not 'ack'`);
    }
    if (!this.closed) this.machine.txDone(token, ack, error);
  }

  peekData(): boolean {
    return !this.closed && peekData(this.link, (error) => this.machine.broken(error));
  }

  get slotsAvailable(): number {
    return this.closed || this.completing ? 0 : Math.max(0, this.settings.txQueueLength - (this.madeMachine?.backlog.length ?? 0));
  }

  /** A send would not be refused for want of a place. */
  get hasPlace(): boolean {
    return this.closed || this.completing || !this.machine.full;
  }

  /** The graceful end: what was accepted goes on, then the channel closes. */
  drain(): void {
    this.completing = true;
    this.machine.notify();
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
    const { machine } = this;
    // It must not overtake the outcomes before it, nor come in the middle of one; and what it causes comes after it.
    if (machine.insideLink) return machine.defer(() => machine.queueNotice(receive));
    machine.queueNotice(receive);
    machine.notify();
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
