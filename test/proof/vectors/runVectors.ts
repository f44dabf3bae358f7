import type { Correlation } from 'rx-mailbox';
import { compareRuns, type Compared } from './compareRuns';
import { inapplicable, methodOf } from './config';
import { judgeRecording } from './judgeRecording';
import { judgeChangedLogs, judgeRuns, type Judged } from './judgeRuns';
import type { Scenario } from './Scenario';
import { Tally } from './Tally';

export const CORRELATIONS: readonly Correlation[] = ['tagged', 'ordered', 'untagged'];

/** Everything that the documentation says in numbers. */
export interface VectorsResult {
  readonly scenarios: number;
  readonly mainline: Tally;
  readonly v3: Tally;
  readonly judged: Readonly<Record<Correlation, Judged>>;
  readonly compared: Readonly<Record<Correlation, Compared>>;
  /** The same runs with abandoned slots freed at once, as the kernel frees them: the oracle must find mistakes. */
  readonly unheld: Readonly<Record<'ordered' | 'untagged', Judged>>;
  readonly recordings: { readonly judged: number; readonly same: number; readonly issues: number };
  /** Logs that somebody falsified, and those of them in which the judge saw nothing wrong. */
  readonly falsified: ReturnType<typeof judgeChangedLogs>;
  /** Steps that are not played, by the reason, and how many scenarios have one. */
  readonly notPlayed: ReadonlyMap<string, Extent>;
  /** Tx-dones for nothing. */
  readonly spurious: Extent;
}

export interface Extent {
  readonly steps: number;
  readonly scenarios: number;
}

/** Plays all scenarios with all correlation classes. */
export function runVectors(scenarios: readonly Scenario[]): VectorsResult {
  return {
    scenarios: scenarios.length,
    mainline: tally(scenarios, ({ mainline }) => mainline.issues.map((kind) => [kind])),
    v3: tally(scenarios, ({ v3 }) => v3.issues),
    judged: each((correlation) => judgeRuns(scenarios, correlation)),
    compared: each((correlation) => compareRuns(scenarios, correlation)),
    unheld: { ordered: judgeRuns(scenarios, 'ordered', { quarantine: 0 }), untagged: judgeRuns(scenarios, 'untagged', { quarantine: 0 }) },
    recordings: judgeRecordings(scenarios),
    falsified: judgeChangedLogs(scenarios),
    notPlayed: notPlayed(scenarios),
    spurious: extent(scenarios, ({ cfg }, step) => {
      if ((step[0] !== 'txdone' && step[0] !== 'clientTxdone') || step[3] === 0) return false;
      return methodOf(cfg, cfg.knows) === (step[0] === 'txdone' ? 'irq' : 'ack');
    }),
  };
}

function each<T>(of: (correlation: Correlation) => T): Record<Correlation, T> {
  return { tagged: of('tagged'), ordered: of('ordered'), untagged: of('untagged') };
}

function tally(scenarios: readonly Scenario[], issues: (scenario: Scenario) => Parameters<Tally['add']>[1]): Tally {
  const result = new Tally();
  for (const scenario of scenarios) result.add(scenario.name, issues(scenario));
  return result;
}

function judgeRecordings(scenarios: readonly Scenario[]): VectorsResult['recordings'] {
  const complete = scenarios.filter(({ cfg }) => cfg.sched === 'auto');
  const sorted = (issues: readonly unknown[]) => issues.map((issue) => JSON.stringify(issue)).sort();
  const same = complete.filter((scenario) => sorted(judgeRecording(scenario)).join() === sorted(scenario.v3.issues).join());
  return {
    judged: complete.length,
    same: same.length,
    issues: same.flatMap(({ v3 }) => v3.issues.filter(([kind]) => kind !== 'crash')).length,
  };
}

function notPlayed(scenarios: readonly Scenario[]): ReadonlyMap<string, Extent> {
  const reasons = new Set(scenarios.flatMap(({ steps }) => steps.flatMap((step) => inapplicable(step) ?? [])));
  return new Map([...reasons].map((reason) => [reason, extent(scenarios, (_, step) => inapplicable(step) === reason)]));
}

function extent(scenarios: readonly Scenario[], counts: (scenario: Scenario, step: Scenario['steps'][number]) => boolean): Extent {
  const steps = scenarios.map((scenario) => scenario.steps.filter((step) => counts(scenario, step)).length);
  return { steps: steps.reduce((sum, count) => sum + count, 0), scenarios: steps.filter((count) => count > 0).length };
}
