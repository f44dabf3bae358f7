import { GROUPS } from './groups';
import { judge } from './goals';
import type { Measured } from './Measured';
import { readOptions, USAGE } from './options';
import { goalTable, table } from './output/table';
import { Progress } from './output/Progress';
import { runGroup } from './runGroup';

/** Returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  let options;
  try {
    options = readOptions(args);
  } catch (error) {
    console.error(`${String(error)}\n\n${USAGE}`);
    return 2;
  }
  if (options === 'help') {
    console.log(USAGE);
    return 0;
  }
  const { quick, only, check } = options;
  const groups = GROUPS.filter(({ name }) => only.length === 0 || only.includes(name));
  const progress = new Progress(groups.length);
  const results: Record<string, Measured> = {};
  for (const group of groups) {
    progress.begin(group.title);
    results[group.name] = await runGroup(group, quick, (part) => progress.show(group.title, part));
    progress.end();
    console.log(table(group, results[group.name]!));
  }
  const judged = judge(results);
  console.log(goalTable(judged));
  return check && judged.some(({ met }) => !met) ? 1 : 0;
}
