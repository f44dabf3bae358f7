import type { Delivery, MailboxError } from '../contract/errors';
import { askSlots } from './askSlots';
import type { Backlog } from './Backlog';
import type { Batch } from './Batch';
import { GO_ON, HAND_OVER, NOTHING, NOTIFY, type Consequence } from './Consequence';
import type { Core } from './Core';
import { down, end, resetDone, turnEnded, up } from './epochs';
import { DOWN, RESETTING, type Gate } from './Gate';
import type { HandOver } from './HandOver';
import type { HeldSlot } from './HeldSlot';
import { progress, refused, unmatched } from './inFlight';
import type { LeaveReason } from './LeaveReason';
import { leave } from './leaving';
import { makeParts, type SharedParts } from './parts';
import type { Sequencer } from './Sequencer';
import type { Settlement, SettlementSettings } from './Settlement';
import type { Slots } from './Slots';
import type { TokenSource } from './TokenSource';
import type { TxEffects } from './TxEffects';
import { HELD, IN_FLIGHT, type TxEntry } from './TxEntry';

/** How a channel's core is set up. Fixed while the channel lives. */
export interface TxMachineSettings extends SettlementSettings {
  readonly txQueueLength: number;
  readonly failsWhileDown: boolean;
}

/**
 * What may happen to the messages of one channel. Pure: it has no clock, and everything that it causes is an effect.
 *
 * Most methods here are one transition. It ends in {@link HandOver.run}: what may go is handed over, then everybody is notified.
 * From inside a call into the link a transition waits until that call has returned. `submit` and `txDone`, which every message goes
 * through, say that in full; the others by way of `act`.
 */
export class TxMachine<Tx, Ack, E extends TxEntry<Tx, Ack>> implements Core<Tx, Ack, E> {
  closed = false;
  readonly backlog: Backlog<E>;
  readonly gate: Gate;
  readonly slots: Slots;
  readonly sequencer: Sequencer<E>;
  readonly settlement: Settlement<Tx, Ack, E>;
  readonly handOver: HandOver<Tx, Ack, E>;
  private readonly tokens: TokenSource;
  private readonly batch: Batch;

  constructor(
    readonly settings: TxMachineSettings,
    shared: SharedParts<E>,
    readonly effects: TxEffects<Tx, Ack, E>,
  ) {
    const parts = makeParts(settings, shared, effects);
    ({ backlog: this.backlog, gate: this.gate, slots: this.slots, sequencer: this.sequencer } = parts);
    ({ settlement: this.settlement, handOver: this.handOver } = parts);
    ({ batch: this.batch, tokens: this.tokens } = shared);
  }

  /** No more messages are accepted. */
  get full(): boolean {
    return this.handOver.isFull(this.settings.txQueueLength);
  }

  /** Nothing waits, and no slot is in use. */
  get idle(): boolean {
    return this.backlog.length === 0 && this.slots.used === 0;
  }

  /** Every accepted message has settled. Slots may still be held. */
  get settled(): boolean {
    return this.backlog.length === 0 && this.slots.used === this.slots.held;
  }

  /** The head was refused with `'busy'` and waits for another attempt. */
  get refused(): boolean {
    return this.handOver.refused && !this.gate.has(DOWN);
  }

  /** A reset of the link is to come or under way. */
  get resetting(): boolean {
    return this.gate.has(RESETTING);
  }

  takeToken(): number {
    return this.tokens.next++;
  }

  /**
   * The queue may be full only because its head was refused: retry it first.
   *
   * That runs user code. Check the new message again afterwards.
   */
  retryRefusedHead(): void {
    if (this.handOver.refused && !this.sequencer.insideLink && this.full) this.handOver.run();
  }

  /** Takes a message into the queue, or says that it is full. Some messages are watched. */
  submit(entry: E, watched: boolean): boolean {
    const { backlog, sequencer } = this;
    const { open } = this.handOver;
    if (backlog.length >= this.settings.txQueueLength && this.full) return false;
    entry.token = this.takeToken();
    backlog.add(entry);
    if (this.effects.tracing) sequencer.note('queued', entry.token);
    if (watched) this.effects.queued(entry);
    this.submitted(open);
    return true;
  }

  /** Takes a message into the queue. Another one has to go for it. */
  submitDisplacing(entry: E, replace: () => void, old: E, error: MailboxError): void {
    const { open } = this.handOver;
    entry.token = this.takeToken();
    replace();
    this.sequencer.note('queued', entry.token);
    this.effects.queued(entry);
    this.settlement.displace(old, error);
    this.submitted(open);
  }

  private submitted(open: boolean): void {
    const { handOver, sequencer } = this;
    // From inside sendData it is part of that attempt: the loop that made the attempt goes on with the queue.
    if (sequencer.insideLink) this.waits();
    else if (open) handOver.run();
    else {
      this.waits();
      if (sequencer.deferred === undefined) handOver.notify();
      else handOver.run(undefined, false);
    }
  }

  txDone(token: number | undefined, ack: Ack, error: unknown, delivery?: Delivery): void {
    // In a method of its own: a closure here would cost every call a context object, also where it is not made.
    if (this.sequencer.insideLink) return this.deferTxDone(token, ack, error, delivery);
    const slot = this.slots.match(token);
    if (typeof slot === 'string') unmatched(this, slot, token, error);
    else if (error === undefined && slot.state === IN_FLIGHT && this.sequencer.nothingQueued && !this.batch.active) {
      // Nothing else is to be notified, so this outcome needs no place in the queue.
      return this.handOver.run(this.settlement.done(slot, ack));
    } else this.settlement.finish(slot, ack, error, delivery);
    this.handOver.run();
  }

  private deferTxDone(token: number | undefined, ack: Ack, error: unknown, delivery: Delivery | undefined): void {
    this.sequencer.defer(() => this.txDone(token, ack, error, delivery));
  }

  /** A message waits. In a pause the turn has to end for it. */
  private waits(): void {
    if (this.gate.paused) this.effects.atTurnEnd(true);
  }

  /** Somebody else's code has broken the contract. It harms nothing else. */
  broken(error: TypeError, token?: number): void {
    this.act(() => {
      this.sequencer.note('broken', token, error);
      return NOTIFY;
    });
  }

  /** A tx-done by a method that is not the channel's: it settles nothing. */
  unknownTxDone(token: number | undefined, error: unknown): void {
    this.act(() => {
      unmatched(this, 'unknownTxDone', token, error);
      return HAND_OVER;
    });
  }

  /** The link says that there may be room again for a refused head. */
  ready(): void {
    this.act(() => {
      this.sequencer.note('ready');
      return HAND_OVER;
    });
  }

  /** The link gives back a message that it had accepted. */
  refusedBack(token: unknown, error: unknown): void {
    this.act(() => refused(this, token, error));
  }

  /** The device works on a message. */
  progress(token: unknown): void {
    this.act(() => progress(this, token));
  }

  /** Asks about everything that holds a slot, and tries a refused head again. */
  poll(): void {
    this.act(() => {
      if (!this.resetting) askSlots(this);
      return HAND_OVER;
    });
  }

  /**
   * The sender gives up.
   *
   * @param pausing - Others may be about to leave for the same reason: nothing is handed over until this turn ends (rule 4).
   */
  leave(entry: E, reason: LeaveReason, pausing: boolean): void {
    this.act(() => leave(this, entry, reason, pausing));
  }

  /** The turn is over: pauses end, also that of a channel which has closed meanwhile; resets begin. */
  turnEnded(): void {
    this.act(() => turnEnded(this));
  }

  /** The quarantine of a held slot is over. */
  release(slot: HeldSlot): void {
    this.act(() => {
      if (slot.state !== HELD) return NOTHING;
      this.settlement.free(slot, 'quarantine');
      return HAND_OVER;
    });
  }

  /** The link has been reset. */
  resetDone(): void {
    this.act(() => resetDone(this));
  }

  /** Ends an epoch. */
  down(reason: unknown): void {
    this.act(() => (this.closed ? NOTHING : down(this, reason)));
  }

  /** Begins an epoch. */
  up(): void {
    this.act(() => (this.closed ? NOTHING : up(this)));
  }

  /** Ends the channel: everything pending fails, with a cause where there is one. `closed` says so before anything else is done. */
  close(options?: { cause: unknown }): void {
    if (this.closed) return;
    this.closed = true;
    this.act(() => end(this, options));
  }

  /** One transition: at once, or as soon as the call into the link that is under way has returned. What may go is then handed over. */
  act(transition: () => Consequence): void {
    if (this.sequencer.insideLink) return this.sequencer.defer(() => this.act(transition));
    const consequence = transition();
    if (consequence === NOTIFY) this.handOver.notify();
    else if (consequence !== NOTHING) this.handOver.run(undefined, consequence !== GO_ON);
  }
}
