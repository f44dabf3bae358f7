import type { ChannelEvent } from '../contract/ChannelEvent';
import { ChannelClosedError } from '../contract/errors';
import type { MailboxLink } from '../contract/MailboxLink';
import { HAND_OVER } from '../core/Consequence';
import type { HeldSlot } from '../core/HeldSlot';
import type { TxDoneAnswer, TxEffects } from '../core/TxEffects';
import type { TxMachine } from '../core/TxMachine';
import { isInteger, windowReader } from '../core/windowReader';
import { LaterCall } from '../time/LaterCall';
import type { TurnMember } from '../time/TurnEnd';
import { shielded } from '../util/reportUnhandled';
import { abortMessage, prepareMessage, type OnBroken } from './callbacks';
import type { ChannelGroup } from './ChannelGroup';
import type { ChannelFailure, ChannelStreams } from './ChannelStreams';
import { HeldSlotRelease } from './HeldSlotRelease';
import { PolledChannel } from './PolledChannel';
import type { ChannelSettings } from './settings';
import { TellingPace } from './TellingPace';
import type { TxRecord } from './TxRecord';

/** The channel whose core causes something. */
export interface AffectedChannel<Tx, Rx, Ack> {
  readonly link: MailboxLink<Tx, Rx, Ack, unknown>;
  readonly settings: ChannelSettings<Tx>;
  readonly group: ChannelGroup;
  readonly index: number;
  readonly name: string;
  readonly machine: TxMachine<Tx, Ack, TxRecord<Tx, Ack>>;
  readonly streams: ChannelStreams<Tx, Rx, Ack>;
  /** What the receivers' stream ends with. */
  readonly failure: ChannelFailure | undefined;
  /** Somebody wants to hear when everybody has been notified. */
  afterNotifying(): void;
  /** Shuts the link down. */
  stop(): void;
}

/** Everything that the core of one channel causes: calls into its link, its clocks and timers, and what its listeners hear. */
export class ChannelEffects<Tx, Rx, Ack> implements TxEffects<Tx, Ack, TxRecord<Tx, Ack>>, TurnMember {
  /** Undefined: nobody has asked for one. */
  streams: ChannelStreams<Tx, Rx, Ack> | undefined = undefined;
  joined = false;
  needsEnd = false;
  private heldSlots: HeldSlotRelease | undefined = undefined;
  /** Another attempt at a refused head, 1 ms later. */
  private laterAttempt: LaterCall | undefined = undefined;
  /** Only where messages displace others. */
  private pace: TellingPace | undefined = undefined;
  /** Only where the poll timer may have something to ask. */
  private polled: PolledChannel | undefined = undefined;

  constructor(private readonly channel: AffectedChannel<Tx, Rx, Ack>) {}

  get name(): string {
    return this.channel.name;
  }

  get index(): number {
    return this.channel.index;
  }

  get window(): (() => number) | undefined {
    const { correlation, dynamic } = this.channel.settings;
    if (dynamic === undefined) return undefined;
    const most = correlation === 'untagged' ? 1 : Infinity;
    const computed = {
      name: 'controller.window',
      read: () => {
        const { window = 1 } = dynamic;
        return window;
      },
      accepts: (window: unknown) => isInteger(window, most),
      expected: most === 1 ? 'an integer from 0 to 1' : 'an integer >= 0',
    };
    return windowReader(computed, (error) => this.channel.machine.sequencer.note('broken', undefined, error));
  }

  /** The core has been made. */
  begin(machine: TxMachine<Tx, Ack, TxRecord<Tx, Ack>>): void {
    const { group, index, settings } = this.channel;
    if (settings.pollPeriod !== undefined) this.polled = new PolledChannel(index, settings, machine, group.clocks.poll);
  }

  // --- calls into the link ---------------------------------------------------------------------------------------------------------

  prepares(record: TxRecord<Tx, Ack>): boolean {
    return record.watch !== undefined || this.channel.settings.txPrepare !== undefined;
  }

  prepare(record: TxRecord<Tx, Ack>, first: boolean): void {
    record.checkWatches();
    const { txPrepare } = this.channel.settings;
    if (first && txPrepare !== undefined && record.pending) prepareMessage(txPrepare, record.message, record.token, this.onBroken);
  }

  handOver(record: TxRecord<Tx, Ack>): 'accepted' | 'busy' {
    return this.channel.link.sendData(record.message, record.token);
  }

  sent(record: TxRecord<Tx, Ack>): void {
    if (record.watch !== undefined) record.notifyWatches('sent');
    this.polled?.sent();
  }

  queued(record: TxRecord<Tx, Ack>): void {
    record.notifyWatches('queued');
  }

  returned(record: TxRecord<Tx, Ack>): void {
    record.notifyWatches('returned');
  }

  progress(record: TxRecord<Tx, Ack>): void {
    record.notifyWatches('progress');
  }

  lastTxDone(token: number): TxDoneAnswer<Ack> {
    const { link, settings } = this.channel;
    // A channel of another method is visited only to retry a refused head; there is nothing to ask it.
    return settings.method === 'poll' && link.lastTxDone!(token);
  }

  abort(token: number): void {
    abortMessage(this.channel.link, token, this.onBroken);
  }

  private get onBroken(): OnBroken {
    return (error, token) => this.channel.machine.broken(error, token);
  }

  get resets(): boolean {
    return this.channel.link.reset !== undefined;
  }

  reset(): void {
    this.heldSlots?.reset();
  }

  shutdown(): void {
    const { group, index } = this.channel;
    this.channel.stop();
    this.polled?.stop();
    this.pace?.stop();
    if (this.joined) this.atTurnEnd(false);
    group.controller.disown(index, this.channel);
  }

  // --- clocks and timers -----------------------------------------------------------------------------------------------------------

  refused(givenBack: boolean): void {
    this.polled?.refused(givenBack);
  }

  retryLater(): void {
    const { group, machine } = this.channel;
    this.laterAttempt ??= new LaterCall(group.clocks.deadlines(), () => machine.act(() => HAND_OVER));
    this.laterAttempt.ask();
  }

  held(slot: HeldSlot): void {
    const { group, link, machine, settings } = this.channel;
    this.heldSlots ??= new HeldSlotRelease(link, machine, settings.quarantine, group.clocks.deadlines());
    this.heldSlots.held(slot);
  }

  atTurnEnd(needed: boolean): void {
    const { turnEnd } = this.channel.group.clocks;
    turnEnd.join(this);
    shielded(() => turnEnd.need(this, needed));
  }

  turnEnded(): void {
    this.channel.machine.turnEnded();
  }

  mayTellDisplaced(): boolean {
    this.pace ??= new TellingPace(this.channel.group.clocks.deadlines(), () => this.atTurnEnd(true));
    return this.pace.allows(this.now());
  }

  epochEnded(): void {
    this.heldSlots?.epochEnded();
    this.laterAttempt?.stop();
  }

  // --- what is heard of it ---------------------------------------------------------------------------------------------------------

  deliver(record: TxRecord<Tx, Ack>): void {
    if (record.watch !== undefined) record.stopWatches();
    if (this.streams?.reported) this.report(record);
    record.notifySender();
    record.forget();
  }

  private report(record: TxRecord<Tx, Ack>): void {
    shielded(() => this.streams?.report(record.report()));
  }

  turned(up: boolean): void {
    const { streams } = this;
    if (streams?.upAsked) this.channel.machine.sequencer.queueNotice(() => shielded(() => streams.turned(up)));
  }

  now(): number {
    let now = NaN;
    shielded(() => (now = this.channel.group.clocks.scheduler.now()));
    return now;
  }

  get tracing(): boolean {
    return this.streams?.traced ?? false;
  }

  trace(event: ChannelEvent): void {
    shielded(() => this.streams?.trace(event));
  }

  ended(): void {
    const { failure, name, streams } = this.channel;
    // Made if need be: whoever asks later must find them ended.
    shielded(() => streams.end(failure, new ChannelClosedError(name, 'not-sent')));
    // Who waits for a place hears that there will be none.
    this.channel.afterNotifying();
  }

  afterNotifying(): void {
    this.channel.afterNotifying();
    this.polled?.update();
  }
}
