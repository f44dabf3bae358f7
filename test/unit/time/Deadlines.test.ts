import { Subscription, VirtualTimeScheduler, type SchedulerAction, type SchedulerLike } from 'rxjs';
import { Deadlines } from '../../../src/time/Deadlines';

function set() {
  const scheduler = new VirtualTimeScheduler();
  const deadlines = new Deadlines(scheduler);
  const log: string[] = [];
  return {
    scheduler,
    deadlines,
    log,
    start: (name: string, limit: number) => deadlines.after(limit, () => log.push(`${scheduler.now()} ${name}`)),
    at: (ms: number, act: () => void) => scheduler.schedule(act, ms - scheduler.now()),
    /** Timers that are set. */
    timers: () => scheduler.actions.filter(({ closed }) => !closed).length,
    /** Ends the turn, by its task: there are no microtasks in here. */
    endTurn: () => {
      scheduler.maxFrames = scheduler.frame;
      scheduler.flush();
      scheduler.maxFrames = Infinity;
    },
  };
}

describe('Deadlines', () => {
  it('run out after their limit, each once', () => {
    const { start, scheduler, log } = set();
    start('A', 10);
    start('B', 5);
    scheduler.flush();
    expect(log).toEqual(['5 B', '10 A']);
  });

  it('of one length run out in the order in which they began', () => {
    const { start, at, scheduler, log } = set();
    start('A', 10);
    start('B', 10);
    at(3, () => start('C', 10));
    at(7, () => start('D', 10));
    scheduler.flush();
    expect(log).toEqual(['10 A', '10 B', '13 C', '17 D']);
  });

  it('of one length that began in one turn share a timer, of different lengths they do not', () => {
    const { start, timers, deadlines, endTurn } = set();
    for (let i = 0; i < 100; i++) start('A', 10);
    endTurn();
    expect(timers()).toBe(1);
    start('B', 20);
    endTurn();
    expect([timers(), deadlines.size]).toEqual([2, 0]);
  });

  it('have one timer, of 0 ms, before their turn has ended', () => {
    const { start, timers, deadlines } = set();
    start('A', 10);
    start('B', 20);
    expect([timers(), deadlines.size]).toEqual([1, 2]);
  });

  it('of one length that began in different turns have timers of their own in virtual time', () => {
    const { start, timers, endTurn } = set();
    for (const name of ['A', 'B']) {
      start(name, 10);
      endTurn();
    }
    expect(timers()).toBe(2);
  });

  it.each([
    ['the first', 0, ['10 B', '10 C']],
    ['the middle one', 1, ['10 A', '10 C']],
    ['the last', 2, ['10 A', '10 B']],
  ])('%s stopped: does not run out', (_which, i, expected) => {
    const { start, scheduler, log } = set();
    const started = ['A', 'B', 'C'].map((name) => start(name, 10));
    started[i]!.stop();
    scheduler.flush();
    expect(log).toEqual(expected);
  });

  it('stopped again, or after it has run out, does nothing', () => {
    const { start, scheduler, log, deadlines } = set();
    const [first, second] = [start('A', 10), start('B', 10)];
    first.stop();
    first.stop();
    scheduler.flush();
    second.stop();
    expect([log, deadlines.size]).toEqual([['10 B'], 0]);
  });

  it('after the first is stopped the next one still has its whole time', () => {
    const { start, at, scheduler, log } = set();
    const first = start('A', 10);
    at(6, () => start('B', 10));
    at(7, () => first.stop());
    scheduler.flush();
    expect(log).toEqual(['16 B']);
  });

  it('the last one stopped gives the timer back', () => {
    const { start, timers, deadlines } = set();
    const [first, second] = [start('A', 10), start('B', 10)];
    second.stop();
    expect(timers()).toBe(1);
    first.stop();
    expect([timers(), deadlines.size]).toEqual([0, 0]);
  });

  it('all run out: nothing is left', () => {
    const { start, timers, deadlines, scheduler } = set();
    start('A', 10);
    start('B', 20);
    scheduler.flush();
    expect([timers(), deadlines.size]).toEqual([0, 0]);
  });

  it('10⁵ started and stopped leave nothing', () => {
    const { start, timers, deadlines } = set();
    const started = Array.from({ length: 1e5 }, (_each, i) => start('A', 1 + (i % 7)));
    for (const each of started) each.stop();
    expect([timers(), deadlines.size]).toEqual([0, 0]);
  });

  it('started again after all were stopped', () => {
    const { start, at, scheduler, log } = set();
    start('A', 10).stop();
    at(5, () => start('B', 10));
    scheduler.flush();
    expect(log).toEqual(['15 B']);
  });

  it('stopped in their turn they give its end back', () => {
    const { start, timers, deadlines } = set();
    for (const each of [start('A', 10), start('B', 20)]) each.stop();
    expect([timers(), deadlines.size]).toEqual([0, 0]);
  });

  it('a turn that ends with a microtask needs no task', async () => {
    const { start, timers, scheduler, log } = set();
    start('A', 10);
    await Promise.resolve();
    expect(timers()).toBe(1);
    scheduler.flush();
    expect(log).toEqual(['10 A']);
  });

  describe('that began in one turn', () => {
    /** A clock that goes on while code runs: by 1 ms each time that something is started. */
    function slow() {
      const clock = new WallClock();
      const log: string[] = [];
      const runs: string[][] = [];
      const together = (transitions: () => void): void => {
        const before = log.length;
        transitions();
        runs.push(log.slice(before));
      };
      const deadlines = new Deadlines(clock, undefined, together);
      const start = (name: string, limit: number) => {
        const deadline = deadlines.after(limit, () => log.push(`${clock.elapsed} ${name}`));
        clock.wall++;
        clock.elapsed++;
        return deadline;
      };
      return { clock, log, runs, start };
    }

    it('count from its end, so none runs out early, and each is late by no more than what was left of it', async () => {
      const { clock, log, start } = slow();
      for (const name of ['A', 'B', 'C']) start(name, 10);
      await Promise.resolve();
      clock.pass(100);
      // Begun at 0, 1 and 2. The turn ended at 3.
      expect(log).toEqual(['13 A', '13 B', '13 C']);
    });

    it('run out in one transition of many', async () => {
      const { clock, runs, start } = slow();
      for (const name of ['A', 'B']) start(name, 10);
      await Promise.resolve();
      for (const name of ['C', 'D']) start(name, 10);
      await Promise.resolve();
      clock.pass(100);
      expect(runs).toEqual([
        ['12 A', '12 B'],
        ['14 C', '14 D'],
      ]);
    });

    it('run out without the first of them, where that was stopped', async () => {
      const { clock, runs, start } = slow();
      const first = start('A', 10);
      start('B', 10);
      first.stop();
      start('C', 10);
      await Promise.resolve();
      clock.pass(100);
      expect(runs).toEqual([['13 B', '13 C']]);
    });

    it('and are stopped by one of them that runs out: they do not', async () => {
      const { clock, log, start } = slow();
      const rest: { stop(): void }[] = [];
      const deadlines = new Deadlines(clock);
      deadlines.after(10, () => rest[0]!.stop());
      rest.push(deadlines.after(10, () => log.push('never')));
      start('B', 10);
      await Promise.resolve();
      clock.pass(100);
      expect(log).toEqual(['11 B']);
    });
  });

  it('of a clock that goes back by a rounding are not shifted', () => {
    const clock = new WallClock();
    const log: string[] = [];
    const deadlines = new Deadlines(clock);
    deadlines.after(100, () => log.push(`A after ${clock.elapsed}`));
    clock.pass(50);
    clock.wall -= 1;
    clock.pass(200);
    expect(log).toEqual(['A after 101']);
  });

  it('of a clock that goes forward run out with their timer, not before', () => {
    const clock = new WallClock();
    const log: string[] = [];
    const deadlines = new Deadlines(clock);
    deadlines.after(100, () => log.push(`A after ${clock.elapsed}`));
    clock.pass(50);
    clock.wall += 3_600_000;
    clock.pass(200);
    expect(log).toEqual(['A after 100']);
  });

  describe('from inside one that runs out', () => {
    it('another of the same length may be started', () => {
      const { deadlines, scheduler, start, log } = set();
      deadlines.after(10, () => start('B', 10));
      scheduler.flush();
      expect(log).toEqual(['20 B']);
    });

    it('another of the same length may be started while others wait', () => {
      const { deadlines, scheduler, at, start, log } = set();
      deadlines.after(10, () => start('C', 10));
      at(4, () => start('B', 10));
      scheduler.flush();
      expect(log).toEqual(['14 B', '20 C']);
    });

    it('one that is due as well may be stopped', () => {
      const { deadlines, scheduler, start, log, timers } = set();
      deadlines.after(10, () => second.stop());
      const second = start('B', 10);
      start('C', 10);
      scheduler.flush();
      expect([log, timers(), deadlines.size]).toEqual([['10 C'], 0, 0]);
    });

    it('all that are left may be stopped', () => {
      const { deadlines, scheduler, start, log, timers } = set();
      deadlines.after(10, () => {
        for (const each of rest) each.stop();
      });
      const rest = [start('B', 10), start('C', 10)];
      scheduler.flush();
      expect([log, timers(), deadlines.size]).toEqual([[], 0, 0]);
    });

    it('all that are left may be stopped, and one started', () => {
      const { deadlines, scheduler, start, log, timers } = set();
      deadlines.after(10, () => {
        rest.stop();
        start('C', 10);
      });
      const rest = start('B', 10);
      scheduler.flush();
      expect([log, timers(), deadlines.size]).toEqual([['20 C'], 0, 0]);
    });

    it('it may stop itself', () => {
      const { deadlines, scheduler, log, start } = set();
      const first = deadlines.after(10, () => first.stop());
      start('B', 10);
      scheduler.flush();
      expect([log, deadlines.size]).toEqual([['10 B'], 0]);
    });
  });

  describe('when the wall clock is set back', () => {
    it('nobody waits longer than the limit', () => {
      const clock = new WallClock();
      const log: string[] = [];
      const deadlines = new Deadlines(clock);
      deadlines.after(100, () => log.push(`A after ${clock.elapsed}`));
      clock.pass(50);
      clock.wall -= 3_600_000;
      clock.pass(200);
      expect(log).toEqual(['A after 100']);
    });

    it('nobody who began before or after it waits much longer than the limit', () => {
      const clock = new WallClock();
      const log: string[] = [];
      const deadlines = new Deadlines(clock);
      deadlines.after(100, () => log.push(`A after ${clock.elapsed}`));
      clock.pass(30);
      deadlines.after(100, () => log.push(`B after ${clock.elapsed}`));
      clock.pass(20);
      clock.wall -= 3_600_000;
      clock.pass(200);
      expect(log).toEqual(['A after 100', 'B after 130']);
    });
  });
});

/** A scheduler whose timers count real time while its clock may be set, as in a browser or in Node. */
class WallClock implements SchedulerLike {
  elapsed = 0;
  wall = 1_000_000;
  private readonly timers = new Set<{ due: number; work: () => void }>();

  now(): number {
    return this.wall;
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0): Subscription {
    const timer = { due: this.elapsed + delay, work: work };
    this.timers.add(timer);
    return new Subscription(() => this.timers.delete(timer));
  }

  pass(ms: number): void {
    const end = this.elapsed + ms;
    for (;;) {
      const [next] = [...this.timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
      if (next === undefined) break;
      this.timers.delete(next);
      this.wall += next.due - this.elapsed;
      this.elapsed = next.due;
      next.work();
    }
    this.wall += end - this.elapsed;
    this.elapsed = end;
  }
}
