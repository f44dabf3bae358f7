import { List } from '../../../src/core/List';
import { NEW, type TxSlot } from '../../../src/core/TxEntry';

const slot = (token: number): TxSlot => ({ token, state: NEW, prev: undefined, next: undefined });

/** The tokens forwards; the list must read the same backwards. */
function tokens(list: List<TxSlot>): number[] {
  const forwards = follow(list.first, 'next');
  expect(follow(list.last, 'prev').reverse()).toEqual(forwards);
  return forwards;
}

/** Ends on a list that does not, too. */
function follow(from: TxSlot | undefined, way: 'next' | 'prev'): number[] {
  const found: number[] = [];
  for (let each = from; each !== undefined && found.length < 3000; each = each[way]) found.push(each.token);
  return found;
}

function listOf(...numbers: number[]) {
  const list = new List<TxSlot>();
  const slots = numbers.map(slot);
  for (const each of slots) list.push(each);
  return { list, slots };
}

describe('List', () => {
  it('is empty at first', () => {
    expect(tokens(new List<TxSlot>())).toEqual([]);
  });

  it('appends at the end', () => {
    expect(tokens(listOf(1, 2, 3).list)).toEqual([1, 2, 3]);
  });

  it.each([
    ['the first', 0, [2, 3]],
    ['the middle one', 1, [1, 3]],
    ['the last', 2, [1, 2]],
  ])('removes %s', (_which, at, left) => {
    const { list, slots } = listOf(1, 2, 3);
    list.remove(slots[at]!);
    expect(tokens(list)).toEqual(left);
  });

  it('removes the only one', () => {
    const { list, slots } = listOf(1);
    list.remove(slots[0]!);
    expect(tokens(list)).toEqual([]);
    expect([list.first, list.last]).toEqual([undefined, undefined]);
  });

  it('a node that was removed keeps no neighbour', () => {
    const { list, slots } = listOf(1, 2, 3);
    list.remove(slots[1]!);
    expect([slots[1]!.prev, slots[1]!.next]).toEqual([undefined, undefined]);
  });

  it('takes a node that was removed again, at the end', () => {
    const { list, slots } = listOf(1, 2, 3);
    list.remove(slots[0]!);
    list.push(slots[0]!);
    expect(tokens(list)).toEqual([2, 3, 1]);
  });

  it.each([
    ['the first', 0, [9, 2, 3]],
    ['the middle one', 1, [1, 9, 3]],
    ['the last', 2, [1, 2, 9]],
  ])('puts another in the place of %s', (_which, at, after) => {
    const { list, slots } = listOf(1, 2, 3);
    list.replace(slots[at]!, slot(9));
    expect(tokens(list)).toEqual(after);
    expect([slots[at]!.prev, slots[at]!.next]).toEqual([undefined, undefined]);
  });

  it('puts another in the place of the only one', () => {
    const { list, slots } = listOf(1);
    list.replace(slots[0]!, slot(9));
    expect(tokens(list)).toEqual([9]);
  });

  it('stays whole whatever is done to it', () => {
    const list = new List<TxSlot>();
    const model: TxSlot[] = [];
    let seed = 1;
    const random = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
    for (let i = 0; i < 2000; i++) {
      const at = random(model.length + 1);
      const chosen = model[at];
      const action = chosen === undefined ? 'push' : ['push', 'push', 'remove', 'replace'][random(4)];
      if (action === 'push' || chosen === undefined) {
        const added = slot(i);
        list.push(added);
        model.push(added);
      } else if (action === 'remove') {
        list.remove(chosen);
        model.splice(at, 1);
      } else {
        const other = slot(i);
        list.replace(chosen, other);
        model[at] = other;
      }
      if (i % 50 === 0) expect(tokens(list)).toEqual(model.map(({ token }) => token));
    }
    expect(tokens(list)).toEqual(model.map(({ token }) => token));
  });
});
