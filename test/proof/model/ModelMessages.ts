import { ModelOrder } from './ModelOrder';
import { ModelQuarantine } from './ModelClock';
import type { ModelMessage } from './ModelMessage';
import { THROWN, type Result } from './Stage';
import { errorOf } from './texts';

/** A slot that is held: by its message, or, once its sender has left, for nobody. */
export interface Slot {
  readonly message: ModelMessage;
  left: boolean;
  quarantine: ModelQuarantine | undefined;
  /** `lastTxDone` has failed to say anything about it: it is not asked again. */
  muted: boolean;
}

/** The messages of one channel, its slots, and what stands against a hand-over. */
export abstract class ModelMessages extends ModelOrder {
  waiting: ModelMessage[] = [];
  /** Oldest first. */
  slots: Slot[] = [];
  up = true;
  /** A sender has left in this turn: nothing is handed over until it ends (rule 4). */
  protected paused = false;
  /** A reset is to come when the turn ends, or under way: nothing is handed over. */
  protected reset: 'none' | 'toCome' | 'underWay' = 'none';
  /** Others have taken their places: they have settled, and are told when the turn ends. */
  protected displaced: ModelMessage[] = [];
  /** The head was refused. */
  protected refused = false;

  abstract poll(): void;
  abstract turnEnded(): void;
  /** The quarantine of a slot is over. */
  abstract release(slot: Slot): void;

  /** The poll timer has a reason to come by. */
  get pollable(): boolean {
    const asked = this.method === 'poll' && this.slots.some(({ muted }) => !muted);
    return this.reset === 'none' && ((this.refused && this.up) || asked);
  }

  /** Somebody waits for what the poll timer may find out. */
  get waitsForAnswer(): boolean {
    return (this.refused && this.up) || this.slots.some(({ left }) => !left);
  }

  get idle(): boolean {
    return this.waiting.length === 0 && this.slots.length === 0;
  }

  protected get freeSlots(): number {
    return this.mailbox.setup.window - this.slots.length;
  }

  /** The next message may go. */
  protected get open(): boolean {
    return this.up && !this.paused && this.reset === 'none' && this.freeSlots > 0;
  }

  /** Semantics 2.2: what can go as soon as it may go needs no place in the queue. */
  protected get full(): boolean {
    const { freeSlots, waiting } = this;
    const { queue } = this.place.setup;
    if (waiting.length < queue) return false;
    if (!this.up || this.reset !== 'none') return true;
    if (this.paused) return waiting.length >= queue + freeSlots;
    const goesAtOnce = waiting.length === 0 || (this.handing && !this.refused);
    return !goesAtOnce || waiting.length >= freeSlots;
  }

  protected get quarantine(): number {
    const { quarantine, correlation } = this.mailbox.setup;
    return this.place.setup.quarantine ?? quarantine ?? (correlation === 'tagged' ? 0 : Infinity);
  }

  // --- transitions of one message ------------------------------------------------------------------------------------------------

  /** Takes a slot. */
  protected take(message: ModelMessage): void {
    remove(this.waiting, message);
    this.slots.push({ message, left: false, quarantine: undefined, muted: false });
  }

  protected finish(slot: Slot, result: Result): void {
    const { message } = slot;
    this.free(slot);
    const error = errorOf(result);
    if (slot.left) {
      this.trace('lateTxDone', message.token, error);
      this.freed(slot, 'txDone');
    } else if ('ack' in result) this.settle(message, `ok ${result.ack}`);
    else this.settle(message, `EIO ${this.deliveryOf(result, message.token)} ${result.error}`);
  }

  private deliveryOf({ delivery = 'sent' }: Extract<Result, { error: string }>, token: number): string {
    if (delivery !== 'text') return delivery;
    this.broken('delivery', token);
    return 'unknown';
  }

  /** It will never be known what became of it. */
  protected lose(slot: Slot, why: string): void {
    if (slot.left) {
      slot.muted = true;
      return;
    }
    if (this.mailbox.setup.correlation === 'tagged') this.free(slot);
    else this.abandon(slot.message);
    this.settle(slot.message, `EIO unknown ${why}`);
  }

  protected left(message: ModelMessage, outcome: string): void {
    this.trace('left', message.token, outcome);
    this.settle(message, outcome);
  }

  protected settle(message: ModelMessage, outcome: string): void {
    this.end(message, outcome);
    this.toNotify.push(message);
  }

  protected displace(message: ModelMessage, outcome: string): void {
    this.end(message, outcome);
    this.displaced.push(message);
    this.waitForTurn();
  }

  private end(message: ModelMessage, outcome: string): void {
    message.state = 'settled';
    message.outcome = outcome;
    this.trace('settled', message.token, outcome.startsWith('ok') ? undefined : outcome);
  }

  /** The table of semantics 5.2. */
  protected abandon(message: ModelMessage): void {
    const { place, quarantine } = this;
    this.callLink(() => this.abort(message.token));
    const slot = this.slots.find((held) => held.message === message)!;
    if (quarantine === 0) return this.free(slot);
    slot.left = true;
    if (quarantine !== Infinity) this.mailbox.turn.begin(quarantine, (slot.quarantine = new ModelQuarantine(this, slot)));
    if (this.mailbox.setup.correlation === 'untagged') this.trace('stalled', message.token, undefined);
    if (place.setup.reset === undefined || this.reset !== 'none') return;
    this.reset = 'toCome';
    this.mailbox.turn.join(this, true);
  }

  private abort(token: number): void {
    try {
      if (this.world.onAbort(this.place, token) === 'promise') this.broken('abort', token);
    } catch (error) {
      if (error !== THROWN) throw error;
      this.broken('abort', token);
    }
  }

  protected free(slot: Slot): void {
    remove(this.slots, slot);
    slot.quarantine?.stop();
  }

  /** A slot that was held is free again. */
  protected freed({ message }: Slot, by: string): void {
    this.trace('freed', message.token, `by ${by}`);
  }

  protected failSlots(outcome: string, by?: string): void {
    for (const slot of [...this.slots]) {
      this.free(slot);
      if (!slot.left) this.settle(slot.message, outcome);
      else if (by !== undefined) this.freed(slot, by);
    }
  }

  protected pause(): void {
    this.paused = true;
    this.waitForTurn();
  }

  /** The turn has to end also where no microtask comes, if a message waits in a pause, somebody is to be told, or a reset is to come. */
  protected waitForTurn(): void {
    const { turn } = this.mailbox;
    const needed = this.reset === 'toCome' || this.displaced.length > 0;
    if (this.paused || needed) turn.join(this, needed || this.waiting.length > 0);
    else turn.leave(this);
  }
}

export function remove<T>(list: T[], item: T): void {
  list.splice(list.indexOf(item), 1);
}
