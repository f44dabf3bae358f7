import { explore } from './explore';
import { printTrace } from './printTrace';
import type { WorldSpec } from './WorldSpec';

/** Transitions of one world in the default run. */
const BUDGET = 60_000;

/** `WORLDS_DEPTH=10` takes ten times as many, `WORLDS_DEPTH=all` all there are. */
export function budget(depth = process.env['WORLDS_DEPTH'] ?? '1'): number {
  const factor = depth === 'all' ? Infinity : Number(depth);
  if (!(factor > 0)) throw new RangeError(`WORLDS_DEPTH is ${depth}; expected a number > 0, or 'all'`);
  return BUDGET * factor;
}

/** A test for each world, and at the end how much was seen. */
export function exploreAll(title: string, specs: readonly WorldSpec[]): void {
  const lines: string[] = [];
  const sum = { states: 0, transitions: 0, steps: 0 };
  // Errors are made by the million here, and nobody looks at where.
  const { stackTraceLimit } = Error;
  beforeAll(() => (Error.stackTraceLimit = 0));
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit;
    process.stdout.write(`${[...lines, line(`${title}, all`, sum)].join('\n')}\n`);
  });

  it.each(specs)(
    '$name',
    (spec) => {
      const { found, complete, ...counts } = explore(spec, budget());
      lines.push(`${line(spec.name, counts)}${complete ? ', complete' : ''}`);
      for (const count of ['states', 'transitions', 'steps'] as const) sum[count] += counts[count];
      if (found) throw new Error(printTrace(spec, found));
    },
    2 ** 31 - 1,
  );
}

function line(name: string, { states, transitions, steps }: { states: number; transitions: number; steps: number }): string {
  return `${name}: ${states} states, ${transitions} transitions, ${steps} steps judged`;
}
