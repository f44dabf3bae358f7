import { comparable } from './comparable';
import { firstDifference } from './compareRuns';
import { CUTS, LEFT_OUT } from './leftOut';
import { loadScenarios } from './loadScenarios';
import type { LogEvent, Scenario } from './Scenario';

const scenarios = new Map(loadScenarios().map((scenario) => [scenario.name, scenario]));

function recorded(name: string): Scenario {
  const scenario = scenarios.get(name);
  if (!scenario) throw new Error(`no scenario is named ${name}`);
  return scenario;
}

/** Compares a recording with a changed copy of itself. */
function difference(name: string, change: (log: readonly LogEvent[]) => readonly LogEvent[]): string | undefined {
  const scenario = recorded(name);
  return firstDifference(comparable(scenario, scenario.v3.log), comparable(scenario, change(scenario.v3.log)));
}

const isHandover = (event: LogEvent) => event[2] === 'send' && event[5] === 0;

describe('the comparison of logs', () => {
  it('sees what the kernel handed over, reported and returned, with step and time', () => {
    const scenario = recorded('timeout-active-next-submitted');
    expect(comparable(scenario, scenario.v3.log)).toEqual([
      '0 0 send 0 m1',
      '3 10 send 0 m2',
      '3 10 done 0 m1 -62',
      '3 10 ret 1 -62',
      '5 10 done 0 m2 -5',
      '5 10 ret 2 -5',
    ]);
  });

  it('notices a lost hand-over, a changed order, another status and another time', () => {
    const name = 'fifo-blocking';
    const last = recorded(name).v3.log.map(isHandover).lastIndexOf(true);
    expect(difference(name, (log) => log)).toBeUndefined();
    expect(difference(name, (log) => log.filter((_, i) => i !== last))).toMatch(/^event \d+ is ".* send 0 m\d" there/);
    expect(difference(name, (log) => swapReturnAndReport(log))).toMatch(/"\d 0 done 0 m\d 0" there and "\d 0 ret \d ok" here/);
    const failed = (event: LogEvent): LogEvent => (event[2] === 'ret' ? [event[0], event[1], 'ret', event[3], -5] : event);
    expect(difference(name, (log) => log.map(failed))).toMatch(/"\d 0 ret 1 ok" there and "\d 0 ret 1 -5" here/);
    const late = ([step, t, ...body]: LogEvent) => [step, t + 1, ...body] as LogEvent;
    expect(difference(name, (log) => log.map(late))).toBe('event 0 is "0 0 send 0 m1" there and "0 1 send 0 m1" here');
  });

  it('takes every token for success, and "closed" for "invalid"', () => {
    const scenario = recorded('basic-blocking-one');
    const returned = (value: number) => comparable(scenario, [[1, 0, 'ret', 1, value]]);
    expect(returned(17)).toEqual(returned(0));
    expect(returned(-108)).toEqual(returned(-22));
    expect(returned(-22)).not.toEqual(returned(-5));
  });

  it('orders the senders that one interrupt wakes only if it ends several messages', () => {
    const drain = recorded('flush-success-drain');
    const inTurn: LogEvent[] = [
      [3, 0, 'ret', 1, 0],
      [3, 0, 'send', 0, 'm2', 0],
    ];
    expect(comparable(drain, inTurn)).toEqual(['3 0 send 0 m2', '3 0 ret 1 ok']);
    expect(comparable(recorded('fifo-blocking'), inTurn)).toEqual(['3 0 ret 1 ok', '3 0 send 0 m2']);
  });

  it('counts the events that it does not compare', () => {
    const skipped = new Map<string, number>();
    const scenario = recorded('cancel-queued');
    comparable(scenario, [...scenario.v3.log, [2, 10, 'done', 0, 'm9', -62], [scenario.steps.length, 10, 'over']], undefined, skipped);
    expect(skipped.get('withdrawn')).toBe(1);
    expect(skipped.get('epilogue')).toBe(1);
  });

  it('leaves a scenario out, or cuts it, only where a rule of leftOut.ts says so', () => {
    const rule = (name: string) => LEFT_OUT.find(({ holds }) => holds(recorded(name)))?.name;
    expect(rule('t1t2-seed-ok-ok')).toBe('explicit');
    expect(rule('free-queued-late-done-crash')).toBe('crash');
    expect(rule('late-B-done-completes-next')).toBe('issues');
    expect(rule('mixed-0364')).toBe('tie');
    expect(rule('timeout-cascade')).toBeUndefined();

    const cut = (name: string, correlation: 'tagged' | 'ordered' | 'untagged') =>
      CUTS.flatMap(({ name: cutName, from }) => {
        const event = from(recorded(name), correlation);
        return event ? [`${cutName} at step ${event[0]}`] : [];
      });
    expect(cut('timeout-cascade', 'tagged')).toEqual(['limits of one turn at step 3']);
    expect(cut('timeout-cascade', 'ordered')).toEqual(['left in flight at step 3', 'limits of one turn at step 3']);
    expect(cut('timeout-active-next-submitted', 'tagged')).toEqual([]);
    expect(cut('mixed-0518', 'tagged')).toEqual(['limits on two channels at step 9']);
    expect(cut('cancel-queued', 'untagged')).toEqual([]);
    expect(cut('busy-F-poll-timer-not-armed', 'tagged')).toEqual(['poll retry at step 1']);
    expect(cut('free-rerequest-late-done', 'untagged')).toEqual(['owner changed in flight at step 2']);
    expect(cut('free-rerequest-late-done', 'ordered')).toEqual([]);
  });
});

function swapReturnAndReport(log: readonly LogEvent[]): LogEvent[] {
  const at = log.findIndex((event, i) => event[2] === 'done' && log[i + 1]?.[2] === 'ret');
  return [...log.slice(0, at), log[at + 1]!, log[at]!, ...log.slice(at + 2)];
}
