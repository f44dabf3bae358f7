/** Below this, moving what is left is not worth it. */
const MANY = 1024;

/** A queue of values, first in, first out. Unlike an array's `shift()`, each call costs the same however many wait. */
export class Fifo<T> {
  private readonly items: (T | undefined)[] = [];
  private first = 0;

  get length(): number {
    return this.items.length - this.first;
  }

  push(item: T): void {
    this.items.push(item);
  }

  /** Takes the oldest. Only where there is one. */
  shift(): T {
    const { items, first } = this;
    const item = items[first] as T;
    items[first] = undefined;
    this.first++;
    if (this.first >= MANY && this.first * 2 > items.length) this.moveUp();
    return item;
  }

  private moveUp(): void {
    this.items.splice(0, this.first);
    this.first = 0;
  }
}
