import { show } from '../contract/checks';
import { askSlots } from './askSlots';
import { Backlog } from './Backlog';
import type { Batch } from './Batch';
import { HAND_OVER, NOTHING, NOTIFY, type Consequence } from './Consequence';
import type { Core } from './Core';
import { down, end, resetDone, turnEnded, up } from './epochs';
import { DOWN, Gate, PAUSED, RESETTING } from './Gate';
import { HandOver } from './HandOver';
import type { HeldSlot } from './HeldSlot';
import type { LeaveReason } from './LeaveReason';
import { leave } from './leaving';
import { Sequencer } from './Sequencer';
import { Settlement, type SettlementSettings } from './Settlement';
import { Slots, type Unmatched } from './Slots';
import type { TokenSource } from './TokenSource';
import type { TxEffects } from './TxEffects';
import { HELD, IN_FLIGHT, type TxEntry } from './TxEntry';

/** How a channel's core is set up. Fixed while the channel lives. */
export interface TxMachineSettings extends SettlementSettings {
  readonly txQueueLength: number;
}

/**
 * What may happen to the messages of one channel. Pure: it has no clock, and everything that it causes is an effect.
 *
 * Most methods here are one transition. It ends in {@link HandOver.run}: what may go is handed over, then everybody is notified.
 * From inside a call into the link a transition waits until that call has returned. `submit` and `txDone`, which every message goes
 * through, say that in full; the others by way of `act`.
 */
export class TxMachine<Tx, Ack, E extends TxEntry<Tx, Ack>> implements Core<Tx, Ack, E> {
  readonly slots: Slots;
  closed = false;
  readonly gate = new Gate();
  readonly sequencer: Sequencer<E>;
  readonly settlement: Settlement<Tx, Ack, E>;
  readonly handOver: HandOver<Tx, Ack, E>;

  constructor(
    private readonly settings: TxMachineSettings,
    private readonly tokens: TokenSource,
    readonly effects: TxEffects<Tx, Ack, E>,
    /** Shared by the channels whose messages may leave together. */
    private readonly batch: Batch,
    /** Another order is another backlog. */
    readonly backlog: Backlog<E> = new Backlog<E>(),
  ) {
    const { gate } = this;
    const slots = (this.slots = new Slots(settings, tokens));
    const sequencer = (this.sequencer = new Sequencer<E>(effects));
    const settlement = (this.settlement = new Settlement<Tx, Ack, E>(settings, slots, gate, sequencer, effects));
    this.handOver = new HandOver<Tx, Ack, E>(backlog, slots, gate, settlement, sequencer, effects, batch);
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

  /** A call into the link is under way. */
  get insideLink(): boolean {
    return this.sequencer.insideLink;
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

  /** Takes a message into the queue, or says that it is full. */
  submit(entry: E): boolean {
    const { backlog, handOver, sequencer } = this;
    const { open } = handOver;
    if (backlog.length >= this.settings.txQueueLength && this.full) return false;
    entry.token = this.takeToken();
    backlog.add(entry);
    if (this.effects.tracing) sequencer.note('queued', entry.token);
    // From inside sendData it is part of that attempt: the loop that made the attempt goes on with the queue.
    if (sequencer.insideLink) this.waits();
    else if (open) handOver.run();
    else {
      this.waits();
      handOver.notify();
    }
    return true;
  }

  txDone(token: number | undefined, ack: Ack, error: unknown): void {
    // In a method of its own: a closure here would cost every call a context object, also where it is not made.
    if (this.sequencer.insideLink) return this.deferTxDone(token, ack, error);
    const slot = this.slots.match(token);
    if (typeof slot === 'string') this.unmatched(slot, token, error);
    else if (error === undefined && slot.state === IN_FLIGHT && this.sequencer.nothingQueued && !this.batch.active) {
      // Nothing else is to be notified, so this outcome needs no place in the queue.
      return this.handOver.run(this.settlement.done(slot, ack));
    } else this.settlement.finish(slot, ack, error);
    this.handOver.run();
  }

  private unmatched(what: Unmatched, token: unknown, error: unknown): void {
    if (token === undefined || typeof token === 'number') this.sequencer.note(what, token, error);
    else this.sequencer.note('broken', undefined, new TypeError(`token of a tx-done is ${show(token)}; expected a number, or undefined`));
  }

  private deferTxDone(token: number | undefined, ack: Ack, error: unknown): void {
    this.sequencer.defer(() => this.txDone(token, ack, error));
  }

  /** A message waits. In a pause the turn has to end for it. */
  private waits(): void {
    if (this.gate.has(PAUSED)) this.effects.atTurnEnd(true);
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
      this.unmatched('unknownTxDone', token, error);
      return HAND_OVER;
    });
  }

  /** There may be room again for a refused head. */
  ready(): void {
    this.act(() => HAND_OVER);
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

  /** The turn is over: pauses end, resets begin. */
  turnEnded(): void {
    this.act(() => (this.closed ? NOTHING : turnEnded(this)));
  }

  /** The quarantine of a held slot is over. */
  release(slot: HeldSlot): void {
    this.act(() => {
      if (slot.state !== HELD) return NOTHING;
      this.slots.release(slot);
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
  private act(transition: () => Consequence): void {
    if (this.sequencer.insideLink) return this.sequencer.defer(() => this.act(transition));
    const consequence = transition();
    if (consequence === HAND_OVER) this.handOver.run();
    else if (consequence === NOTIFY) this.handOver.notify();
  }

  /** Notifies, where nothing can be handed over. */
  notify(): void {
    this.handOver.notify();
  }

  /** What the link says from inside one of its calls waits until that call has returned. */
  defer(transition: () => void): void {
    this.sequencer.defer(transition);
  }

  /** For what is only to be notified, and must not overtake the outcomes before it. */
  queueNotice(notify: () => void): void {
    this.sequencer.queueNotice(notify);
  }
}
