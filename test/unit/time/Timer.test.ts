import { Subscription, VirtualTimeScheduler, type SchedulerLike } from 'rxjs';
import { Timer } from '../../../src/time/Timer';
import { monotonicScheduler } from '../../../src/time/monotonic';
import { advance } from '../../support/virtual';

/** A timer, and when it has fired. */
function set() {
  const scheduler = new VirtualTimeScheduler();
  const fired: number[] = [];
  const timer = new Timer(scheduler, () => fired.push(scheduler.now()));
  return { scheduler, timer, fired };
}

describe('Timer', () => {
  it('fires once, after its delay', () => {
    const { scheduler, timer, fired } = set();
    timer.arm(10);
    expect([timer.armed, timer.due]).toEqual([true, 10]);
    advance(scheduler, 100);
    expect([fired, timer.armed, scheduler.actions.length]).toEqual([[10], false, 0]);
  });

  it('armed again fires once, after the new delay', () => {
    const { scheduler, timer, fired } = set();
    timer.arm(10);
    advance(scheduler, 5);
    timer.arm(10);
    expect(scheduler.actions).toHaveLength(1);
    advance(scheduler, 100);
    expect(fired).toEqual([15]);
  });

  it('disarmed does not fire, and leaves nothing', () => {
    const { scheduler, timer, fired } = set();
    timer.arm(10);
    timer.disarm();
    timer.disarm();
    expect([timer.armed, scheduler.actions.length]).toEqual([false, 0]);
    advance(scheduler, 100);
    expect(fired).toEqual([]);
  });

  it('may be armed from inside its own firing', () => {
    const scheduler = new VirtualTimeScheduler();
    const fired: number[] = [];
    const timer = new Timer(scheduler, () => {
      fired.push(scheduler.now());
      if (fired.length < 3) timer.arm(10);
    });
    timer.arm(10);
    scheduler.flush();
    expect([fired, timer.armed]).toEqual([[10, 20, 30], false]);
  });

  describe('with a scheduler that fires before it has returned', () => {
    const atOnce = { now: () => 0, schedule: (work: () => void) => (work(), new Subscription()) } as unknown as SchedulerLike;

    it('has fired, and is not armed', () => {
      let fired = 0;
      const timer = new Timer(atOnce, () => fired++);
      timer.arm(0);
      expect([fired, timer.armed]).toEqual([1, false]);
    });

    it('armed from inside is armed by that', () => {
      const works: (() => void)[] = [];
      let unsubscribed = 0;
      const schedule = (work: () => void) => {
        works.push(work);
        if (works.length === 1) work();
        return new Subscription(() => unsubscribed++);
      };
      const timer = new Timer({ now: () => 0, schedule } as unknown as SchedulerLike, () => timer.arm(5));
      timer.arm(0);
      expect([timer.armed, works.length]).toEqual([true, 2]);
      timer.disarm();
      expect([timer.armed, unsubscribed]).toEqual([false, 1]);
    });
  });

  it('that was given up and fires all the same is ignored', () => {
    const works: (() => void)[] = [];
    let fired = 0;
    const schedule = (work: () => void) => (works.push(work), Subscription.EMPTY);
    const timer = new Timer({ now: () => 0, schedule } as unknown as SchedulerLike, () => fired++);
    timer.arm(10);
    timer.arm(20);
    works[0]!();
    expect([fired, timer.armed]).toEqual([0, true]);
    works[1]!();
    works[1]!();
    expect(fired).toBe(1);
  });
});

describe('a timer is lost', () => {
  /** A timer whose clock says what the test says, and which never fires. */
  function stuck() {
    const clock = { now: 1000, armed: [] as number[], unsubscribed: 0 };
    const schedule = (_work: unknown, delay: number) => (clock.armed.push(delay), new Subscription(() => clock.unsubscribed++));
    const timer = new Timer({ now: () => clock.now, schedule }, () => undefined);
    timer.arm(100);
    return { clock, timer };
  }

  it.each<[string, number, number, boolean]>([
    ['not while it is not due', 1050, 50, false],
    ['not when it is late', 1140, 50, false],
    ['when it is overdue by more than a period and 1 s', 2151, 50, true],
    ['not when it is late by 1 s: that is how late timers may come', 2100, 1, false],
    ['when it is overdue by more than that', 2102, 1, true],
    ['when the clock has started again', 0, 50, true],
  ])('%s', (_when, now, period, lost) => {
    const { clock, timer } = stuck();
    clock.now = now;
    expect(timer.lost(period, now)).toBe(lost);
    timer.revive(period, 7);
    // What is left, but no more than it is told.
    expect(clock.armed).toEqual(lost ? [100, now < 1000 ? 7 : 0] : [100]);
  });

  it('and arming it anew gives the old one back', () => {
    const { clock, timer } = stuck();
    clock.now = 9999;
    timer.revive(50, 7);
    expect([clock.unsubscribed, timer.due]).toEqual([1, 9999]);
  });

  it('when other timers have been installed since; the old one is not given to those', () => {
    const { clock, timer } = stuck();
    jest.useFakeTimers();
    expect(timer.lost(50, clock.now)).toBe(true);
    timer.revive(50, 7);
    jest.useRealTimers();
    expect([clock.armed, clock.unsubscribed]).toEqual([[100, 7], 0]);
  });

  it('when fake timers have been uninstalled since', () => {
    jest.useFakeTimers();
    const { clock, timer } = stuck();
    jest.useRealTimers();
    timer.revive(50, 7);
    expect(clock.armed).toEqual([100, 7]);
  });
});

describe('under fake timers, which do not say whether they have been cleared', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('a timer is armed again with what is left', () => {
    let fired = 0;
    const timer = new Timer(monotonicScheduler, () => fired++);
    timer.arm(10);
    jest.advanceTimersByTime(4);
    const now = jest.spyOn(performance, 'now').mockReturnValue(4);
    // It also sets the clock back to its start, but for the spy.
    jest.clearAllTimers();
    timer.revive(10, 10);
    now.mockRestore();
    jest.advanceTimersByTime(5);
    expect(fired).toBe(0);
    jest.advanceTimersByTime(1);
    expect([fired, jest.getTimerCount()]).toEqual([1, 0]);
  });

  it('a timer is armed anew where clearing them has set the clock back', () => {
    let fired = 0;
    jest.advanceTimersByTime(50);
    const timer = new Timer(monotonicScheduler, () => fired++);
    timer.arm(10);
    jest.clearAllTimers();
    timer.revive(10, 7);
    jest.advanceTimersByTime(6);
    expect(fired).toBe(0);
    jest.advanceTimersByTime(1);
    expect([fired, jest.getTimerCount()]).toEqual([1, 0]);
  });

  it('and if they had not been cleared, there is still one', () => {
    let fired = 0;
    const timer = new Timer(monotonicScheduler, () => fired++);
    timer.arm(10);
    for (let i = 0; i < 5; i++) timer.revive(10, 10);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(10);
    expect([fired, jest.getTimerCount()]).toEqual([1, 0]);
  });

  it('one that was due when they were cleared fires at once', () => {
    let fired = 0;
    const timer = new Timer(monotonicScheduler, () => fired++);
    timer.arm(10);
    jest.clearAllTimers();
    jest.advanceTimersByTime(15);
    timer.revive(100, 100);
    jest.advanceTimersByTime(0);
    expect(fired).toBe(1);
  });
});
