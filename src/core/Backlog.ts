import { List } from './List';
import { WAITING, type TxEntry, type TxSlot } from './TxEntry';

/**
 * The messages that wait, first in, first out (rule 5). In front stand those that the link has given back, in the order of their first hand-over.
 *
 * The order is decided here and nowhere else: a backlog with another order needs these same members.
 */
export class Backlog<E extends TxEntry<unknown, unknown>> {
  /** How many wait. */
  length = 0;
  protected readonly list = new List<TxSlot>();
  /** The last of those that were given back. All in front of it were, too. */
  protected returned: TxSlot | undefined = undefined;

  /** The message that goes next. */
  get head(): E | undefined {
    return this.list.first as E | undefined;
  }

  add(entry: E): void {
    entry.state = WAITING;
    this.list.push(entry);
    this.length++;
  }

  /** Takes a message out: it goes in flight, or it has left. */
  remove(entry: E): void {
    if (entry === this.returned) this.returned = entry.prev;
    this.list.remove(entry);
    this.length--;
  }

  /** Takes a message that was in flight back in. */
  putBack(entry: E): void {
    let before = this.returned;
    const place = this.placeOf(entry);
    while (before !== undefined && this.placeOf(before as E) > place) before = before.prev;
    entry.state = WAITING;
    this.list.insert(entry, before);
    this.length++;
    if (before === this.returned) this.returned = entry;
  }

  /** Another message of its kind waits, too: the older one of the two, which need not go any more. */
  outdated(_entry: E): E | undefined {
    return undefined;
  }

  /** Grows in the order of the first hand-over. */
  protected placeOf(entry: E): number {
    return entry.token;
  }
}
