import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { checkBudgets } from './budgets';
import { judge } from './goals';
import { GROUPS, type Group } from './groups';
import { together, type Measured } from './Measured';
import { readOptions, USAGE, type Options } from './options';
import { chart } from './output/chart';
import { asJson, thisMachine } from './output/json';
import { resultsOf, writePage } from './output/page';
import { Progress } from './output/Progress';
import { goalTable, table } from './output/table';
import { FLAGS, runGroup } from './runGroup';

/** Returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  let options;
  try {
    options = readOptions(args);
  } catch (error) {
    console.error(`${String(error)}\n\n${USAGE}`);
    return 2;
  }
  if (options !== 'help') return options.budgets ? checkBudgets() : measure(options);
  console.log(USAGE);
  return 0;
}

async function measure({ quick, runs, only, check, json, charts, docs }: Options): Promise<number> {
  const groups = GROUPS.filter(({ name }) => only.length === 0 || only.includes(name));
  const machine = thisMachine(FLAGS);
  const { node, flags, cpu, cores, load } = machine;
  console.log(`Node ${node} ${flags.join(' ')}, ${cores} × ${cpu}, load ${load.map((value) => value.toFixed(1)).join(' and ')}\n`);
  const progress = new Progress(groups.length * runs);
  const all: Record<string, Measured>[] = [];
  // One run after the other: what disturbs the machine for some minutes disturbs one of them.
  for (let run = 1; run <= runs; run++) {
    const results: Record<string, Measured> = {};
    for (const group of groups) {
      progress.begin(group.title);
      results[group.name] = await runGroup(group, quick, (part) => progress.show(group.title, part));
      progress.end();
      if (runs === 1) console.log(table(group, results[group.name]!));
    }
    all.push(results);
  }
  const results = Object.fromEntries(groups.map(({ name }) => [name, together(all.map((each) => each[name]!))]));
  if (runs > 1) for (const group of groups) console.log(table(group, results[group.name]!));
  const judged = judge(all);
  if (judged.length > 0) console.log(goalTable(judged, runs));
  if (json !== undefined) writeFileSync(json, asJson({ machine, quick, runs, groups, results, judged }));
  if (charts !== undefined) drawCharts(charts, groups, results);
  if (docs) {
    const folder = join(env['BENCH_ROOT']!, 'docs');
    writePage(join(folder, 'performance.md'), resultsOf({ machine, runs, groups, results, judged }));
    drawCharts(join(folder, 'performance'), groups, results);
  }
  return check && judged.some(({ verdict }) => verdict === 'missed') ? 1 : 0;
}

function drawCharts(folder: string, groups: readonly Group[], results: Readonly<Record<string, Measured>>): void {
  mkdirSync(folder, { recursive: true });
  for (const group of groups) writeFileSync(join(folder, `${group.name}.svg`), chart(group, results[group.name]!));
}
