import { HeldSlot } from './HeldSlot';
import { List } from './List';
import type { TokenSource } from './TokenSource';
import { DONE, HELD, IN_FLIGHT, type TxEntry, type TxSlot } from './TxEntry';

/** Why a tx-done belongs to no slot. */
export type Unmatched = 'lateTxDone' | 'unknownTxDone';

/** How many slots are looked at before an index is made. */
const NEAR = 16;

/** How the slots of a channel are used. Fixed while the channel lives. */
export interface SlotSettings {
  readonly window: number;
  readonly correlation: 'tagged' | 'ordered' | 'untagged';
}

/**
 * The slots of one channel: which message a tx-done belongs to (rule 3), and whether another one may go (rule 6).
 *
 * In the list stands what holds a slot, in the order of hand-over: messages in flight, and held slots.
 */
export class Slots {
  /** How many slots are in use. */
  used = 0;
  /** How many of these are held for a sender who has left. */
  held = 0;
  /** How many of those are not asked about any more. */
  private muted = 0;
  private readonly list = new List<TxSlot>();
  /** The slots by token. Made when a tx-done is far from the oldest slot, and kept until no slot is in use. */
  private index: Map<number, TxSlot> | undefined = undefined;

  constructor(
    private readonly settings: SlotSettings,
    private readonly tokens: TokenSource,
    /** Where the window may change. */
    private readonly readWindow?: () => number,
  ) {}

  /** How many may be in use. */
  get window(): number {
    return this.readWindow === undefined ? this.settings.window : this.readWindow();
  }

  /** Another message may go in flight. */
  get free(): boolean {
    return this.used < this.window;
  }

  /** How many there are to ask about. */
  get asked(): number {
    return this.used - this.muted;
  }

  /** How many slots are not in use. */
  get unused(): number {
    return Math.max(0, this.window - this.used);
  }

  /** The slot that has been in use for the longest time. */
  get oldest(): TxSlot | undefined {
    return this.list.first;
  }

  /** A message goes in flight. */
  take(entry: TxEntry<unknown, unknown>): void {
    entry.state = IN_FLIGHT;
    this.list.push(entry);
    this.used++;
    if (this.index !== undefined) this.index.set(entry.token, entry);
  }

  release(slot: TxSlot): void {
    this.list.remove(slot);
    this.used--;
    if (this.index !== undefined) this.removeFromIndex(slot);
    if (isHeld(slot)) this.endHold(slot);
  }

  private removeFromIndex(slot: TxSlot): void {
    this.index?.delete(slot.token);
    if (this.used === 0) this.index = undefined;
  }

  private endHold(slot: HeldSlot): void {
    this.held--;
    if (slot.muted) this.muted--;
    slot.state = DONE;
    slot.clock?.stop();
  }

  /** `lastTxDone` cannot say anything about this slot. */
  mute(slot: HeldSlot): void {
    if (slot.muted) return;
    slot.muted = true;
    this.muted++;
  }

  /** The sender of a message in flight has left, and its slot stays in use. */
  hold(entry: TxEntry<unknown, unknown>): HeldSlot {
    const slot = new HeldSlot(entry.token);
    this.list.replace(entry, slot);
    this.index?.set(slot.token, slot);
    this.held++;
    return slot;
  }

  /** Finds the slot that a tx-done belongs to. */
  match(token: number | undefined): TxSlot | Unmatched {
    const { first } = this.list;
    // Mostly it is the oldest, as transports complete about in order.
    return first !== undefined && first.token === token ? first : this.search(token);
  }

  private search(token: number | undefined): TxSlot | Unmatched {
    if (token === undefined) return (this.settings.correlation === 'tagged' ? undefined : this.oldest) ?? 'unknownTxDone';
    return this.find(token) ?? this.unmatched(token);
  }

  /** Costs the same with any window and in any order, and makes nothing where a few slots are in use. */
  private find(token: number): TxSlot | undefined {
    if (this.index !== undefined) return this.index.get(token);
    let near = NEAR;
    for (let slot = this.oldest; slot !== undefined; slot = slot.next) {
      if (slot.token === token) return slot;
      if (--near === 0) return this.makeIndex().get(token);
    }
    return undefined;
  }

  private makeIndex(): Map<number, TxSlot> {
    const index = new Map<number, TxSlot>();
    for (let slot = this.oldest; slot !== undefined; slot = slot.next) index.set(slot.token, slot);
    return (this.index = index);
  }

  /** Tokens only grow, so one that was given out and is not here has settled. */
  private unmatched(token: number): Unmatched {
    return Number.isInteger(token) && token > 0 && token < this.tokens.next ? 'lateTxDone' : 'unknownTxDone';
  }
}

/** Decided by the state rather than by the class: every slot has a state, and this is one comparison on the path of each message. */
function isHeld(slot: TxSlot): slot is HeldSlot {
  return slot.state === HELD;
}
