import type { ChannelEvent } from '../contract/ChannelEvent';
import { ChannelClosedError, NotSupportedError, QueueFullError, type MailboxError } from '../contract/errors';
import type { MailboxLink } from '../contract/MailboxLink';
import type { HeldSlot } from '../core/HeldSlot';
import type { TxDoneAnswer, TxEffects } from '../core/TxEffects';
import type { LeaveReason } from '../core/LeaveReason';
import { TxMachine } from '../core/TxMachine';
import type { TxPolicy } from '../policy/TxPolicy';
import { shielded } from '../util/reportUnhandled';
import type { ChannelGroup } from './ChannelGroup';
import { ChannelStreams, type ChannelFailure } from './ChannelStreams';
import { HeldSlotRelease } from './HeldSlotRelease';
import { LinkSubscriber, type LinkListener } from './LinkSubscriber';
import { PolledChannel } from './PolledChannel';
import { nameOf, type ChannelSettings } from './settings';
import { TxRecord, type TxOwner } from './TxRecord';
import type { WatchedRecord } from './WatchedRecord';

/**
 * A channel that has an owner: the core, connected to its link on one side and to RxJS and the mailbox's clocks on the other.
 *
 * Its parts are made on first use: most channels of a large mailbox are idle, and some are never listened to.
 */
export class OpenChannel<Tx, Rx, Ack> implements TxEffects<Tx, Ack, TxRecord<Tx, Ack>>, TxOwner<TxRecord<Tx, Ack>>, LinkListener<Rx, Ack> {
  /** No more sends; the channel closes when all that was accepted has settled. */
  private completing = false;
  private readonly subscriber = new LinkSubscriber<Rx, Ack>(this);
  /** What the receivers' stream ends with. */
  private failure: ChannelFailure | undefined = undefined;
  private madeMachine: TxMachine<Tx, Ack, TxRecord<Tx, Ack>> | undefined = undefined;
  private madeStreams: ChannelStreams<Tx, Rx, Ack> | undefined = undefined;
  private heldSlots: HeldSlotRelease | undefined = undefined;
  /** Only where the poll timer may have something to ask. */
  private polled: PolledChannel | undefined = undefined;

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
    const { group, index, settings } = this;
    const machine = (this.madeMachine = new TxMachine(settings, group.tokens, this));
    if (settings.pollPeriod !== undefined) this.polled = new PolledChannel(index, settings, machine, group.clocks.poll);
    return machine;
  }

  get streams(): ChannelStreams<Tx, Rx, Ack> {
    return (this.madeStreams ??= new ChannelStreams());
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

  leave(record: TxRecord<Tx, Ack>, reason: LeaveReason): void {
    this.machine.leave(record, reason);
  }

  acknowledge(token: number | undefined, ack: Ack, error: unknown): void {
    if (this.settings.method !== 'ack') {
      throw new NotSupportedError(`acknowledge() on ${this.name}, whose tx-done method is '${this.settings.method}', not 'ack'`);
    }
    if (!this.closed) this.machine.txDone(token, ack, error);
  }

  peekData(): boolean {
    return !this.closed && (this.link.peekData?.() ?? false);
  }

  get slotsAvailable(): number {
    return this.closed || this.completing ? 0 : Math.max(0, this.settings.txQueueLength - (this.madeMachine?.backlog.length ?? 0));
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
    // From inside a call into the link the message must not overtake the outcomes before it.
    if (machine.insideLink) machine.defer(() => machine.queueNotice(receive));
    else receive();
  }

  // --- effects of the core -------------------------------------------------------------------------------------------------------

  prepare(record: TxRecord<Tx, Ack>): boolean {
    return (record.watch !== undefined || this.settings.txPrepare !== undefined) && this.runPreparations(record);
  }

  private runPreparations(record: TxRecord<Tx, Ack>): true {
    record.checkWatches();
    if (record.pending) this.settings.txPrepare?.(record.message);
    return true;
  }

  handOver(record: TxRecord<Tx, Ack>): 'accepted' | 'busy' {
    return this.link.sendData(record.message, record.token);
  }

  sent(record: TxRecord<Tx, Ack>): void {
    if (record.watch !== undefined) record.notifyWatches();
    this.polled?.sent();
  }

  refused(): void {
    this.polled?.refused();
  }

  lastTxDone(token: number): TxDoneAnswer<Ack> {
    // A channel of another method is visited only to retry a refused head; there is nothing to ask it.
    return this.settings.method === 'poll' && (this.link.lastTxDone?.(token) ?? false);
  }

  abort(token: number): void {
    try {
      this.link.abort?.(token);
    } catch {
      // It was only advice. Leaving is safe without it: the slot is held as the correlation demands.
    }
  }

  held(slot: HeldSlot): void {
    this.heldSlots ??= new HeldSlotRelease(this.link, this.machine, this.settings.quarantine, this.group.clocks.deadlines());
    shielded(() => this.heldSlots?.held(slot));
  }

  epochEnded(): void {
    this.heldSlots?.epochEnded();
  }

  shutdown(): void {
    this.subscriber.stop();
    this.polled?.stop();
    this.group.owned.delete(this.index);
  }

  deliver(record: TxRecord<Tx, Ack>): void {
    if (record.watch !== undefined) record.stopWatches();
    if (this.madeStreams?.reported) this.report(record);
    record.notifySender();
    record.forget();
  }

  private report(record: TxRecord<Tx, Ack>): void {
    shielded(() => this.streams.report(record.report()));
  }

  /** Whether `txDone$` or `events$` has a subscriber. */
  get observed(): boolean {
    return this.madeStreams !== undefined && (this.madeStreams.reported || this.madeStreams.traced);
  }

  get tracing(): boolean {
    return this.madeStreams?.traced ?? false;
  }

  trace(event: ChannelEvent): void {
    shielded(() => this.madeStreams?.trace(event));
  }

  ended(): void {
    // Made if need be: whoever asks later must find them ended.
    shielded(() => this.streams.end(this.failure, new ChannelClosedError(this.name, 'not-sent')));
  }

  afterNotifying(): void {
    const { machine } = this;
    // First: who waits for the channel to drain must hear of that, rather than of the end that may follow.
    if (machine.idle) this.drained();
    if (this.completing && machine.settled) machine.close();
    this.polled?.rest();
  }

  private drained(): void {
    if (this.madeStreams !== undefined) shielded(() => this.streams.drained());
  }
}
