import { VirtualTimeScheduler, type SchedulerAction, type SchedulerLike, type Subscription } from 'rxjs';
import { PollTimer, type Polled } from '../../../src/time/PollTimer';

function set({ period = 10, scheduler = new VirtualTimeScheduler() } = {}) {
  const timer = new PollTimer(scheduler, period);
  const log: string[] = [];
  /** A channel that has something to ask about, as many times as said. */
  const channel = (index: number, times: number, onPoll: () => void = () => undefined, urgent = true) => {
    let left = times;
    const polled: Polled = {
      index,
      poll() {
        log.push(`${scheduler.now()} #${index}`);
        left--;
        onPoll();
      },
      get pollable() {
        return left > 0;
      },
      urgent,
    };
    return polled;
  };
  return {
    scheduler,
    timer,
    log,
    channel,
    at: (ms: number, act: () => void) => scheduler.schedule(act, ms),
    timers: () => scheduler.actions.filter(({ closed }) => !closed).length,
  };
}

describe('PollTimer', () => {
  it('asks about what was handed over after 0 ms, and not at once', () => {
    const { timer, channel, log, scheduler } = set();
    timer.askSoon(channel(0, 1));
    expect(log).toEqual([]);
    scheduler.flush();
    expect(log).toEqual(['0 #0']);
  });

  it('then every period, as long as there is something to ask', () => {
    const { timer, channel, log, scheduler, timers } = set();
    timer.askSoon(channel(0, 3));
    scheduler.flush();
    expect([log, timers()]).toEqual([['0 #0', '10 #0', '20 #0'], 0]);
  });

  it('asks once about several hand-overs of one moment', () => {
    const { timer, channel, log, scheduler } = set();
    const it = channel(0, 1);
    timer.askSoon(it);
    timer.askSoon(it);
    scheduler.flush();
    expect(log).toEqual(['0 #0']);
  });

  it('sets its timer once for many hand-overs of one moment', () => {
    const scheduler = new VirtualTimeScheduler();
    const schedule = jest.spyOn(scheduler, 'schedule');
    const { timer, channel } = set({ scheduler });
    for (let i = 0; i < 1000; i++) timer.askSoon(channel(i, 1));
    expect(schedule).toHaveBeenCalledTimes(1);
  });

  it('may be fired before it knows its timer: what it set meanwhile is its timer', () => {
    const { timer, channel, log, timers } = set({ scheduler: new AtOnceScheduler() });
    const it = channel(0, 3);
    timer.askSoon(it);
    expect([log, timers()]).toEqual([['0 #0'], 1]);
    timer.forget(it);
    expect(timers()).toBe(0);
  });

  it('begins the period anew with a hand-over', () => {
    const { timer, channel, log, scheduler, at } = set();
    const it = channel(0, 5);
    timer.askSoon(it);
    at(14, () => timer.askSoon(it));
    scheduler.flush();
    expect(log).toEqual(['0 #0', '10 #0', '14 #0', '24 #0', '34 #0']);
  });

  it('has one timer, however many channels', () => {
    const { timer, channel, timers } = set();
    for (let i = 0; i < 10; i++) timer.askSoon(channel(i, 3));
    for (let i = 10; i < 20; i++) timer.askLater(channel(i, 3));
    expect(timers()).toBe(1);
  });

  it('visits channels in the order of their numbers', () => {
    const { timer, channel, log, scheduler } = set();
    for (const index of [2, 0, 1]) timer.askSoon(channel(index, 1));
    scheduler.flush();
    expect(log).toEqual(['0 #0', '0 #1', '0 #2']);
  });

  it('comes by a period after something was refused', () => {
    const { timer, channel, log, scheduler } = set();
    timer.askLater(channel(0, 1));
    scheduler.flush();
    expect(log).toEqual(['10 #0']);
  });

  it('is not moved by something that is refused', () => {
    const { timer, channel, log, scheduler, at } = set();
    timer.askLater(channel(0, 1));
    at(6, () => timer.askLater(channel(1, 1)));
    scheduler.flush();
    expect(log).toEqual(['10 #0', '10 #1']);
  });

  it('comes at once for a hand-over, although it was to come by later for a refusal', () => {
    const { timer, channel, log, scheduler, at } = set();
    const it = channel(0, 2);
    timer.askLater(it);
    at(3, () => timer.askSoon(it));
    scheduler.flush();
    expect(log).toEqual(['3 #0', '13 #0']);
  });

  it('stops when the last channel is forgotten', () => {
    const { timer, channel, timers } = set();
    const [one, two] = [channel(0, 3), channel(1, 3)];
    timer.askSoon(one);
    timer.askSoon(two);
    timer.forget(one);
    expect(timers()).toBe(1);
    timer.forget(two);
    expect(timers()).toBe(0);
  });

  it('forgetting what it does not know does nothing', () => {
    const { timer, channel, log, scheduler } = set();
    timer.askSoon(channel(0, 1));
    timer.forget(channel(1, 1));
    scheduler.flush();
    expect(log).toEqual(['0 #0']);
  });

  it('starts again after it has stopped', () => {
    const { timer, channel, log, scheduler, at } = set();
    const it = channel(0, 3);
    timer.askSoon(it);
    timer.forget(it);
    at(5, () => timer.askSoon(it));
    scheduler.flush();
    expect(log).toEqual(['5 #0', '15 #0', '25 #0']);
  });

  describe('while nobody waits for an answer', () => {
    const nothing = (): void => undefined;

    it('comes after twice the time, each time, up to a second', () => {
      const { timer, channel, log, scheduler } = set({ period: 100 });
      timer.askLater(channel(0, 8, nothing, false));
      scheduler.flush();
      expect(log.map((line) => parseInt(line))).toEqual([100, 300, 700, 1500, 2500, 3500, 4500, 5500]);
    });

    it('comes after a period that is longer than a second, where that is the period', () => {
      const { timer, channel, log, scheduler } = set({ period: 1500 });
      timer.askLater(channel(0, 3, nothing, false));
      scheduler.flush();
      expect(log.map((line) => parseInt(line))).toEqual([1500, 3000, 4500]);
    });

    it('comes every period as long as somebody else waits', () => {
      const { timer, channel, log, scheduler } = set();
      timer.askLater(channel(0, 5, nothing, false));
      timer.askLater(channel(1, 2));
      scheduler.flush();
      expect(log).toEqual(['10 #0', '10 #1', '20 #0', '20 #1', '40 #0', '80 #0', '160 #0']);
    });

    it('comes by a period after something was refused meanwhile', () => {
      const { timer, channel, log, scheduler, at } = set();
      timer.askLater(channel(0, 9, nothing, false));
      // The next visit would be at 310.
      at(200, () => timer.askLater(channel(1, 1)));
      scheduler.maxFrames = 250;
      scheduler.flush();
      expect(log).toEqual(['10 #0', '30 #0', '70 #0', '150 #0', '210 #0', '210 #1', '230 #0']);
    });

    it('comes at once after something was handed over meanwhile', () => {
      const { timer, channel, log, scheduler, at } = set();
      timer.askLater(channel(0, 9, nothing, false));
      at(200, () => timer.askSoon(channel(1, 2)));
      scheduler.maxFrames = 235;
      scheduler.flush();
      expect(log.slice(4)).toEqual(['200 #0', '200 #1', '210 #0', '210 #1', '230 #0']);
    });

    it('begins with the period again after it has stopped', () => {
      const { timer, channel, log, scheduler, at } = set();
      const it = channel(0, 9, nothing, false);
      timer.askLater(it);
      at(100, () => timer.forget(it));
      at(200, () => timer.askLater(it));
      scheduler.maxFrames = 235;
      scheduler.flush();
      expect(log.map((line) => parseInt(line))).toEqual([10, 30, 70, 210, 230]);
    });
  });

  describe('whose timer comes late', () => {
    /** Real time: the clock goes on while code runs, and timers of 0 ms do not come before the code ends. */
    function real(step: number) {
      const clock = { now: 0, armed: [] as number[] };
      const scheduler = {
        now: () => (clock.now += step),
        schedule: (_work: unknown, delay: number) => (clock.armed.push(delay), { unsubscribe: () => undefined }),
      };
      const timer = new PollTimer(scheduler as unknown as SchedulerLike, 1);
      const { channel } = set();
      return { clock, timer, channel };
    }

    it('is not pushed back by each hand-over', () => {
      const { clock, timer, channel } = real(0.01);
      for (let i = 0; i < 900; i++) timer.askSoon(channel(i, 1));
      expect(clock.armed).toEqual([0]);
    });

    it('is not pushed back by each refusal', () => {
      const { clock, timer, channel } = real(0.01);
      for (let i = 0; i < 900; i++) timer.askLater(channel(i, 1));
      expect(clock.armed).toEqual([1]);
    });

    it('is armed anew where it is so late that it is lost', () => {
      const { clock, timer, channel } = real(0.01);
      timer.askSoon(channel(0, 1));
      clock.now += 1002;
      timer.askSoon(channel(0, 1));
      expect(clock.armed).toEqual([0, 0]);
    });
  });

  describe('from inside a visit', () => {
    it('a hand-over is asked about after 0 ms, by everybody', () => {
      const { timer, channel, log, scheduler } = set();
      let kicked = false;
      const it: Polled = channel(0, 2, () => {
        if (!kicked) timer.askSoon(it);
        kicked = true;
      });
      timer.askSoon(it);
      timer.askSoon(channel(1, 2));
      scheduler.flush();
      expect(log).toEqual(['0 #0', '0 #1', '0 #0', '0 #1']);
    });

    it('a channel that is forgotten is not visited any more', () => {
      const { timer, channel, log, scheduler, timers } = set();
      const second = channel(1, 9);
      timer.askSoon(channel(0, 1, () => timer.forget(second)));
      timer.askSoon(second);
      scheduler.flush();
      expect([log, timers()]).toEqual([['0 #0'], 0]);
    });

    it('all may be forgotten', () => {
      const { timer, channel, log, scheduler, timers } = set();
      const it: Polled = channel(0, 9, () => timer.forget(it));
      timer.askSoon(it);
      scheduler.flush();
      expect([log, timers()]).toEqual([['0 #0'], 0]);
    });

    it('a refusal by a channel that then has nothing to ask leaves no timer', () => {
      const { timer, channel, log, scheduler, timers } = set();
      const it: Polled = channel(0, 1, () => timer.askLater(it));
      timer.askSoon(it);
      scheduler.maxFrames = 5;
      scheduler.flush();
      expect([log, timers()]).toEqual([['0 #0'], 0]);
    });

    it('a new channel is visited the next time', () => {
      const { timer, channel, log, scheduler } = set();
      const other = channel(1, 1);
      timer.askSoon(channel(0, 2, () => timer.askLater(other)));
      scheduler.flush();
      expect(log).toEqual(['0 #0', '10 #0', '10 #1']);
    });
  });
});

/** Does what is to be done after 0 ms at once, before it returns. */
class AtOnceScheduler extends VirtualTimeScheduler {
  override schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
    const action = super.schedule(work, delay, state);
    if (delay > 0) return action;
    const { maxFrames } = this;
    this.maxFrames = this.frame;
    this.flush();
    this.maxFrames = maxFrames;
    return action;
  }
}
