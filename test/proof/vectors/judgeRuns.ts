import type { Correlation } from 'rx-mailbox';
import { LOG_CHANGES } from './changeLog';
import { judge, type Observation } from './oracle';
import { Player, type PlayOptions } from './Player';
import type { Issue, Scenario } from './Scenario';
import { Tally } from './Tally';

/** What became of all scenarios with one correlation class. */
export interface Judged {
  /** By the truth, minus what is excused. */
  readonly wrong: Tally;
  /** Wrong by the truth, right by all that an untagged wire said. */
  readonly excused: Tally;
  readonly returns: number;
  readonly reports: number;
}

/** The issues of one run, by the truth and by what the wire said; the latter differs on an untagged wire only. */
export function judgeRun(scenario: Scenario, run: Observation, correlation: Correlation): { truth: Issue[]; wire: Issue[] } {
  // A polled controller has no word for "ready": a refused message is found to fit when a poll period is over.
  const retryPeriod = scenario.cfg.mode === 'poll' ? scenario.cfg.pollMs : 0;
  const options = { correlation, reports: 'accepted', retryPeriod } as const;
  const truth = judge(scenario, run, { ...options, reading: 'truth' });
  return { truth, wire: correlation === 'untagged' ? judge(scenario, run, { ...options, reading: 'wire' }) : truth };
}

/** Plays every scenario and judges the outcomes of senders and callbacks. */
export function judgeRuns(scenarios: readonly Scenario[], correlation: Correlation, options?: PlayOptions): Judged {
  const wrong = new Tally();
  const excused = new Tally();
  let returns = 0;
  let reports = 0;
  for (const scenario of scenarios) {
    const run = new Player(scenario, correlation, options).play();
    returns += run.log.filter(([, , type]) => type === 'ret').length;
    reports += run.log.filter(([, , type]) => type === 'done').length;
    const { truth, wire } = judgeRun(scenario, run, correlation);
    wrong.add(scenario.name, wire);
    if (wire.length === 0) excused.add(scenario.name, truth);
  }
  return { wrong, excused, returns, reports };
}

/** Plays every scenario with tokens, changes each log in every way that it can be, and judges what came of it. */
export function judgeChangedLogs(scenarios: readonly Scenario[]): { readonly changed: number; readonly unnoticed: readonly string[] } {
  let changed = 0;
  const unnoticed: string[] = [];
  for (const scenario of scenarios) {
    const { log, until } = new Player(scenario, 'tagged').play();
    for (const { name, apply } of LOG_CHANGES) {
      const other = apply(log, scenario);
      if (!other) continue;
      changed++;
      if (judgeRun(scenario, { log: other, until }, 'tagged').truth.length === 0) unnoticed.push(`${scenario.name}: ${name}`);
    }
  }
  return { changed, unnoticed };
}
