import type { Compared } from '../compareRuns';
import type { Judged } from '../judgeRuns';
import { LEFT_OUT } from '../leftOut';
import type { Chosen, InexpressibleRule } from './expressible';

/** What came of the scenarios of one method. */
export interface Played extends Chosen {
  readonly rules: readonly InexpressibleRule[];
  readonly judged: Judged;
  readonly compared: Compared;
  /** Not compared although they were played, and why. */
  readonly notCompared: ReadonlyMap<string, number>;
}

/** The part of docs/controllers/tegra-hsp.md that is written from a run. */
export function report(mailboxes: Played, doorbells: Played): string {
  const both = (name: string, of: (played: Played) => number) => `| ${name} | ${of(mailboxes)} | ${of(doorbells)} |`;
  const names = (rules: (played: Played) => readonly { name: string; why: string }[]) => [
    ...new Map([...rules(mailboxes), ...rules(doorbells)].map(({ name, why }) => [`${name}: ${why}`, name])),
  ];
  const one = (rule: string, of: (played: Played) => number | undefined) =>
    `| ${rule} | ${of(mailboxes) ?? '–'} | ${of(doorbells) ?? '–'} |`;
  const count = (rules: readonly { name: string; why: string }[], counts: ReadonlyMap<string, number>, rule: string) => {
    const found = rules.find(({ name, why }) => `${name}: ${why}` === rule);
    return found && (counts.get(found.name) ?? 0);
  };
  const { judged: m } = mailboxes;
  const { judged: d } = doorbells;
  return [
    '| | mailboxes, method `irq` | doorbells, method `ack` |',
    '| --- | --- | --- |',
    both('scenarios of the method', ({ all }) => all.length),
    both('played on the registers', ({ played }) => played.length),
    ...names(({ rules }) => rules).map(([rule]) => one(`left out, ${rule}`, ({ rules, leftOut }) => count(rules, leftOut, rule))),
    both('**somebody was told something untrue**', ({ judged }) => judged.wrong.wrong),
    both('excused: the application itself acknowledged what was not taken', ({ judged }) => judged.excused.wrong),
    both('in the order and the milliseconds of the kernel, where that made no mistake', ({ compared }) => compared.equal),
    both('in another order', ({ compared }) => compared.different.length),
    ...LEFT_OUT.map(({ name, why }) => both(`not compared, ${name}: ${why}`, ({ compared }) => compared.leftOut.get(name) ?? 0)),
    ...[...mailboxes.notCompared].map(([rule, found]) => `| not compared, ${rule} | ${found} | – |`),
    '',
    `${(m.returns + d.returns).toLocaleString('en')} returns and ${(m.reports + d.reports).toLocaleString('en')} reports were judged.`,
  ].join('\n');
}
