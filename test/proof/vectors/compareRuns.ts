import type { Correlation } from 'rx-mailbox';
import { comparable, type Skipped } from './comparable';
import { CUTS, LEFT_OUT } from './leftOut';
import { Player, type PlayOptions } from './Player';
import type { LogEvent, Scenario } from './Scenario';

/** How the logs of all scenarios compare with the kernel's, with one correlation class. */
export interface Compared {
  readonly equal: number;
  /** What differs, with the first event that does. */
  readonly different: readonly string[];
  /** How many events were equal. */
  readonly lines: number;
  /** Scenarios that are not compared, by rule. */
  readonly leftOut: ReadonlyMap<string, number>;
  /** Scenarios that are compared up to some event, by rule. */
  readonly cut: ReadonlyMap<string, number>;
  /** Events of the compared parts that are not looked at, by rule. */
  readonly skipped: Skipped;
}

/** Plays every scenario that the kernel got right and compares the logs, event by event. */
export function compareRuns(scenarios: readonly Scenario[], correlation: Correlation, options?: PlayOptions): Compared {
  const result = {
    equal: 0,
    different: [] as string[],
    lines: 0,
    leftOut: counters(LEFT_OUT),
    cut: counters(CUTS),
    skipped: new Map<string, number>(),
  };
  for (const scenario of scenarios) {
    const rule = LEFT_OUT.find(({ holds }) => holds(scenario));
    if (rule) {
      count(result.leftOut, rule.name);
      continue;
    }
    const cut = firstCut(scenario, correlation);
    if (cut) count(result.cut, cut.name);
    // The recorded controllers had no word for "ready", so the library gets none either.
    const { log } = new Player(scenario, correlation, { ...options, tellsRoom: false }).play();
    const theirs = comparable(scenario, scenario.v3.log, cut?.event);
    const ours = comparable(scenario, log, cut?.event, result.skipped);
    const difference = firstDifference(theirs, ours);
    if (difference === undefined) result.equal++;
    else result.different.push(`${scenario.name}: ${difference}`);
    result.lines += theirs.length;
  }
  return result;
}

/** Says where two sequences part; undefined if they are equal. */
export function firstDifference(theirs: readonly string[], ours: readonly string[]): string | undefined {
  const length = Math.max(theirs.length, ours.length);
  for (let i = 0; i < length; i++) {
    if (theirs[i] !== ours[i]) return `event ${i} is "${theirs[i] ?? 'nothing'}" there and "${ours[i] ?? 'nothing'}" here`;
  }
  return undefined;
}

function firstCut(scenario: Scenario, correlation: Correlation): { readonly name: string; readonly event: LogEvent } | undefined {
  const cuts = CUTS.flatMap(({ name, from }) => {
    const event = from(scenario, correlation);
    return event ? [{ name, event }] : [];
  });
  return cuts.sort(({ event: a }, { event: b }) => a[0] - b[0] || a[1] - b[1])[0];
}

function counters(rules: readonly { readonly name: string }[]): Map<string, number> {
  return new Map(rules.map(({ name }) => [name, 0]));
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
