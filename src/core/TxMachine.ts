import { ChannelClosedError, LinkDownError, type Delivery, type MailboxError } from '../contract/errors';
import { askSlots } from './askSlots';
import { Backlog } from './Backlog';
import { HAND_OVER, NOTHING, NOTIFY, type Consequence } from './Consequence';
import { HandOver } from './HandOver';
import type { HeldSlot } from './HeldSlot';
import type { LeaveReason } from './LeaveReason';
import { Sequencer } from './Sequencer';
import { Settlement, type SettlementSettings } from './Settlement';
import { Slots } from './Slots';
import type { TokenSource } from './TokenSource';
import type { TxEffects } from './TxEffects';
import { HELD, IN_FLIGHT, WAITING, type TxEntry } from './TxEntry';

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
export class TxMachine<Tx, Ack, E extends TxEntry<Tx, Ack>> {
  readonly slots: Slots;
  closed = false;
  private readonly sequencer: Sequencer<E>;
  private readonly settlement: Settlement<Tx, Ack, E>;
  private readonly handOver: HandOver<Tx, Ack, E>;

  constructor(
    private readonly settings: TxMachineSettings,
    private readonly tokens: TokenSource,
    private readonly effects: TxEffects<Tx, Ack, E>,
    /** Another order is another backlog. */
    readonly backlog: Backlog<E> = new Backlog<E>(),
  ) {
    this.slots = new Slots(settings, tokens);
    this.sequencer = new Sequencer(effects);
    this.settlement = new Settlement(settings, this.slots, this.sequencer, effects);
    this.handOver = new HandOver(this.backlog, this.slots, this.settlement, this.sequencer, effects);
  }

  /** With a queue of 0 a message is accepted only where it can be handed over at once. */
  get full(): boolean {
    const { backlog, settings } = this;
    return backlog.length >= settings.txQueueLength && !(backlog.length === 0 && this.handOver.open);
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
    return this.handOver.refused;
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
    if (backlog.length >= this.settings.txQueueLength && !(open && backlog.length === 0)) return false;
    entry.token = this.takeToken();
    backlog.add(entry);
    if (this.effects.tracing) sequencer.note('queued', entry.token);
    // From inside sendData it is part of that attempt: the loop that made the attempt goes on with the queue.
    if (sequencer.insideLink) return true;
    if (open) handOver.run();
    else sequencer.notify();
    return true;
  }

  txDone(token: number | undefined, ack: Ack, error: unknown): void {
    // In a method of its own: a closure here would cost every call a context object, also where it is not made.
    if (this.sequencer.insideLink) return this.deferTxDone(token, ack, error);
    const slot = this.slots.match(token);
    if (typeof slot === 'string') this.sequencer.note(slot, token, error);
    else if (error === undefined && slot.state === IN_FLIGHT && this.sequencer.nothingQueued) {
      // Nothing else is to be notified, so this outcome needs no place in the queue.
      return this.handOver.run(this.settlement.done(slot, ack));
    } else this.settlement.finish(slot, ack, error);
    this.handOver.run();
  }

  private deferTxDone(token: number | undefined, ack: Ack, error: unknown): void {
    this.sequencer.defer(() => this.txDone(token, ack, error));
  }

  /** A tx-done by a method that is not the channel's: it settles nothing. */
  unknownTxDone(token: number | undefined, error: unknown): void {
    this.act(() => {
      this.sequencer.note('unknownTxDone', token, error);
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
      askSlots(this.slots, this.settlement, this.sequencer, this.effects);
      return HAND_OVER;
    });
  }

  /** The sender gives up: what waits is withdrawn, what is in flight leaves its slot behind, what has settled stays as it is. */
  leave(entry: E, reason: LeaveReason): void {
    this.act(() => {
      if (entry.state === WAITING) return this.leaveWaiting(entry, reason('not-sent'));
      if (entry.state !== IN_FLIGHT) return NOTHING;
      const error = reason('unknown');
      this.sequencer.note('left', entry.token, error);
      this.settlement.leaveInFlight(entry);
      this.settlement.fail(entry, error);
      return HAND_OVER;
    });
  }

  private leaveWaiting(entry: E, error: MailboxError): Consequence {
    const wasHead = entry === this.backlog.head;
    this.backlog.remove(entry);
    this.sequencer.note('left', entry.token, error);
    this.settlement.fail(entry, error);
    // Only a head that leaves passes its turn on. Any other is no reason to bother a link that said 'busy'.
    if (!wasHead) return NOTIFY;
    this.handOver.refused = false;
    return HAND_OVER;
  }

  /** The quarantine of a held slot is over. */
  release(slot: HeldSlot): void {
    this.act(() => {
      if (slot.state !== HELD) return NOTHING;
      this.slots.release(slot);
      return HAND_OVER;
    });
  }

  /** A reset has completed: no held slot can see its tx-done any more. */
  releaseHeld(): void {
    this.act(() => {
      this.settlement.releaseHeld();
      return HAND_OVER;
    });
  }

  /** Ends an epoch. */
  down(reason: unknown): void {
    this.act(() => {
      const { effects, handOver, sequencer } = this;
      if (!handOver.up || this.closed) return NOTHING;
      handOver.up = handOver.refused = false;
      sequencer.note('down', undefined, reason);
      sequencer.callLink(() => effects.epochEnded());
      this.settlement.failSlots(() => new LinkDownError(effects.name, reason === undefined ? undefined : { cause: reason }));
      return HAND_OVER;
    });
  }

  /** Begins an epoch. */
  up(): void {
    this.act(() => {
      if (this.handOver.up || this.closed) return NOTHING;
      this.handOver.up = true;
      this.sequencer.note('up');
      return HAND_OVER;
    });
  }

  /** Ends the channel: everything pending fails, with a cause where there is one. `closed` says so before anything else is done. */
  close(options?: { cause: unknown }): void {
    if (this.closed) return;
    this.closed = true;
    this.act(() => this.end(options));
  }

  private end(options: { cause: unknown } | undefined): Consequence {
    const { backlog, effects, sequencer, settlement } = this;
    const closed = (delivery: Delivery): MailboxError => new ChannelClosedError(effects.name, delivery, options);
    sequencer.callLink(() => {
      effects.epochEnded();
      effects.shutdown();
    });
    settlement.failSlots(() => closed('unknown'));
    for (let { head } = backlog; head !== undefined; { head } = backlog) {
      backlog.remove(head);
      settlement.fail(head, closed('not-sent'));
    }
    sequencer.note('closed', undefined, options?.cause);
    sequencer.ending = true;
    return HAND_OVER;
  }

  /** One transition: at once, or as soon as the call into the link that is under way has returned. What may go is then handed over. */
  private act(transition: () => Consequence): void {
    if (this.sequencer.insideLink) return this.sequencer.defer(() => this.act(transition));
    const consequence = transition();
    if (consequence === HAND_OVER) this.handOver.run();
    else if (consequence === NOTIFY) this.sequencer.notify();
  }

  /** Notifies, where nothing can be handed over. */
  notify(): void {
    this.sequencer.notify();
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
