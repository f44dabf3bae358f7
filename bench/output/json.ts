import { cpus, loadavg } from 'node:os';
import type { Judged } from '../goals';
import type { Group } from '../groups';
import type { Measured } from '../Measured';
import { median, quantile } from '../measure/statistics';

/** Where it was measured. */
export interface Machine {
  readonly node: string;
  readonly v8: string;
  readonly flags: readonly string[];
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  /** How many processes wanted to run, on average, in the last minute and the last five. */
  readonly load: readonly [number, number];
}

export function thisMachine(flags: readonly string[]): Machine {
  const [one = 0, five = 0] = loadavg();
  const { node, v8 } = process.versions;
  const cores = cpus();
  return {
    node,
    v8: v8,
    flags,
    platform: `${process.platform} ${process.arch}`,
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    load: [one, five],
  };
}

/** Everything that was measured, for programs. */
export function asJson(run: {
  machine: Machine;
  quick: boolean;
  runs: number;
  groups: readonly Group[];
  results: Readonly<Record<string, Measured>>;
  judged: readonly Judged[];
}): string {
  const { machine, quick, runs, groups, results, judged } = run;
  const benchmarks = groups.map(({ name, title, about, unit, reference }) => {
    const { samples, facts } = results[name]!;
    const contenders = Object.entries(samples).map(([contender, values]) => ({
      name: contender,
      median: median(values),
      quartiles: [quantile(values, 0.25), quantile(values, 0.75)],
      rounds: values,
    }));
    return { name, title, about, unit, reference, contenders, facts };
  });
  const goals = judged.map(({ goal: { what, group, better, limit, unit }, value, verdict }) => ({
    what,
    group,
    better,
    limit,
    unit,
    value,
    verdict,
  }));
  return `${JSON.stringify({ date: new Date().toISOString(), machine, quick, runs, benchmarks, goals }, null, 2)}\n`;
}
