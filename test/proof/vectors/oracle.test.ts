import { loadScenarios } from './loadScenarios';
import { judge } from './oracle';
import type { LogEvent, Scenario, ScenarioConfig, Step } from './Scenario';
import type { ReplayOptions } from './Replay';

const CONFIG = loadScenarios()[0]!.cfg;
const OURS: ReplayOptions = { correlation: 'tagged', reading: 'truth', reports: 'accepted', retryPeriod: 0 };

/** Judges a made-up run of made-up steps. */
function issues(steps: readonly Step[], log: readonly LogEvent[], cfg: Partial<ScenarioConfig> = {}, options: Partial<ReplayOptions> = {}) {
  const scenario: Scenario = {
    ...{ name: 'made up', cat: 'made up', steps, v3: { log: [], issues: [] }, mainline: { issues: [] } },
    cfg: { ...CONFIG, ...{ mode: 'irq', block: true, tout: 10, txDoneCb: true }, ...cfg },
  };
  return judge(scenario, { log, until: 1000 }, { ...OURS, ...options });
}

const send = (tid: number, tout = -1): Step => ['send', tid, 0, `m${tid}`, tout];
const txDone = (status: number, spurious: 0 | 1 = 0): Step => ['txdone', 0, status, spurious];
const wait = (ms: number): Step => ['advance', ms];

describe('the judge', () => {
  it('finds nothing wrong in a correct run', () => {
    const log: LogEvent[] = [
      [0, 0, 'send', 0, 'm1', 0],
      [2, 0, 'hw', 0, 'm1', 0],
      [2, 0, 'send', 0, 'm2', 0],
      [2, 0, 'done', 0, 'm1', 0, 'sent'],
      [2, 0, 'ret', 1, 0],
      [3, 10, 'done', 0, 'm2', -62, 'unknown'],
      [3, 10, 'ret', 2, -62, 'unknown'],
    ];
    expect(issues([send(1), send(2), txDone(0), wait(10)], log)).toEqual([]);
  });

  it("finds a sender that is notified because of another message's tx-done", () => {
    const log: LogEvent[] = [
      [0, 0, 'send', 0, 'm1', 0],
      [2, 10, 'send', 0, 'm2', 0],
      [2, 10, 'done', 0, 'm1', -62],
      [2, 10, 'ret', 1, -62],
      [3, 10, 'hw', 0, 'm1', 0],
      [3, 10, 'done', 0, 'm2', 0],
      [3, 10, 'ret', 2, 0],
    ];
    expect(issues([send(1), send(2, 100), wait(10), txDone(0)], log)).toEqual([
      ['wrongCallback', 'm2', 0, null],
      ['wrongAttribution', 2, 'm2', 'm1'],
      ['falseSuccess', 2, 'm2', 'notDone'],
    ]);
  });

  it('finds a sender that is notified by a tx-done for no message', () => {
    const log: LogEvent[] = [
      [0, 0, 'send', 0, 'm1', 0],
      [1, 0, 'done', 0, 'm1', -5],
      [1, 0, 'ret', 1, -5],
    ];
    expect(issues([send(1), txDone(-5, 1)], log)).toEqual([
      ['wrongCallback', 'm1', -5, null],
      ['wrongAttribution', 1, 'm1', null],
      ['falseFailure', 1, 'm1', -5, 'notDone'],
    ]);
  });

  it('finds success for a message that failed, and for one that was never sent', () => {
    const failed: LogEvent[] = [
      [0, 0, 'send', 0, 'm1', 0],
      [1, 0, 'hw', 0, 'm1', -5],
      [1, 0, 'done', 0, 'm1', -5],
      [1, 0, 'ret', 1, 0],
    ];
    expect(issues([send(1), txDone(-5)], failed)).toEqual([['falseSuccess', 1, 'm1', 'failed-5']]);
    expect(issues([send(1)], [[0, 0, 'ret', 1, 0]])).toContainEqual(['falseSuccess', 1, 'm1', 'neverSent']);
  });

  it('finds failure for a message that succeeded, another error than its own, and a lie about delivery', () => {
    const run = (status: number, value: number, delivery?: string): LogEvent[] => [
      [0, 0, 'send', 0, 'm1', 0],
      [1, 0, 'hw', 0, 'm1', status],
      [1, 0, 'done', 0, 'm1', status],
      [1, 0, 'ret', 1, value, delivery ?? 'sent'],
    ];
    expect(issues([send(1), txDone(0)], run(0, -5))).toContainEqual(['falseFailure', 1, 'm1', -5, 'ok']);
    expect(issues([send(1), txDone(-5)], run(-5, -22))).toContainEqual(['wrongStatus', 1, 'm1', -22, -5]);
    expect(issues([send(1), txDone(-5)], run(-5, -5, 'unknown'))).toEqual([['wrongDelivery', 'm1', 'unknown', 'sent']]);
  });

  it('finds a time limit that is too early, and one that sleeps through an outcome', () => {
    const early: LogEvent[] = [
      [0, 0, 'send', 0, 'm1', 0],
      [1, 9, 'ret', 1, -62],
    ];
    expect(issues([send(1), wait(10)], early)).toContainEqual(['falseFailure', 1, 'm1', -62, 'notDone']);
    const asleep: LogEvent[] = [
      [0, 0, 'send', 0, 'm1', 0],
      [2, 5, 'hw', 0, 'm1', 0],
      [2, 5, 'done', 0, 'm1', 0],
      [3, 10, 'ret', 1, -62],
    ];
    expect(issues([send(1), wait(5), txDone(0), wait(5)], asleep)).toEqual([
      ['lostWakeup', 1, 'm1', 0],
      ['falseFailure', 1, 'm1', -62, 'ok'],
    ]);
  });

  it('gives a poll one period of grace and no more', () => {
    const asleep = (t: number): LogEvent[] => [
      [0, 0, 'send', 0, 'm1', 0],
      [2, t, 'hw', 0, 'm1', 0],
      [3, 10, 'done', 0, 'm1', -62],
      [3, 10, 'ret', 1, -62],
    ];
    const run = (t: number) => issues([send(1), wait(t), ['lastTxDone', 0, true], wait(10 - t)], asleep(t), { mode: 'poll', pollMs: 5 });
    expect(run(5)).toEqual([]);
    expect(run(4)).toContainEqual(['lostWakeup', 1, 'm1', 0]);
  });

  it('finds a sender that is never notified', () => {
    expect(issues([send(1)], [[0, 0, 'send', 0, 'm1', 0]])).toContainEqual(['hang', 1, 'm1']);
    const closed: LogEvent[] = [
      [0, 0, 'send', 0, 'm1', 0],
      [1, 1000, 'over'],
      [1, 1000, 'done', 0, 'm1', -108],
      [1, 1000, 'ret', 1, -108],
    ];
    expect(issues([send(1)], closed)).toEqual([['hang', 1, 'm1']]);
  });

  it('finds a message that is handed over after its sender left, by its giving up, or twice', () => {
    const left: LogEvent[] = [
      [0, 0, 'send', 0, 'm1', 0],
      [2, 10, 'done', 0, 'm2', -62],
      [2, 10, 'ret', 2, -62],
      [3, 10, 'hw', 0, 'm1', 0],
      [3, 10, 'send', 0, 'm2', 0],
      [3, 10, 'done', 0, 'm1', 0],
      [3, 10, 'ret', 1, 0],
    ];
    expect(issues([send(1, 50), send(2), wait(10), txDone(0)], left)).toEqual([['ghostSend', 2, 'm2', 'afterReturn']]);
    const gaveUp: LogEvent[] = [
      [0, 0, 'send', 0, 'm1', 0],
      [2, 10, 'timer'],
      [2, 10, 'send', 0, 'm2', 0],
      [2, 10, 'done', 0, 'm2', -62],
      [2, 10, 'ret', 2, -62],
    ];
    expect(issues([send(1, 500), send(2), wait(10)], gaveUp)).toContainEqual(['ghostSend', 2, 'm2', 'ownGiveUp']);
    const twice: LogEvent[] = [
      [0, 0, 'send', 0, 'm1', 0],
      [0, 0, 'send', 0, 'm1', 0],
    ];
    expect(issues([send(1)], twice)).toContainEqual(['ghostSend', 1, 'm1', 'twice']);
  });

  it('finds a message that overtakes another', () => {
    const log: LogEvent[] = [
      [2, 0, 'send', 0, 'm2', 0],
      [3, 10, 'done', 0, 'm1', -62],
      [3, 10, 'ret', 1, -62],
      [3, 10, 'done', 0, 'm2', -62],
      [3, 10, 'ret', 2, -62],
    ];
    expect(issues([['busy', 0, 16], send(1), send(2), wait(10)], log)).toEqual([['outOfOrder', 'm2', 'm1']]);
    // At its time limit the first one leaves, and the second one's hand-over comes before its sender is notified.
    const turn: LogEvent[] = [
      [4, 5, 'send', 0, 'm2', 0],
      [4, 5, 'done', 0, 'm1', -62],
      [4, 5, 'ret', 1, -62],
      [4, 10, 'done', 0, 'm2', -62],
      [4, 10, 'ret', 2, -62],
    ];
    expect(issues([['busyOnce', 0, 16], send(1, 5), send(2), wait(0), wait(10)], [[1, 0, 'send', 0, 'm1', -16], ...turn])).toEqual([]);
  });

  it('does not call it giving up when another timer handed the message over in the same millisecond', () => {
    const log = (timer: LogEvent[]): LogEvent[] => [
      [0, 0, 'send', 0, 'm1', -16],
      [1, 10, 'timer'],
      [1, 10, 'send', 0, 'm1', 0],
      ...timer,
      [1, 10, 'done', 0, 'm1', -62],
      [1, 10, 'ret', 1, -62],
    ];
    const run = (timer: LogEvent[]) => issues([send(1), wait(10)], log(timer), { mode: 'poll' });
    expect(run([[1, 10, 'timer']])).toEqual([]);
    expect(run([])).toEqual([['ghostSend', 1, 'm1', 'ownGiveUp']]);
  });

  it('finds a sender that starves beside an idle channel', () => {
    const log: LogEvent[] = [
      [1, 0, 'send', 0, 'm1', -16],
      [3, 10, 'done', 0, 'm1', -62],
      [3, 10, 'ret', 1, -62],
    ];
    const steps: Step[] = [['busy', 0, 16], send(1), ['busy', 0, 0], wait(10)];
    expect(issues(steps, log)).toEqual([['starvedIdle', 1, 'm1']]);
    // A polled channel gets no event: it may need one period.
    expect(issues(steps, log, { mode: 'poll' }, { retryPeriod: 10 })).toEqual([]);
    expect(issues(steps, log, { mode: 'poll' }, { retryPeriod: 9 })).toEqual([['starvedIdle', 1, 'm1']]);
  });

  it('knows that an abandoned slot is held on a wire without tokens, and free with them', () => {
    const log: LogEvent[] = [
      [0, 0, 'send', 0, 'm1', 0],
      [2, 10, 'done', 0, 'm1', -62],
      [2, 10, 'ret', 1, -62],
      [2, 20, 'done', 0, 'm2', -62],
      [2, 20, 'ret', 2, -62],
    ];
    const run = (correlation: ReplayOptions['correlation']) => issues([send(1), send(2, 20), wait(20)], log, {}, { correlation });
    expect(run('tagged')).toEqual([['starvedIdle', 2, 'm2']]);
    expect(run('ordered')).toEqual([]);
    expect(run('untagged')).toEqual([]);
  });

  it('does not call it starving when a limit runs out together with that of the message in flight', () => {
    const log: LogEvent[] = [
      [0, 0, 'send', 0, 'm1', 0],
      [2, 10, 'done', 0, 'm1', -62],
      [2, 10, 'ret', 1, -62],
      [2, 10, 'done', 0, 'm2', -62],
      [2, 10, 'ret', 2, -62],
    ];
    expect(issues([send(1), send(2), wait(10)], log)).toEqual([]);
    // The kernel would have handed it over.
    expect(issues([send(1), send(2), wait(10)], log, {}, { reports: 'sent' })).toContainEqual(['starvedIdle', 2, 'm2']);
    // Of another turn, although due at the same time.
    const later = log.map(([step, ...rest]) => [step && 3, ...rest] as LogEvent);
    expect(issues([send(1), wait(0), send(2), wait(10)], later)).toEqual([['starvedIdle', 2, 'm2']]);
  });

  it('knows that a polled channel asks about a held slot ever more rarely', () => {
    const steps = (ms: number): Step[] => [send(1), send(2, 100), wait(10), wait(ms), ['lastTxDone', 0, true], wait(90 - ms)];
    const log = (ended: number): LogEvent[] => [
      [0, 0, 'send', 0, 'm1', 0],
      [2, 10, 'done', 0, 'm1', -62],
      [2, 10, 'ret', 1, -62],
      [4, ended, 'hw', 0, 'm1', 0],
      [5, 100, 'done', 0, 'm2', -62],
      [5, 100, 'ret', 2, -62],
    ];
    const run = (ended: number) =>
      issues(steps(ended - 10), log(ended), { mode: 'poll', pollMs: 5 }, { correlation: 'ordered', retryPeriod: 5 });
    expect(run(50)).toEqual([]);
    expect(run(40)).toEqual([['starvedIdle', 2, 'm2']]);
  });

  it('finds a queue that is called full too early', () => {
    const steps = Array.from({ length: 21 }, (_, i) => send(i + 1));
    const log: LogEvent[] = [
      [0, 0, 'send', 0, 'm1', 0],
      [20, 0, 'ret', 21, -105],
    ];
    expect(issues(steps, log)).toContainEqual(['falseFull', 21, 19]);
    expect(issues([...steps, send(22)], [log[0]!, [21, 0, 'ret', 22, -105]])).not.toContainEqual(['falseFull', 22, expect.anything()]);
  });

  it('finds reports that are wrong, repeated, or missing', () => {
    const run = (...reports: LogEvent[]): LogEvent[] => [
      [0, 0, 'send', 0, 'm1', 0],
      [1, 0, 'hw', 0, 'm1', 0],
      ...reports,
      [1, 0, 'ret', 1, 0],
    ];
    const report: LogEvent = [1, 0, 'done', 0, 'm1', 0];
    expect(issues([send(1), txDone(0)], run(report, report))).toEqual([['dupCallback', 'm1', 2]]);
    expect(issues([send(1), txDone(0)], run())).toEqual([['missingCallback', 'm1']]);
    expect(issues([send(1), txDone(0)], run([1, 0, 'done', 0, 'm1', -62]))).toEqual([['wrongCallback', 'm1', -62, 0]]);
  });

  it('excuses only wrong outcomes that an untagged wire caused', () => {
    const steps = [send(1, 50), send(2, 50), txDone(0, 1), txDone(-5)];
    const log = (status: number): LogEvent[] => [
      [0, 0, 'send', 0, 'm1', 0],
      [2, 0, 'send', 0, 'm2', 0],
      [2, 0, 'done', 0, 'm1', 0],
      [2, 0, 'ret', 1, 0],
      [3, 0, 'hw', 0, 'm1', -5],
      [3, 0, 'done', 0, 'm2', status],
      [3, 0, 'ret', 2, status],
    ];
    const run = (status: number, reading: ReplayOptions['reading']) => issues(steps, log(status), {}, { correlation: 'untagged', reading });
    expect(run(-5, 'truth')).not.toEqual([]);
    expect(run(-5, 'wire')).toEqual([]);
    expect(run(-22, 'wire')).toContainEqual(['wrongStatus', 2, 'm2', -22, -5]);
  });

  it('passes a crash on, and refuses a log that is not in the order of its steps', () => {
    expect(issues([wait(1)], [[0, 0, 'crash', 'out of memory']])).toEqual([['crash', 'out of memory']]);
    const mixed: LogEvent[] = [
      [1, 0, 'timer'],
      [0, 0, 'timer'],
    ];
    expect(() => issues([wait(1), wait(1)], mixed)).toThrow('made up: event 1 of 2 is out of step order');
  });
});
