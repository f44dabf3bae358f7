import { parseArgs } from 'node:util';
import { GROUPS } from './groups';

export interface Options {
  readonly quick: boolean;
  readonly runs: number;
  readonly budgets: boolean;
  readonly check: boolean;
  readonly only: readonly string[];
  readonly json: string | undefined;
  readonly charts: string | undefined;
  readonly docs: boolean;
}

export const USAGE = `usage: npm run bench [-- OPTIONS]

  --quick        less than a minute, rough figures; without it less than five
  --runs N       run everything so often; the goals are judged by the medians of the runs
  --only NAME    only this benchmark; may be given again
  --check        exit code 1 if a goal is missed
  --json FILE    write everything that was measured
  --charts DIR   write bar charts, as SVG
  --budgets      only what .ci/run checks: bytes and growth, with limits that hold on any machine
  --docs         write the results into docs/performance.md, with charts; only a full run of everything

benchmarks: ${GROUPS.map(({ name }) => name).join(', ')}`;

/** What the command line asks for; throws what is wrong with it. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      runs: { type: 'string', default: '1' },
      budgets: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      charts: { type: 'string' },
      docs: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  for (const name of values.only) if (!GROUPS.some((group) => group.name === name)) throw new RangeError(`no benchmark '${name}'`);
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new RangeError(`--runs is '${values.runs}'; expected an integer >= 1`);
  if (values.docs && (values.quick || values.only.length > 0)) throw new RangeError('--docs with --quick or --only; expected a full run');
  const { quick, budgets, only, check, json, charts, docs } = values;
  return { quick, runs, budgets, only, check, json, charts, docs };
}
