import { DONE, IN_FLIGHT, ORPHAN, HeldSlot, WAITING, type TxEntry, type TxSlot } from './TxEntry';
import { TxList } from './TxList';

/** Why a tx-done belongs to no slot. */
export type Unmatched = 'lateTxDone' | 'unknownTxDone';

/** What does not change while a channel lives. */
export interface TxQueueSettings {
  readonly txQueueLength: number;
  readonly window: number;
  readonly correlation: 'tagged' | 'ordered' | 'untagged';
}

/** The next token of a mailbox, shared by its channels. */
export interface TokenSource {
  next: number;
}

/**
 * Which message is where: the queue, the window and the tokens of one channel. Decides nothing about time or order of effects.
 *
 * One list, because messages go in flight in the order in which they wait; going in flight moves the border between the two parts.
 *
 * ```
 *   first                            waiting             last
 *     │  in flight, and tombstones   │                    │
 *     ▼  at most `window`            ▼  at most txQueueLength
 *   [ slot ─ tombstone ─ slot ]    [ message ─ message ─ message ]  ◄─ accept
 * ```
 */
export class TxQueue<E extends TxEntry<unknown, unknown>> extends TxList {
  /** The oldest message that waits; what stands before it holds a slot. */
  waiting: E | undefined = undefined;
  /** How many wait. */
  length = 0;
  /** How many slots are held. */
  held = 0;
  /** How many of the slots are tombstones. */
  orphans = 0;
  up = true;

  constructor(
    private readonly settings: TxQueueSettings,
    private readonly tokens: TokenSource,
  ) {
    super();
  }

  /** The message to hand over now: none while the link is down or every slot is held. */
  get head(): E | undefined {
    return this.up && this.held < this.settings.window ? this.waiting : undefined;
  }

  /** With a queue of 0 a message is accepted only where it can be handed over at once. */
  get full(): boolean {
    const { length, settings } = this;
    return length >= settings.txQueueLength && !(length === 0 && this.up && this.held < settings.window);
  }

  /** Nothing waits and nothing is in flight; a tombstone counts as in flight. */
  get idle(): boolean {
    return this.first === undefined;
  }

  /** Every accepted message has settled; tombstones may still hold slots. */
  get settled(): boolean {
    return this.length === 0 && this.held === this.orphans;
  }

  /** The slot that has been held longest. */
  get oldest(): TxSlot | undefined {
    return this.held === 0 ? undefined : this.first;
  }

  /** The slot that comes after this one. */
  after(slot: TxSlot): TxSlot | undefined {
    return slot.next === this.waiting ? undefined : slot.next;
  }

  takeToken(): number {
    return this.tokens.next++;
  }

  accept(entry: E): void {
    entry.token = this.takeToken();
    entry.state = WAITING;
    this.push(entry);
    if (this.length++ === 0) this.waiting = entry;
  }

  /** The oldest that waits goes in flight. */
  sent(entry: E): void {
    entry.state = IN_FLIGHT;
    this.waiting = entry.next as E | undefined;
    this.length--;
    this.held++;
  }

  /** A message leaves that waits. */
  withdraw(entry: E): void {
    if (entry === this.waiting) this.waiting = entry.next as E | undefined;
    this.remove(entry);
    this.length--;
  }

  free(slot: TxSlot): void {
    this.remove(slot);
    this.held--;
    if (isTombstone(slot)) {
      this.orphans--;
      slot.state = DONE;
      slot.clock?.stop();
    }
  }

  /** The sender of a message in flight has left, and its slot stays held. */
  bury(entry: E): HeldSlot {
    const stone = new HeldSlot(entry.token);
    this.replace(entry, stone);
    this.orphans++;
    return stone;
  }

  /** Finds the slot that a tx-done belongs to. Tokens only grow, so what was given out and is not here has settled. */
  match(token: number | undefined): TxSlot | Unmatched {
    if (token === undefined) return (this.settings.correlation === 'tagged' ? undefined : this.oldest) ?? 'unknownTxDone';
    // Oldest first: transports complete about in order, so this ends early.
    for (let slot = this.first; slot !== undefined && slot !== this.waiting; slot = slot.next) if (slot.token === token) return slot;
    return Number.isInteger(token) && token > 0 && token < this.tokens.next ? 'lateTxDone' : 'unknownTxDone';
  }
}

/** Decided by the state, which every slot has, rather than by class: one comparison on the hot path. */
function isTombstone(slot: TxSlot): slot is HeldSlot {
  return slot.state === ORPHAN;
}
