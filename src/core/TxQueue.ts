import { DONE, IN_FLIGHT, ORPHAN, Tombstone, WAITING, type TxEntry, type TxSlot } from './TxEntry';
import { TxList } from './TxList';

/** Why a tx-done belongs to no slot. */
export type Stray = 'lateTxDone' | 'unknownTxDone';

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
 * ```
 *   accept ─► [ waiting … waiting ] ─► sent ─► [ slot | slot | tombstone ] ─► free
 *               at most txQueueLength             at most `window`, oldest first
 * ```
 */
export class TxQueue<E extends TxEntry<unknown, unknown>> {
  readonly waiting = new TxList<E>();
  /** The slots that are held, oldest first: messages in flight, and tombstones. */
  readonly slots = new TxList<TxSlot>();
  /** How many of the slots are tombstones. */
  orphans = 0;
  up = true;

  constructor(
    private readonly settings: TxQueueSettings,
    private readonly tokens: TokenSource,
  ) {}

  /** The message to hand over now: none while the link is down or every slot is held. */
  get head(): E | undefined {
    return this.up && this.slots.size < this.settings.window ? this.waiting.first : undefined;
  }

  /** With a queue of 0 a message is accepted only where it can be handed over at once. */
  get full(): boolean {
    const { size } = this.waiting;
    return size >= this.settings.txQueueLength && !(size === 0 && this.up && this.slots.size < this.settings.window);
  }

  /** Nothing waits and nothing is in flight; a tombstone counts as in flight. */
  get idle(): boolean {
    return this.waiting.size === 0 && this.slots.size === 0;
  }

  /** Every accepted message has settled; tombstones may still hold slots. */
  get settled(): boolean {
    return this.waiting.size === 0 && this.slots.size === this.orphans;
  }

  takeToken(): number {
    return this.tokens.next++;
  }

  accept(entry: E): void {
    entry.token = this.takeToken();
    entry.state = WAITING;
    this.waiting.push(entry);
  }

  sent(entry: E): void {
    this.waiting.remove(entry);
    entry.state = IN_FLIGHT;
    this.slots.push(entry);
  }

  free(slot: TxSlot): void {
    this.slots.remove(slot);
    if (isTombstone(slot)) {
      this.orphans--;
      slot.state = DONE;
      slot.clock?.stop();
    }
  }

  /** The sender of a message in flight has left, and its slot stays held. */
  bury(entry: E): Tombstone {
    const stone = new Tombstone(entry.token);
    this.slots.replace(entry, stone);
    this.orphans++;
    return stone;
  }

  /** Finds the slot that a tx-done belongs to. Tokens only grow, so what was given out and is not here has settled. */
  match(token: number | undefined): TxSlot | Stray {
    if (token === undefined) return (this.settings.correlation === 'tagged' ? undefined : this.slots.first) ?? 'unknownTxDone';
    // Oldest first: transports complete about in order, so this ends early.
    for (let slot = this.slots.first; slot !== undefined; slot = slot.next) if (slot.token === token) return slot;
    return Number.isInteger(token) && token > 0 && token < this.tokens.next ? 'lateTxDone' : 'unknownTxDone';
  }
}

/** Decided by the state, which every slot has, rather than by class: one comparison on the hot path. */
function isTombstone(slot: TxSlot): slot is Tombstone {
  return slot.state === ORPHAN;
}
