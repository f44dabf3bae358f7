import colors from 'picocolors';
import type { Group } from '../groups';
import { TOLERANCE_NOTE, type Judged } from '../goals';
import type { Measured } from '../Measured';
import { median, medianRatio, quantile } from '../measure/statistics';
import { number } from './numbers';

/** One benchmark: who needed how much, and how many times what the reference needed. */
export function table(group: Group, { samples, facts }: Measured): string {
  const reference = samples[group.reference];
  const rows = Object.entries(samples).map(([name, values]) => [
    name === group.reference ? colors.bold(name) : name,
    number(median(values)),
    `${number(quantile(values, 0.25))} – ${number(quantile(values, 0.75))}`,
    reference && name !== group.reference ? `× ${number(medianRatio(values, reference))}` : '',
  ]);
  return [
    colors.bold(group.title) + colors.dim(`  (--only ${group.name})`),
    ...columns([['', group.unit, 'middle half', reference ? `of ${group.reference}` : ''].map((text) => colors.dim(text)), ...rows]),
    ...Object.entries(facts).map(([what, so]) => `  ${what}: ${so ? 'yes' : colors.yellow('no')}`),
    '',
  ].join('\n');
}

export function goalTable(judged: readonly Judged[], runs: number): string {
  const rows = judged.map(({ goal, value, verdict }) => [
    goal.what,
    value === undefined ? '–' : typeof value === 'boolean' ? (value ? 'yes' : 'no') : number(value),
    `${goal.better === 'less' ? '<=' : goal.better === 'more' ? '>=' : ''} ${typeof goal.limit === 'boolean' ? 'yes' : `${goal.limit}`} ${goal.unit}`.trim(),
    value === undefined ? colors.yellow('not measured') : SAID[verdict],
  ]);
  return [
    colors.bold('Goals') + colors.dim(`  (${runs === 1 ? '' : `Medians of ${runs} runs. `}${TOLERANCE_NOTE})`),
    ...columns([['', 'here', 'goal', ''].map((text) => colors.dim(text)), ...rows]),
    '',
  ].join('\n');
}

const SAID = { met: colors.green('met'), 'about met': colors.green('met, within the tolerance'), missed: colors.red('missed') };

export interface BudgetRow {
  readonly what: string;
  readonly value: number | undefined;
  readonly limit: number;
  readonly goal: number;
  readonly unit: string;
  readonly kept: boolean;
}

export function budgetTable(budgets: readonly BudgetRow[]): string {
  const rows = budgets.map(({ what, value, limit, goal, unit, kept }) => [
    what,
    value === undefined ? '–' : number(value),
    number(limit),
    number(goal),
    unit,
    kept ? colors.green('kept') : colors.red('over'),
  ]);
  return [
    colors.bold('Budgets'),
    ...columns([['', 'measured', 'limit', 'goal', '', ''].map((text) => colors.dim(text)), ...rows]),
    '',
  ].join('\n');
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => width(row[column]!))));
  return rows.map((row) => `  ${row.map((cell, column) => pad(cell, widths[column]!, column === 0)).join('  ')}`.trimEnd());
}

function pad(cell: string, size: number, left: boolean): string {
  const space = ' '.repeat(size - width(cell));
  return left ? cell + space : space + cell;
}

function width(cell: string): number {
  // eslint-disable-next-line no-control-regex -- colours
  return cell.replace(/\x1b\[\d+m/g, '').length;
}
