// Real time that goes on: what a mailbox finds when it is imported are its real timers, and here these are fake ones, so that nothing waits.
import type * as library from 'rx-mailbox';
import type { ScriptedController } from 'rx-mailbox/testing';

let channel: library.Channel<string, string>;
let txTimeout: typeof library.txTimeout;
let scripted: ScriptedController;

const HOUR = 3_600_000;

beforeAll(async () => {
  jest.useFakeTimers();
  // What tells them from real ones.
  for (const timer of [setTimeout, setInterval]) delete (timer as { clock?: unknown }).clock;
  const { Mailbox, ...others } = await import('rx-mailbox');
  const { ScriptedController } = await import('rx-mailbox/testing');
  ({ txTimeout } = others);
  scripted = new ScriptedController<string>({ window: 100 });
  channel = new Mailbox(scripted).requestChannel(0);
});

afterAll(() => jest.useRealTimers());

/** Sends, ends the turn, and returns at which times its limit has run out. */
async function limited(name: string, limit: number): Promise<number[]> {
  const at: number[] = [];
  channel
    .send(name)
    .pipe(txTimeout(limit))
    .subscribe({ error: () => at.push(Math.round(performance.now())) });
  await Promise.resolve();
  return at;
}

it('limits of one length whose turns end in the same millisecond share a timer', async () => {
  for (const name of ['A', 'B', 'C']) await limited(name, 50);
  expect(jest.getTimerCount()).toBe(1);
  jest.advanceTimersByTime(60);
  expect([channel.slotsAvailable, jest.getTimerCount()]).toEqual([20, 0]);
});

it('a limit behind others of its length runs out in its own time', async () => {
  const begun = Math.round(performance.now());
  const first = await limited('A', 100);
  jest.advanceTimersByTime(30);
  const second = await limited('B', 100);
  jest.advanceTimersByTime(40);
  const third = await limited('C', 100);
  jest.advanceTimersByTime(200);
  expect([first, second, third].map(([at]) => at! - begun)).toEqual([100, 130, 170]);
  expect(jest.getTimerCount()).toBe(0);
});

it.each([HOUR, -HOUR, 10_000])('a wall clock that is set by %i ms changes nothing (field report: framework-portduino#78)', async (by) => {
  const begun = Math.round(performance.now());
  const first = await limited('A', 10_000);
  jest.advanceTimersByTime(9000);
  const second = await limited('B', 10_000);
  jest.setSystemTime(Date.now() + by);
  jest.advanceTimersByTime(20_000);
  expect([first, second].map(([at]) => at! - begun)).toEqual([10_000, 19_000]);
});

it('a timer that nobody needs any more is given back when the turn ends', async () => {
  const subscription = channel.send('A').pipe(txTimeout(100)).subscribe();
  await Promise.resolve();
  expect(jest.getTimerCount()).toBe(1);
  subscription.unsubscribe();
  await Promise.resolve();
  expect(jest.getTimerCount()).toBe(0);
});
