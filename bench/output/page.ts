import { readFileSync, writeFileSync } from 'node:fs';
import { TOLERANCE_NOTE, type Judged } from '../goals';
import type { Group } from '../groups';
import type { Measured } from '../Measured';
import { median, medianRatio, quantile } from '../measure/statistics';
import type { Machine } from './json';
import { number } from './numbers';

const BEGIN = '<!-- Results: written by `npm run bench -- --docs` from one run. -->';
const END = '<!-- End of the results. -->';

/** Puts the results of a run into a page, in place of those of an earlier run. */
export function writePage(file: string, results: string): void {
  const page = readFileSync(file, 'utf8');
  const [before, rest] = split(page, BEGIN, file);
  const [, after] = split(rest, END, file);
  writeFileSync(file, `${before}${BEGIN}\n\n${results}\n${END}${after}`);
}

function split(text: string, mark: string, file: string): [string, string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`${file} has no line '${mark}'`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

/** Goals, then every benchmark with its chart, as Markdown. */
export function resultsOf(run: {
  machine: Machine;
  runs: number;
  groups: readonly Group[];
  results: Readonly<Record<string, Measured>>;
  judged: readonly Judged[];
}): string {
  const { machine, runs, groups, results, judged } = run;
  const { node, v8, flags, platform, cpu, cores, load } = machine;
  const [one, five] = load.map((value) => value.toFixed(1));
  return [
    `Node ${node} (V8 ${v8}) with \`${flags.join(' ')}\` on ${platform}, ${cores} × ${cpu}. When it began, ${one!} processes wanted a processor`,
    `on average of the last minute, ${five!} of the last five; nothing else running would be 0.`,
    '',
    '### Goals',
    '',
    `${runs === 1 ? 'One run' : `Medians of ${runs} runs`}. ${TOLERANCE_NOTE}`,
    '',
    '| | here | goal | |',
    '| --- | ---: | ---: | --- |',
    ...judged.map(goalRow),
    '',
    ...groups.flatMap((group) => section(group, results[group.name]!)),
  ].join('\n');
}

function goalRow({ goal: { what, better, limit, unit }, value, verdict }: Judged): string {
  const here = value === undefined ? '–' : typeof value === 'boolean' ? yesOrNo(value) : number(value);
  const wanted = typeof limit === 'boolean' ? yesOrNo(limit) : `${better === 'less' ? '≤' : '≥'} ${limit.toLocaleString('en')} ${unit}`;
  return `| ${what} | ${here} | ${wanted} | ${verdict === 'missed' ? '**missed**' : 'met'} |`;
}

function section({ name, title, about, unit, reference }: Group, { samples, facts }: Measured): string[] {
  const base = samples[reference];
  const rows = Object.entries(samples).map(([contender, values]) => {
    const ratio = base && contender !== reference ? number(medianRatio(values, base)) : '';
    const middle = `${number(quantile(values, 0.25))} – ${number(quantile(values, 0.75))}`;
    return `| ${contender === reference ? `**${contender}**` : contender} | ${number(median(values))} | ${middle} | ${ratio} |`;
  });
  return [
    `### ${title}`,
    '',
    about,
    '',
    `![${title}](performance/${name}.svg)`,
    '',
    `| | ${unit} | middle half | ${base ? `of ${reference}` : ''} |`,
    '| --- | ---: | ---: | ---: |',
    ...rows,
    '',
    ...Object.entries(facts).flatMap(([what, so]) => [`${what[0]!.toUpperCase()}${what.slice(1)}: ${yesOrNo(so)}.`, '']),
  ];
}

function yesOrNo(so: boolean): string {
  return so ? 'yes' : 'no';
}
