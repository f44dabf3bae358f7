/** What can stand in a {@link List}: it carries the links itself. */
export interface Linked<N> {
  prev: N | undefined;
  next: N | undefined;
}

/** A doubly linked list through the nodes themselves: adding, removing and replacing are O(1) and allocate nothing. */
export class List<N extends Linked<N>> {
  first: N | undefined = undefined;
  last: N | undefined = undefined;

  push(node: N): void {
    const { last } = this;
    node.prev = last;
    if (last === undefined) this.first = node;
    else last.next = node;
    this.last = node;
  }

  /** Puts `node` behind `before`, or in front of all. */
  insert(node: N, before: N | undefined): void {
    const next = before === undefined ? this.first : before.next;
    node.prev = before;
    node.next = next;
    if (before === undefined) this.first = node;
    else before.next = node;
    if (next === undefined) this.last = node;
    else next.prev = node;
  }

  remove(node: N): void {
    const { prev, next } = node;
    if (prev === undefined) this.first = next;
    else prev.next = next;
    if (next === undefined) this.last = prev;
    else next.prev = prev;
    // Somebody may keep the node. It must not keep its neighbours alive.
    node.prev = node.next = undefined;
  }

  /** Puts `node` in the place of `old`, which leaves the list. */
  replace(old: N, node: N): void {
    const { prev, next } = old;
    node.prev = prev;
    node.next = next;
    if (prev === undefined) this.first = node;
    else prev.next = node;
    if (next === undefined) this.last = node;
    else next.prev = node;
    old.prev = old.next = undefined;
  }
}
