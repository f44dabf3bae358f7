import type { TxSlot } from './TxEntry';

/** A doubly linked list through the entries themselves: append and removal anywhere are O(1) and allocate nothing. */
export class TxList {
  first: TxSlot | undefined = undefined;
  last: TxSlot | undefined = undefined;

  push(entry: TxSlot): void {
    const { last } = this;
    entry.prev = last;
    if (last === undefined) this.first = entry;
    else last.next = entry;
    this.last = entry;
  }

  remove(entry: TxSlot): void {
    const { prev, next } = entry;
    if (prev === undefined) this.first = next;
    else prev.next = next;
    if (next === undefined) this.last = prev;
    else next.prev = prev;
    // A settled entry may be kept by its subscriber; it must not keep its neighbours.
    entry.prev = entry.next = undefined;
  }

  /** Puts `entry` in the place of `old`, which leaves. */
  replace(old: TxSlot, entry: TxSlot): void {
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
