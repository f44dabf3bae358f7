import { asyncScheduler, config, VirtualTimeScheduler, type SchedulerLike } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { monotonicScheduler } from '../../../src/time/monotonic';
import { TurnEnd, type TurnClock, type TurnMember } from '../../../src/time/TurnEnd';
import { advance } from '../../support/virtual';

/** The end of a turn, and members that write down when it comes. */
function set(scheduler: SchedulerLike = new VirtualTimeScheduler(), own = true) {
  const lines: string[] = [];
  const together = (transitions: () => void): void => {
    lines.push('together');
    transitions();
  };
  const turnEnd = new TurnEnd(scheduler, together, own);
  const member = (name: string, onEnd: () => void = () => undefined): TurnMember => ({
    joined: false,
    needsEnd: false,
    turnEnded: () => (lines.push(name), onEnd()),
  });
  const clock = (name: string, onEnd?: () => void): TurnClock => ({ ...member(name, onEnd), joinedBefore: undefined });
  return { scheduler: scheduler as VirtualTimeScheduler, turnEnd, lines, member, clock };
}

describe('the end of a turn', () => {
  it('comes with the next microtask', async () => {
    const { turnEnd, lines, member } = set();
    turnEnd.join(member('a'));
    expect(lines).toEqual([]);
    await Promise.resolve();
    expect(lines).toEqual(['together', 'a']);
  });

  it('comes once for everybody who joined, in that order, and not again', async () => {
    const { turnEnd, lines, member } = set();
    const [a, b] = [member('a'), member('b')];
    for (const each of [a, b, a]) turnEnd.join(each);
    await Promise.resolve();
    await Promise.resolve();
    expect(lines).toEqual(['together', 'a', 'b']);
  });

  it('reads clocks first, also those that joined last', async () => {
    const { turnEnd, lines, member, clock } = set();
    turnEnd.join(member('a'));
    turnEnd.joinClock(clock('clock 1'));
    turnEnd.joinClock(clock('clock 2'));
    await Promise.resolve();
    expect(lines).toEqual(['clock 2', 'clock 1', 'together', 'a']);
  });

  it('keeps no clock once it has been read', async () => {
    const { turnEnd, clock } = set();
    const [first, second] = [clock('1'), clock('2')];
    turnEnd.joinClock(first);
    turnEnd.joinClock(second);
    await Promise.resolve();
    expect([first.joinedBefore, second.joinedBefore]).toEqual([undefined, undefined]);
  });

  it('what it causes belongs to the next turn', async () => {
    const { turnEnd, lines, member, clock } = set();
    turnEnd.joinClock(clock('clock', () => turnEnd.joinClock(clock('next clock'))));
    turnEnd.join(member('a', () => turnEnd.join(member('next'))));
    await Promise.resolve();
    expect(lines).toEqual(['clock', 'together', 'a']);
    await Promise.resolve();
    expect(lines.slice(3)).toEqual(['next clock', 'together', 'next']);
  });

  it('comes for the others where one throws, which is reported', async () => {
    const unhandled: unknown[] = [];
    config.onUnhandledError = (error) => unhandled.push(error);
    const { turnEnd, lines, member, clock } = set();
    const oops = new Error('oops');
    const fail = (): never => {
      throw oops;
    };
    turnEnd.joinClock(clock('good clock'));
    turnEnd.joinClock(clock('bad clock', fail));
    turnEnd.join(member('bad', fail));
    turnEnd.join(member('good'));
    jest.useFakeTimers();
    await Promise.resolve();
    jest.runAllTimers();
    jest.useRealTimers();
    expect(lines).toEqual(['bad clock', 'good clock', 'together', 'bad', 'good']);
    expect(unhandled).toEqual([oops, oops]);
  });
});

describe('where time is virtual', () => {
  it('a task of 0 ms ends the turn, for who needs it', () => {
    const { turnEnd, lines, member, scheduler } = set();
    const a = member('a');
    turnEnd.join(a);
    expect(scheduler.actions).toHaveLength(0);
    turnEnd.need(a, true);
    turnEnd.need(a, true);
    expect(scheduler.actions).toHaveLength(1);
    advance(scheduler, 0);
    expect([lines, scheduler.actions.length]).toEqual([['together', 'a'], 0]);
  });

  it('it ends it for everybody, and a promise that comes later ends nothing more', async () => {
    const { turnEnd, lines, member, scheduler } = set();
    const [a, b] = [member('a'), member('b')];
    turnEnd.join(a);
    turnEnd.join(b);
    turnEnd.need(b, true);
    advance(scheduler, 0);
    await Promise.resolve();
    expect(lines).toEqual(['together', 'a', 'b']);
  });

  it('it is given back when a promise came first', async () => {
    const { turnEnd, lines, member, scheduler } = set();
    const a = member('a');
    turnEnd.join(a);
    turnEnd.need(a, true);
    await Promise.resolve();
    expect([lines, scheduler.actions.length]).toEqual([['together', 'a'], 0]);
  });

  it('it is given back when nobody needs it any more', () => {
    const { turnEnd, member, scheduler } = set();
    const [a, b] = [member('a'), member('b')];
    for (const each of [a, b]) {
      turnEnd.join(each);
      turnEnd.need(each, true);
    }
    turnEnd.need(a, false);
    expect(scheduler.actions).toHaveLength(1);
    turnEnd.need(b, false);
    expect(scheduler.actions).toHaveLength(0);
  });

  it('to spare it where one did not need it gives nothing back', () => {
    const { turnEnd, member, scheduler } = set();
    const a = member('a');
    turnEnd.need(a, true);
    turnEnd.need(member('b'), false);
    expect(scheduler.actions).toHaveLength(1);
  });

  it('who needed a turn that a task has ended does not need the next one', () => {
    const { turnEnd, member, scheduler } = set();
    const [a, b] = [member('a'), member('b')];
    turnEnd.join(a);
    turnEnd.need(a, true);
    advance(scheduler, 0);
    turnEnd.join(b);
    turnEnd.need(b, true);
    turnEnd.need(b, false);
    expect(scheduler.actions).toHaveLength(0);
  });

  it('who needs it from inside the end needs the next one', () => {
    const { turnEnd, lines, member, scheduler } = set();
    const again = member('again');
    const a = member('a', () => {
      turnEnd.join(again);
      turnEnd.need(again, true);
    });
    turnEnd.join(a);
    turnEnd.need(a, true);
    scheduler.flush();
    expect([lines, scheduler.now()]).toEqual([['together', 'a', 'together', 'again'], 0]);
  });
});

describe('a turn ends by a task', () => {
  it.each<[string, SchedulerLike, boolean]>([
    ['not in real time', monotonicScheduler, false],
    ['with any scheduler that was given', new VirtualTimeScheduler(), true],
    ['with asyncScheduler, where that was given', asyncScheduler, true],
  ])('%s', (_where, scheduler, byTask) => {
    const { turnEnd } = set(scheduler);
    expect([turnEnd.byTask, turnEnd.timersChanged]).toEqual([byTask, byTask]);
  });

  it.each(['modern', 'legacy'])('with the default scheduler under fake timers: %s', (kind) => {
    const { turnEnd } = set(monotonicScheduler);
    jest.useFakeTimers(kind === 'legacy' ? { legacyFakeTimers: true } : {});
    const seen = [turnEnd.byTask, turnEnd.timersChanged];
    jest.useRealTimers();
    expect([...seen, turnEnd.byTask, turnEnd.timersChanged]).toEqual([true, true, false, false]);
  });

  it('with the default scheduler inside TestScheduler.run', () => {
    const { turnEnd } = set(monotonicScheduler);
    const seen: boolean[] = [];
    new TestScheduler(() => undefined).run(() => seen.push(turnEnd.byTask, turnEnd.timersChanged));
    // The cheap question does not see it.
    expect([...seen, turnEnd.byTask]).toEqual([true, false, false]);
  });

  it('and in real time nobody needs one', () => {
    const { turnEnd, member } = set(monotonicScheduler);
    const schedule = jest.spyOn(monotonicScheduler, 'schedule');
    turnEnd.need(member('a'), true);
    expect(schedule).not.toHaveBeenCalled();
    schedule.mockRestore();
  });
});

it('the turn of another scheduler ends with its task alone', async () => {
  const { turnEnd, lines, clock, scheduler } = set(new VirtualTimeScheduler(), false);
  const one = clock('clock');
  turnEnd.joinClock(one);
  turnEnd.need(one, true);
  await Promise.resolve();
  expect(lines).toEqual([]);
  advance(scheduler, 0);
  expect(lines).toEqual(['clock']);
});

describe('its task', () => {
  it('is not pushed back by others that need it, however late it comes', () => {
    let now = 0;
    let scheduled = 0;
    const schedule = () => (scheduled++, { unsubscribe: () => undefined });
    const { turnEnd, member } = set({ now: () => (now += 0.01), schedule } as unknown as SchedulerLike);
    for (let i = 0; i < 500; i++) turnEnd.need(member(`${i}`), true);
    expect(scheduled).toBe(1);
  });

  it('is armed anew where fake timers have been cleared in between', () => {
    const { turnEnd, lines, member } = set(monotonicScheduler);
    jest.useFakeTimers();
    try {
      const [a, b] = [member('a'), member('b')];
      turnEnd.join(a);
      turnEnd.need(a, true);
      jest.clearAllTimers();
      turnEnd.join(b);
      turnEnd.need(b, true);
      jest.advanceTimersByTime(0);
    } finally {
      jest.useRealTimers();
    }
    expect(lines).toEqual(['together', 'a', 'b']);
  });

  it('is armed anew where fake timers have been installed again in between', () => {
    const { turnEnd, lines, member } = set(monotonicScheduler);
    jest.useFakeTimers({ now: 0 });
    turnEnd.need(member('a'), true);
    jest.useRealTimers();
    jest.useFakeTimers({ now: 0 });
    const b = member('b');
    turnEnd.join(b);
    turnEnd.need(b, true);
    jest.advanceTimersByTime(0);
    jest.useRealTimers();
    expect(lines).toEqual(['together', 'b']);
  });
});
