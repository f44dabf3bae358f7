import { sharedMemory, createSharedMemory } from 'rx-mailbox/shared-memory';
import { Patience } from '../../src/controllers/sharedMemory/Patience';
import { Pair } from '../fixtures/sharedMemoryPair';

let now = 0;

beforeEach(() => {
  jest.useFakeTimers();
  now = 0;
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/** A clock that goes on by so much each time that it is read. */
function clock(step: number): void {
  jest.spyOn(performance, 'now').mockImplementation(() => (now += step));
}

describe('Patience', () => {
  /** How long it looks in vain, each time until it looks no more. */
  function vain(patience: Patience): number[] {
    const waits: number[] = [];
    while (patience.begin()) {
      const began = now;
      while (!patience.over) patience.look(() => false);
      waits.push(Math.round((now - began) * 1000));
    }
    return waits;
  }

  it('looks half as long each time that it looked in vain, and in the end not at all', () => {
    clock(0.001);
    expect(vain(new Patience(0.05))).toEqual([50, 25, 13, 7, 4]);
  });

  it('never looks where it may not', () => {
    clock(0.001);
    const patience = new Patience(0);
    patience.sleeps();
    patience.woken();
    expect(vain(patience)).toEqual([]);
  });

  it('looks as long as it may again when there was something to see', () => {
    clock(0.001);
    const patience = new Patience(0.05);
    patience.begin();
    while (!patience.over) patience.look(() => false);
    patience.begin();
    expect(patience.look(() => true)).toBe(true);
    expect(vain(patience)[0]).toBe(50);
  });

  it.each([
    [0.04, 50],
    [0.06, undefined],
  ])('after being woken within %d ms of falling asleep, it looks for %p us', (slept, first) => {
    clock(0.001);
    const patience = new Patience(0.05);
    vain(patience);
    patience.sleeps();
    now += slept - 0.001;
    patience.woken();
    expect(vain(patience)[0]).toBe(first);
  });
});

describe('a link that looks on before it sleeps', () => {
  it('takes what arrives meanwhile, and nobody has to wake it', () => {
    clock(0.001);
    const pair = Pair.connected({ spin: 0.05 });
    const { a, b } = pair;
    // Put off by the receiver, as whatever an answer may cause is.
    b.onReceived = (message) => {
      if (message !== 'three') queueMicrotask(() => a.send(message === 'one' ? 'two' : 'three'));
    };
    a.send('one');
    pair.settle();
    expect(b.log).toEqual(['received "one"', 'received "two"', 'received "three"']);
    expect(a.log).toEqual(['txDone 1', 'txDone 2', 'txDone 3']);
    expect([a.rings, b.rings]).toEqual([1, 1]);
  });

  it('is woken for each of them where it does not', () => {
    const pair = Pair.connected();
    const { a, b } = pair;
    b.onReceived = (message) => {
      if (message === 'one') setTimeout(() => a.send('two'));
    };
    a.send('one');
    pair.settle();
    pair.settle();
    expect(b.log).toEqual(['received "one"', 'received "two"']);
    expect(b.rings).toBe(2);
  });

  it('falls asleep when nothing comes', () => {
    clock(0.001);
    const { a, b } = Pair.connected({ spin: 0.05 });
    a.send('wake up');
    jest.runAllTicks();
    expect(b.rung).toBe(true);
  });

  it('looks no more once it is closed', () => {
    clock(0.001);
    const pair = Pair.connected({ spin: 0.05 });
    const { a, b } = pair;
    b.onReceived = () => queueMicrotask(() => b.close());
    a.send('the last');
    pair.settle();
    expect(a.log).toEqual(['txDone 1', 'down']);
    expect(b.error).toBeUndefined();
  });
});

describe('the option', () => {
  it.each([[-1], [1.5], [NaN], ['0.05'], [null]])('is not %p', (spin) => {
    const create = (): unknown => sharedMemory(createSharedMemory(), { spin: spin as number });
    expect(create).toThrow(/^spin is .*; expected milliseconds, 0 to 1$/);
  });
});
