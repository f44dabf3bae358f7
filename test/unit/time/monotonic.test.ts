import { asyncScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { monotonicScheduler, timeIsVirtual, timersAreFake } from '../../../src/time/monotonic';

/** Does something while the wall clock says what the test says. */
function withWallClock(now: () => number, act: () => void): void {
  const date = jest.spyOn(Date, 'now').mockImplementation(now);
  try {
    act();
  } finally {
    date.mockRestore();
  }
}

const inVirtualTime = (act: (advance: (ms: number) => void) => void): void => {
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(() =>
    act((ms) => {
      scheduler.maxFrames = scheduler.frame + ms;
      scheduler.schedule(() => undefined, ms);
      scheduler.flush();
    }),
  );
};

describe('the default scheduler', () => {
  it('counts by performance, not by the wall clock', () => {
    const performanceNow = jest.spyOn(performance, 'now').mockReturnValue(123.5);
    withWallClock(
      () => 1.7e12,
      () => expect(monotonicScheduler.now()).toBe(123.5),
    );
    performanceNow.mockRestore();
  });

  it('looks performance up for each call', () => {
    const original = globalThis.performance;
    Object.defineProperty(globalThis, 'performance', { value: { now: () => 7 }, configurable: true, writable: true });
    const now = monotonicScheduler.now();
    Object.defineProperty(globalThis, 'performance', { value: original, configurable: true, writable: true });
    expect(now).toBe(7);
  });

  it.each([0, 1, -5, 1e10, 1e12, -1e15])('is not taken in by a wall clock that says %d', (wall) => {
    const performanceNow = jest.spyOn(performance, 'now').mockReturnValue(50);
    withWallClock(
      () => wall,
      () => expect([monotonicScheduler.now(), timeIsVirtual()]).toEqual([50, false]),
    );
    performanceNow.mockRestore();
  });

  it('is not taken in by a wall clock that was set far back and goes on', () => {
    let wall = 1000;
    withWallClock(
      () => wall++,
      () => expect(timeIsVirtual()).toBe(false),
    );
  });

  it('is virtual inside TestScheduler.run, and real again after it', () => {
    const seen: unknown[] = [];
    inVirtualTime((advance) => {
      seen.push(monotonicScheduler.now(), timeIsVirtual());
      advance(5);
      seen.push(monotonicScheduler.now(), timeIsVirtual());
    });
    expect(seen).toEqual([0, true, 5, true]);
    expect([timeIsVirtual(), monotonicScheduler.now()]).toEqual([false, expect.any(Number)]);
  });

  it('schedules as asyncScheduler does, with its state', () => {
    const seen: unknown[] = [];
    inVirtualTime((advance) => {
      monotonicScheduler.schedule(
        (state) => {
          seen.push(state, asyncScheduler.now());
        },
        5,
        'state',
      );
      monotonicScheduler.schedule(() => seen.push('never'), 6).unsubscribe();
      advance(10);
    });
    expect(seen).toEqual(['state', 5]);
  });

  it('follows fake timers', () => {
    jest.useFakeTimers();
    const before = monotonicScheduler.now();
    let fired = 0;
    monotonicScheduler.schedule(() => fired++, 100);
    jest.advanceTimersByTime(100);
    const passed = monotonicScheduler.now() - before;
    jest.useRealTimers();
    expect([passed, fired]).toEqual([100, 1]);
  });

  it('does not follow jest.setSystemTime, which sets the wall clock', () => {
    jest.useFakeTimers();
    const before = monotonicScheduler.now();
    jest.setSystemTime(Date.now() + 3 * 3_600_000);
    const passed = monotonicScheduler.now() - before;
    jest.useRealTimers();
    expect(passed).toBe(0);
  });
});

describe('timers are fake', () => {
  it('not in real time', () => {
    expect(timersAreFake()).toBe(false);
  });

  it('not inside TestScheduler.run, which replaces none', () => {
    const seen: boolean[] = [];
    inVirtualTime(() => seen.push(timersAreFake()));
    expect(seen).toEqual([false]);
  });

  it.each<[string, Parameters<typeof jest.useFakeTimers>[0]]>([
    ['modern ones', {}],
    ['modern ones that leave performance alone', { doNotFake: ['performance'] }],
    ['legacy ones', { legacyFakeTimers: true }],
  ])('while %s are installed', (_kind, options) => {
    jest.useFakeTimers(options);
    const fake = timersAreFake();
    jest.useRealTimers();
    expect([fake, timersAreFake()]).toEqual([true, false]);
  });

  it('not where only the wall clock is', () => {
    jest.useFakeTimers({ doNotFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'performance'] });
    const fake = timersAreFake();
    jest.useRealTimers();
    expect(fake).toBe(false);
  });
});
