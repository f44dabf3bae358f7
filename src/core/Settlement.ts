import type { FreedBy } from '../contract/ChannelEvent';
import { DELIVERIES, TxFailedError, type Delivery, type MailboxError } from '../contract/errors';
import { show } from '../contract/checks';
import { RESET_TO_COME, RESETTING, type Gate } from './Gate';
import type { HeldSlot } from './HeldSlot';
import type { Sequencer } from './Sequencer';
import type { Slots, SlotSettings } from './Slots';
import type { TxEffects } from './TxEffects';
import { DONE, FAILED, HELD, IN_FLIGHT, type TxEntry, type TxSlot } from './TxEntry';

export interface SettlementSettings extends SlotSettings {
  /** How long a slot is held after its sender left: ms, 0, or Infinity. */
  readonly quarantine: number;
}

/** How messages end, and what becomes of their slots (rules 2 and 3). */
export class Settlement<Tx, Ack, E extends TxEntry<Tx, Ack>> {
  /** Others have taken their places. They have settled, and are told at the end of the turn (rule 7). */
  private displaced: E[] | undefined = undefined;

  constructor(
    private readonly settings: SettlementSettings,
    private readonly slots: Slots,
    private readonly gate: Gate,
    private readonly sequencer: Sequencer<E>,
    private readonly effects: TxEffects<Tx, Ack, E>,
  ) {}

  /** A tx-done has found its slot. */
  finish(slot: TxSlot, ack: Ack, error: unknown, delivery?: Delivery): void {
    if (slot.state === HELD) {
      this.sequencer.note('lateTxDone', slot.token, error);
      this.free(slot, 'txDone');
    } else if (error === undefined) this.sequencer.queueOutcome(this.done(slot, ack));
    else {
      this.slots.release(slot);
      this.fail(slot as E, new TxFailedError(this.checked(delivery, slot.token), error));
    }
  }

  /** A held slot is free again. */
  free(slot: TxSlot, by: FreedBy | undefined): void {
    this.slots.release(slot);
    if (by !== undefined) this.sequencer.note('freed', slot.token, undefined, by);
  }

  /** What a tx-done says of its error. If it is nonsense, nothing is known. */
  private checked(delivery: Delivery = 'sent', token: number): Delivery {
    if (DELIVERIES.includes(delivery)) return delivery;
    const text = `delivery of a tx-done is ${show(delivery)}; expected 'not-sent', 'unknown', or 'sent'`;
    this.sequencer.note('broken', token, new TypeError(text));
    return 'unknown';
  }

  /** The message in this slot has been taken. Returns its entry, whose outcome is still to be queued or delivered. */
  done(slot: TxSlot, ack: Ack): E {
    const entry = slot as E;
    this.slots.release(slot);
    entry.state = DONE;
    entry.outcome = ack;
    if (this.effects.tracing) this.sequencer.note('settled', entry.token);
    return entry;
  }

  fail(entry: E, error: MailboxError): void {
    entry.state = FAILED;
    entry.outcome = error;
    this.sequencer.note('settled', entry.token, error);
    this.sequencer.queueOutcome(entry);
  }

  /** Another message has taken the place of one that waited. */
  displace(entry: E, error: MailboxError): void {
    entry.state = FAILED;
    entry.outcome = error;
    this.sequencer.note('settled', entry.token, error);
    (this.displaced ??= []).push(entry);
    this.sequencer.callLink(() => this.effects.atTurnEnd(true));
  }

  /** Joins the displaced messages to what is to be told. Returns whether there were any. */
  tellDisplaced(): boolean {
    const { displaced } = this;
    if (displaced === undefined) return false;
    this.displaced = undefined;
    for (const entry of displaced) this.sequencer.queueOutcome(entry);
    return true;
  }

  /** The end of the turn has to come, even if nothing waits for the end of a pause. */
  get needsTurnEnd(): boolean {
    return this.hasDisplaced || this.gate.has(RESET_TO_COME);
  }

  /** Whether displaced messages have not been told. */
  get hasDisplaced(): boolean {
    return this.displaced !== undefined;
  }

  /** The sender leaves a message in flight: the link is told, and the slot is freed or held. */
  leaveInFlight(entry: E): void {
    const { gate, sequencer, settings, slots } = this;
    sequencer.callLink(() => this.effects.abort(entry.token));
    if (settings.quarantine === 0) return slots.release(entry);
    const slot = slots.hold(entry);
    if (settings.correlation === 'untagged') sequencer.note('stalled', entry.token);
    sequencer.callLink(() => this.effects.held(slot));
    if (!this.effects.resets || gate.has(RESETTING)) return;
    gate.shut(RESET_TO_COME);
    // Deferred: with a synchronous scheduler the turn ends here.
    sequencer.callLink(() => this.effects.atTurnEnd(true));
  }

  /** `lastTxDone` cannot answer. No answer can come after this: failing beats waiting for ever. */
  lose(slot: TxSlot, error: unknown): void {
    if (slot.state === HELD) return this.slots.mute(slot as HeldSlot);
    // A reset, or a `down`, has ended it since it was asked about.
    if (slot.state !== IN_FLIGHT) return;
    // Without tokens its tx-done may still come, and must find its own slot.
    if (this.settings.correlation === 'tagged') this.slots.release(slot);
    else this.leaveInFlight(slot as E);
    this.fail(slot as E, new TxFailedError('unknown', error));
  }

  /** Frees every slot. The messages in flight fail. */
  failSlots(makeError: () => MailboxError, by?: FreedBy): void {
    for (let slot = this.slots.oldest; slot !== undefined; slot = this.slots.oldest) {
      if (slot.state === HELD) this.free(slot, by);
      else {
        this.slots.release(slot);
        this.fail(slot as E, makeError());
      }
    }
  }
}
