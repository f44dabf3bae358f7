import type { TxSlot } from './TxEntry';

/** A doubly linked list through the entries themselves: append and removal anywhere are O(1) and allocate nothing. */
export class TxList<S extends TxSlot> {
  first: S | undefined = undefined;
  last: S | undefined = undefined;
  size = 0;

  push(entry: S): void {
    entry.prev = this.last;
    entry.next = undefined;
    if (this.last === undefined) this.first = entry;
    else this.last.next = entry;
    this.last = entry;
    this.size++;
  }

  remove(entry: S): void {
    const { prev, next } = entry;
    if (prev === undefined) this.first = next as S | undefined;
    else prev.next = next;
    if (next === undefined) this.last = prev as S | undefined;
    else next.prev = prev;
    // A settled entry may be kept by its subscriber; it must not keep its neighbours.
    entry.prev = entry.next = undefined;
    this.size--;
  }

  /** Puts `entry` in the place of `old`, which leaves. */
  replace(old: S, entry: S): void {
    const { prev, next } = old;
    entry.prev = prev;
    entry.next = next;
    if (prev === undefined) this.first = entry;
    else prev.next = entry;
    if (next === undefined) this.last = entry;
    else next.prev = entry;
    old.prev = old.next = undefined;
  }
}
