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

/** A clock that advances by this much each time it is read. */
function clock(step: number): void {
  jest.spyOn(performance, 'now').mockImplementation(() => (now += step));
}

describe('SpinWait', () => {
  /** Polls in vain until it is over, several times; how long each took, in microseconds, 0 if it did not poll. */
  function vain(spinWait: SpinWait, times: number): number[] {
    return Array.from({ length: times }, () => {
      if (!spinWait.begin()) return 0;
      const began = now;
      while (!spinWait.over) spinWait.poll(() => false);
      return Math.round((now - began) * 1000);
    });
  }

  it('polls half as long after each time in vain, and in the end not at all', () => {
    clock(0.001);
    expect(vain(new SpinWait(0.05), 8)).toEqual([50, 25, 13, 7, 4, 0, 0, 0]);
  });

  it('then makes longer probes, less and less often', () => {
    clock(0.001);
    const spinWait = new SpinWait(0.05);
    vain(spinWait, 5);
    const tries = vain(spinWait, 200).flatMap((looked, at) => (looked > 0 ? [[at, Math.floor(looked / 10) * 10]] : []));
    expect(tries).toEqual([3, 11, 27, 59, 91, 123, 155, 187].map((at) => [at, 200]));
  });

  it('never polls with a limit of 0', () => {
    clock(0.001);
    expect(vain(new SpinWait(0), 100)).toEqual(Array(100).fill(0));
  });

  it('gives up on a clock that stands still', () => {
    clock(0);
    expect(vain(new SpinWait(1), 3)).toEqual([0, 0, 0]);
  });

  it.each([
    ['a poll', 1],
    ['a probe', 9],
  ])('polls for the full time again after %s succeeded', (_, times) => {
    clock(0.001);
    const spinWait = new SpinWait(0.05);
    vain(spinWait, times - 1);
    expect([spinWait.begin(), spinWait.poll(() => true)]).toEqual([true, true]);
    expect(vain(spinWait, 9)).toEqual([50, 25, 13, 7, 4, 0, 0, 0, 200]);
  });
});

describe('a link that polls before it sleeps', () => {
  it('receives what arrives meanwhile without being woken', () => {
    clock(0.001);
    const pair = Pair.connected({ spin: 0.05 });
    const { a, b } = pair;
    // In a microtask, because the next message usually is an effect of the answer.
    b.onReceived = (message) => {
      if (message !== 'three') queueMicrotask(() => a.send(message === 'one' ? 'two' : 'three'));
    };
    a.send('one');
    pair.runUntilIdle();
    expect(b.log).toEqual(['received "one"', 'received "two"', 'received "three"']);
    expect(a.log).toEqual(['txDone 1', 'txDone 2', 'txDone 3']);
    expect([a.rings, b.rings]).toEqual([1, 1]);
  });

  it('is woken for each message if it does not poll', () => {
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

  it('lets the event loop run even if the other side always answers in time', () => {
    clock(0.001);
    const pair = Pair.connected({ spin: 0.05 });
    const { a, b } = pair;
    const { loop } = b.link as unknown as { loop: { polling: boolean } };
    let received = 0;
    b.onReceived = () => received++;
    // Acts as the other thread while this one polls: as soon as a message is taken, it sends the next.
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

  it('stops polling when it is closed', () => {
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

describe('the option spin', () => {
  it.each([[-1], [1.5], [NaN], ['0.05'], [null]])('rejects %p', (spin) => {
    const create = (): unknown => sharedMemory(createSharedMemory(), { spin: spin as number });
    expect(create).toThrow(/^spin is .*; expected milliseconds, 0 to 1$/);
  });
});
