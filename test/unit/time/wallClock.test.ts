import { asyncScheduler, type SchedulerLike } from 'rxjs';
import * as underTest from 'rx-mailbox';
import * as testing from 'rx-mailbox/testing';
import { asIfReal } from './asIfReal';

const HOUR = 3_600_000;
const LIMITS = [5, 10, 50, 100, 1000, 12_345];
const MANY = 10_000;

// Capturing stacks is what most of the time of ten thousand failures goes to.
const { stackTraceLimit } = Error;
beforeAll(() => void (Error.stackTraceLimit = 0));
afterAll(() => void (Error.stackTraceLimit = stackTraceLimit));

afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/** The time in which the library is, and what is patched in it. */
const times: [string, () => { library: typeof underTest; testing: typeof testing }][] = [
  ['real', asIfReal],
  ['fake', () => (jest.useFakeTimers(), { library: underTest, testing })],
];

const jumps: [string, (jump: number) => number][] = [
  ['jumps by 3 h, forward and back', (jump) => (jump % 2 === 0 ? 3 * HOUR : -3 * HOUR)],
  ['goes forward by 3 h each time', () => 3 * HOUR],
  ['goes back by 3 h each time', () => -3 * HOUR],
  ['goes forward by 10 s each time', () => 10_000],
  ['goes back by 10 s each time', () => -10_000],
];

describe.each(times)('in %s time, under a wall clock that', (_time, load) => {
  it.each(jumps)('%s, no limit runs out early, and none late by more than a millisecond', async (_how, jump) => {
    const { library, testing } = load();
    const { now } = Date;
    let offset = 0;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + offset);
    const channel = new library.Mailbox(new testing.ScriptedController<string>({ window: MANY })).requestChannel(0);

    /** By how much each was late. */
    const late: number[] = [];
    const send = (limit: number): void => {
      const began = performance.now();
      channel
        .send('A')
        .pipe(library.txTimeout(limit))
        .subscribe({ error: () => late.push(performance.now() - began - limit) });
    };
    for (let turn = 0; turn < 100; turn++) {
      for (let i = 0; i < MANY / 100; i++) send(LIMITS[(turn + i) % LIMITS.length]!);
      await jest.advanceTimersByTimeAsync(7);
      if (turn % 5 === 0) offset += jump(turn / 5);
    }
    await jest.advanceTimersByTimeAsync(20_000);
    expect(late).toHaveLength(MANY);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThanOrEqual(1);
  });

  it.each(jumps)('%s, quarantines and polls keep their time', async (_how, jump) => {
    const { library, testing } = load();
    const { now } = Date;
    let offset = 0;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + offset);
    const controller = new testing.ScriptedController<string>({
      txDone: 'poll',
      txPollPeriod: 10,
      correlation: 'ordered',
      quarantine: 100,
    });
    const channel = new library.Mailbox(controller).requestChannel(0);
    const began = performance.now();
    const asked: number[] = [];
    let freed: number | undefined;
    Object.assign(controller.link(), { lastTxDone: () => (asked.push(performance.now() - began), false) });
    channel.send('A').subscribe().unsubscribe();
    channel.next('B');
    for (let ms = 0; ms < 200; ms++) {
      if (ms % 20 === 10) offset += jump(ms / 20);
      await jest.advanceTimersByTimeAsync(1);
      if (controller.link().sent.length === 2) freed ??= performance.now() - began;
    }
    expect(freed).toBe(100);
    // Of a held slot: after twice the time. Of B: every period. From inside a timer, 0 ms is 1 ms, as in Node.
    expect(asked.filter((ms) => ms < 100)).toEqual([0, 20, 60]);
    expect(asked.filter((ms) => ms >= 100 && ms < 150)).toEqual([101, 111, 121, 131, 141]);
    channel.close();
  });
});

describe('a scheduler that was given is taken as it is', () => {
  it('asyncScheduler, too: its clock is the wall clock, its timers are not', async () => {
    const { library, testing } = asIfReal();
    // RxJS of the test: the library knows it only as a scheduler that it was given.
    const given: SchedulerLike = asyncScheduler;
    const channel = new library.Mailbox(new testing.ScriptedController<string>(), { scheduler: given }).requestChannel(0);
    const outcomes: string[] = [];
    channel
      .send('A')
      .pipe(library.txTimeout(100))
      .subscribe({ error: ({ code }: { code: string }) => outcomes.push(code) });
    await jest.advanceTimersByTimeAsync(50);
    jest.setSystemTime(Date.now() - 3 * HOUR);
    await jest.advanceTimersByTimeAsync(49);
    expect(outcomes).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(outcomes).toEqual(['ETIME']);
  });
});
