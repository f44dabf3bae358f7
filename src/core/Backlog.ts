import { List } from './List';
import { WAITING, type TxEntry, type TxSlot } from './TxEntry';

/**
 * The messages that wait, first in, first out (rule 5).
 *
 * The order is decided here and nowhere else: a backlog with another order needs these same members.
 */
export class Backlog<E extends TxEntry<unknown, unknown>> {
  /** How many wait. */
  length = 0;
  private readonly list = new List<TxSlot>();

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
    this.list.remove(entry);
    this.length--;
  }
}
