import { TxFailedError, type MailboxError } from '../contract/errors';
import type { Sequencer } from './Sequencer';
import type { Slots, SlotSettings } from './Slots';
import type { TxEffects } from './TxEffects';
import { DONE, FAILED, HELD, type TxEntry, type TxSlot } from './TxEntry';

export interface SettlementSettings extends SlotSettings {
  /** How long a slot is held after its sender left: ms, 0, or Infinity. */
  readonly quarantine: number;
}

/** The text of an `EIO`, by how far the message came. */
export const FAILURE = { sent: 'the device reported a failure', unknown: 'lastTxDone threw', 'not-sent': 'not handed over' } as const;

/** How messages end, and what becomes of their slots (rules 2 and 3). */
export class Settlement<Tx, Ack, E extends TxEntry<Tx, Ack>> {
  constructor(
    private readonly settings: SettlementSettings,
    private readonly slots: Slots,
    private readonly sequencer: Sequencer<E>,
    private readonly effects: TxEffects<Tx, Ack, E>,
  ) {}

  /** A tx-done has found its slot. */
  finish(slot: TxSlot, ack: Ack, error: unknown): void {
    if (error !== undefined || slot.state === HELD) this.failSlot(slot, error, 'sent');
    else this.sequencer.queueOutcome(this.done(slot, ack));
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

  /** A tx-done that has an error, or that found a held slot. */
  failSlot(slot: TxSlot, error: unknown, delivery: 'sent' | 'unknown'): void {
    const held = slot.state === HELD;
    this.slots.release(slot);
    if (held) this.sequencer.note('lateTxDone', slot.token, error);
    else this.fail(slot as E, new TxFailedError(delivery, FAILURE[delivery], error));
  }

  fail(entry: E, error: MailboxError): void {
    entry.state = FAILED;
    entry.outcome = error;
    this.sequencer.note('settled', entry.token, error);
    this.sequencer.queueOutcome(entry);
  }

  /** The sender leaves a message in flight: the link is told, and the slot is freed or held. */
  leaveInFlight(entry: E): void {
    const { sequencer, settings } = this;
    sequencer.callLink(() => this.effects.abort(entry.token));
    if (settings.quarantine === 0) return this.slots.release(entry);
    const slot = this.slots.hold(entry);
    if (settings.correlation === 'untagged') sequencer.note('stalled', entry.token);
    sequencer.callLink(() => this.effects.held(slot));
  }

  /** Frees every held slot: no tx-done for them can come any more. */
  releaseHeld(): void {
    for (let slot = this.slots.oldest; slot !== undefined;) {
      const { next } = slot;
      if (slot.state === HELD) this.slots.release(slot);
      slot = next;
    }
  }

  /** Frees every slot. The messages in flight fail. */
  failSlots(makeError: () => MailboxError): void {
    for (let slot = this.slots.oldest; slot !== undefined; slot = this.slots.oldest) {
      const held = slot.state === HELD;
      this.slots.release(slot);
      if (!held) this.fail(slot as E, makeError());
    }
  }
}
