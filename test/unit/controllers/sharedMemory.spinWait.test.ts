import { sharedMemory, createSharedMemory } from 'rx-mailbox/shared-memory';
import { SpinWait } from '../../../src/threads/SpinWait';
import { Pair } from '../../support/devices/sharedMemoryPair';

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

describe('SpinWait', () => {
  /** How long it looks in vain, in microseconds, each time that it could sleep; 0: not at all. */
  function vain(spinWait: SpinWait, times: number): number[] {
    return Array.from({ length: times }, () => {
      if (!spinWait.begin()) return 0;
      const began = now;
      while (!spinWait.over) spinWait.poll(() => false);
      return Math.round((now - began) * 1000);
    });
  }

  it('looks half as long each time that it looked in vain, and in the end not at all', () => {
    clock(0.001);
    expect(vain(new SpinWait(0.05), 8)).toEqual([50, 25, 13, 7, 4, 0, 0, 0]);
  });

  it('then tries a longer look, more and more seldom', () => {
    clock(0.001);
    const spinWait = new SpinWait(0.05);
    vain(spinWait, 5);
    const tries = vain(spinWait, 200).flatMap((looked, at) => (looked > 0 ? [[at, Math.floor(looked / 10) * 10]] : []));
    expect(tries).toEqual([3, 11, 27, 59, 91, 123, 155, 187].map((at) => [at, 200]));
  });

  it('never looks where it may not', () => {
    clock(0.001);
    expect(vain(new SpinWait(0), 100)).toEqual(Array(100).fill(0));
  });

  it('gives up on a clock that stands still', () => {
    clock(0);
    expect(vain(new SpinWait(1), 3)).toEqual([0, 0, 0]);
  });

  it.each([
    ['a look', 1],
    ['a try', 9],
  ])('looks as long as it may again when %s showed something', (_, times) => {
    clock(0.001);
    const spinWait = new SpinWait(0.05);
    vain(spinWait, times - 1);
    expect([spinWait.begin(), spinWait.poll(() => true)]).toEqual([true, true]);
    expect(vain(spinWait, 9)).toEqual([50, 25, 13, 7, 4, 0, 0, 0, 200]);
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
    pair.runUntilIdle();
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
    pair.runUntilIdle();
    pair.runUntilIdle();
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

  it('lets its event loop have its turn when the other side always answers in time', () => {
    clock(0.001);
    const pair = Pair.connected({ spin: 0.05 });
    const { a, b } = pair;
    const { loop } = b.link as unknown as { loop: { polling: boolean } };
    let received = 0;
    b.onReceived = () => received++;
    // The other thread goes on while this one looks: as soon as a message is taken, the next one is there.
    const { load } = Atomics;
    let sent = 0;
    let inside = false;
    jest.spyOn(Atomics, 'load').mockImplementation(((words: Int32Array, at: number) => {
      if (!inside && loop.polling && sent === received && sent < 20_000) {
        inside = true;
        a.link.run();
        sent++;
        a.send('again');
        a.link.flush();
        inside = false;
      }
      return load(words, at);
    }) as typeof load);
    const turns = jest.spyOn(globalThis, 'setImmediate');
    sent++;
    a.send('begin');
    a.link.flush();
    pair.wakeIfRung(b);
    jest.runAllTicks();
    expect(turns).toHaveBeenCalled();
    expect(received).toBeLessThan(2000);
  });

  it('looks no more once it is closed', () => {
    clock(0.001);
    const pair = Pair.connected({ spin: 0.05 });
    const { a, b } = pair;
    b.onReceived = () => queueMicrotask(() => b.close());
    a.send('the last');
    pair.runUntilIdle();
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
