/** A queue of values, first in, first out. Unlike an array's `shift()`, each call costs the same however many wait. */
export class Fifo<T> {
  /** Youngest last. */
  private incoming: T[] = [];
  /** Oldest last. */
  private outgoing: T[] = [];

  get length(): number {
    return this.incoming.length + this.outgoing.length;
  }

  push(item: T): void {
    this.incoming.push(item);
  }

  /** Takes the oldest. Only where there is one. Each value is moved once on its way. */
  shift(): T {
    if (this.outgoing.length === 0) {
      this.outgoing = this.incoming.reverse();
      this.incoming = [];
    }
    return this.outgoing.pop()!;
  }
}
