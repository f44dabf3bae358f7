import { Fifo } from '../../../src/util/Fifo';
import { movedElements } from '../../support/movedElements';

/** All that it refers to. */
function kept(fifo: Fifo<unknown>): unknown[] {
  const { incoming, outgoing } = fifo as unknown as Record<'incoming' | 'outgoing', unknown[]>;
  return [...incoming, ...outgoing];
}

describe('Fifo', () => {
  it('is empty at first', () => {
    expect(new Fifo().length).toBe(0);
  });

  it('gives what was put in, oldest first', () => {
    const fifo = new Fifo<string>();
    for (const item of ['A', 'B', 'C']) fifo.push(item);
    expect([fifo.shift(), fifo.shift(), fifo.length]).toEqual(['A', 'B', 1]);
    fifo.push('D');
    expect([fifo.shift(), fifo.shift(), fifo.length]).toEqual(['C', 'D', 0]);
  });

  it.each([[undefined], [null], [0], ['']])('takes %p as well as anything', (item) => {
    const fifo = new Fifo<unknown>();
    fifo.push(item);
    fifo.push('last');
    expect([fifo.length, fifo.shift(), fifo.length, fifo.shift()]).toEqual([2, item, 1, 'last']);
  });

  it.each<[string, (i: number) => number]>([
    ['in turn', () => 1],
    ['so that it grows, then shrinks', (i) => (i < 3000 ? 3 : 0)],
    ['in waves', (i) => (i % 4000 < 1000 ? 4 : 0)],
  ])('does what an array does, put in and taken out %s', (_how, pushes) => {
    const fifo = new Fifo<number>();
    const array: number[] = [];
    let next = 0;
    for (let i = 0; i < 12_000; i++) {
      for (let push = pushes(i); push > 0; push--) {
        fifo.push(next);
        array.push(next++);
      }
      if (array.length > 0) expect(fifo.shift()).toBe(array.shift());
      expect(fifo.length).toBe(array.length);
    }
    while (array.length > 0) expect(fifo.shift()).toBe(array.shift());
    expect(fifo.length).toBe(0);
  });

  it.each([[4_000], [400_000]])('moves each of %i elements once', (count) => {
    const fifo = new Fifo<number>();
    const moved = movedElements(() => {
      for (let i = 0; i < count; i++) fifo.push(i);
      for (let i = 0; i < count; i++) fifo.shift();
    });
    expect(moved).toBeLessThanOrEqual(count);
  });

  it('moves each element once, too, when it stays as long as it is', () => {
    const fifo = new Fifo<number>();
    for (let i = 0; i < 10_000; i++) fifo.push(i);
    const moved = movedElements(() => {
      for (let i = 0; i < 400_000; i++) {
        fifo.push(i);
        fifo.shift();
      }
    });
    expect(moved).toBeLessThanOrEqual(410_000);
  });

  it('keeps no room for what has long been taken out', () => {
    const fifo = new Fifo<number>();
    for (let i = 0; i < 100_000; i++) {
      fifo.push(i);
      fifo.shift();
    }
    expect(kept(fifo)).toHaveLength(0);
  });

  it('does not keep what has been taken out', () => {
    const fifo = new Fifo<object>();
    const item = {};
    fifo.push(item);
    fifo.push({});
    fifo.shift();
    expect(kept(fifo)).not.toContain(item);
    expect(kept(fifo)).toHaveLength(1);
  });
});
