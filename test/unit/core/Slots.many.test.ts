import { Slots } from '../../../src/core/Slots';
import { HELD, IN_FLIGHT, type TxSlot } from '../../../src/core/TxEntry';
import { entryOf, type Entry } from './CoreBench';

const MANY = 10_000;

/** The same numbers in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function shuffled<T>(items: readonly T[], below: (n: number) => number): T[] {
  const all = [...items];
  for (let i = all.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all;
}

/** Slots beside the simplest thing that does the same: a map from token to slot, in the order of hand-over. */
class Checked {
  readonly tokens = { next: 1 };
  readonly slots: Slots;
  readonly model = new Map<number, TxSlot>();

  constructor(readonly correlation: 'tagged' | 'ordered' | 'untagged' = 'tagged') {
    this.slots = new Slots({ window: MANY, correlation }, this.tokens);
  }

  take(): Entry {
    const entry = Object.assign(entryOf('A'), { token: this.tokens.next++ });
    this.slots.take(entry);
    this.model.set(entry.token, entry);
    return entry;
  }

  hold(token: number): void {
    this.model.set(token, this.slots.hold(this.model.get(token) as Entry));
  }

  release(token: number): void {
    const slot = this.model.get(token)!;
    if (this.slots.match(token) !== slot) throw new Error(`the slot of ${token} is not found`);
    this.slots.release(slot);
    this.model.delete(token);
    // Nothing of it is found any more. Not asked each time: a search for what is not there may have to look at everything.
    if (token % 100 === 0) expect(this.slots.match(token)).toBe('lateTxDone');
  }

  /** Cheap enough to be asked after each step. */
  check(): void {
    const { slots, model } = this;
    expect([slots.used, slots.free]).toEqual([model.size, model.size < MANY]);
    const [oldest] = model.values();
    expect(slots.oldest).toBe(oldest);
    if (this.correlation !== 'tagged') expect(slots.match(undefined)).toBe(oldest ?? 'unknownTxDone');
  }

  /** Looks at every slot. */
  checkAll(): void {
    this.check();
    const list: TxSlot[] = [];
    for (let slot = this.slots.oldest; slot !== undefined; slot = slot.next) list.push(slot);
    expect(list).toHaveLength(this.model.size);
    let at = 0;
    let held = 0;
    for (const [token, slot] of this.model) {
      if (list[at++] !== slot) throw new Error(`the slot of ${token} is not in its place`);
      if (this.slots.match(token) !== slot) throw new Error(`the slot of ${token} is not found`);
      if (slot.state === HELD) held++;
      else expect(slot.state).toBe(IN_FLIGHT);
    }
    expect(this.slots.held).toBe(held);
  }
}

describe('Slots with a window of 10,000', () => {
  it('find each slot, whatever the order in which they are freed', () => {
    const checked = new Checked();
    for (let i = 0; i < MANY; i++) checked.take();
    checked.checkAll();
    expect(checked.slots.free).toBe(false);
    for (const token of shuffled([...checked.model.keys()], numbers(1))) checked.release(token);
    checked.checkAll();
    expect(checked.slots.used).toBe(0);
  });

  it.each<[string, (tokens: number[]) => number[]]>([
    ['oldest first', (tokens) => tokens],
    ['newest first', (tokens) => tokens.reverse()],
    ['every other one first', (tokens) => [...tokens.filter((token) => token % 2 === 0), ...tokens.filter((token) => token % 2 === 1)]],
  ])('and when they are freed %s', (_order, order) => {
    const checked = new Checked();
    for (let i = 0; i < MANY; i++) checked.take();
    for (const token of order([...checked.model.keys()])) checked.release(token);
    checked.checkAll();
    // They can be used again.
    for (let i = 0; i < 100; i++) checked.take();
    checked.checkAll();
  });

  it('find what is held in place of a message, until it is released', () => {
    const checked = new Checked();
    const below = numbers(2);
    for (let i = 0; i < MANY; i++) checked.take();
    const tokens = shuffled([...checked.model.keys()], below);
    for (const token of tokens.slice(0, MANY / 2)) checked.hold(token);
    checked.checkAll();
    expect([checked.slots.held, checked.slots.used]).toEqual([MANY / 2, MANY]);
    for (const token of shuffled(tokens, below)) checked.release(token);
    checked.checkAll();
    expect([checked.slots.held, checked.slots.used]).toEqual([0, 0]);
  });

  it.each(['tagged', 'ordered', 'untagged'] as const)('%s, do what a map does, taken, held and released at random', (correlation) => {
    for (const seed of [1, 2]) {
      const checked = new Checked(correlation);
      const below = numbers(seed);
      /** Those in use, in no order; what is taken out leaves its place to the last. */
      const tokens: number[] = [];
      for (let step = 0; step < 2 * MANY; step++) {
        // First it fills, then it drains.
        const action = below(step < MANY ? 4 : 8);
        if (action < 3 && step < MANY * 1.5) tokens.push(checked.take().token);
        else if (tokens.length > 0) {
          const at = below(tokens.length);
          const token = tokens[at]!;
          if (action === 3 && checked.model.get(token)!.state === IN_FLIGHT) checked.hold(token);
          else {
            checked.release(token);
            tokens[at] = tokens.at(-1)!;
            tokens.pop();
          }
        }
        if (step % 50 === 0) checked.check();
        if (step % 5000 === 0) checked.checkAll();
      }
      checked.checkAll();
      for (const token of tokens) checked.release(token);
      checked.checkAll();
    }
  });

  it('grow and shrink again and again, and find everything', () => {
    const checked = new Checked();
    const below = numbers(4);
    for (let round = 1; round <= 20; round++) {
      while (checked.model.size < round * 50) checked.take();
      checked.checkAll();
      for (const token of shuffled([...checked.model.keys()], below).slice(0, round * 49)) checked.release(token);
      checked.checkAll();
    }
  });

  it('say of tokens that are not there what they are', () => {
    const checked = new Checked();
    for (let i = 0; i < MANY; i++) checked.take();
    for (const token of [5, 5000, MANY]) checked.release(token);
    for (const token of [5, 5000, MANY]) expect(checked.slots.match(token)).toBe('lateTxDone');
    for (const token of [0, -1, 1.5, NaN, Infinity, MANY + 1, undefined]) expect(checked.slots.match(token)).toBe('unknownTxDone');
  });

  it('keep no slot alive that has been freed', () => {
    const checked = new Checked();
    const entries = Array.from({ length: MANY }, () => checked.take());
    const first = entries[0]!;
    for (const { token } of entries) if (token > 100) checked.release(token);
    expect(reachable(checked.slots)).not.toContain(entries[5000]);
    expect(reachable(checked.slots)).toContain(first);
  });
});

/** Everything that can be reached from an object by its fields, arrays, maps and sets. */
function reachable(from: object): unknown[] {
  const seen = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (value instanceof Map || value instanceof Set) for (const each of value as Iterable<unknown>) visit(each);
    for (const each of Object.values(value)) visit(each);
  };
  visit(from);
  return [...seen];
}
