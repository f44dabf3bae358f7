import type { Compared } from '../compareRuns';
import { LEFT_OUT } from '../leftOut';
import type { Judged } from '../judgeRuns';
import { INEXPRESSIBLE, type expressible } from './expressible';

/** The part of docs/controllers/mtk-vcp.md that is written from a run. */
export function report({ polled, played, leftOut }: ReturnType<typeof expressible>, judged: Judged, compared: Compared): string {
  const kept = polled.length - played.length;
  return [
    '| | scenarios |',
    '| --- | --- |',
    `| of method \`poll\` | ${polled.length} |`,
    `| played on the registers | ${played.length} |`,
    ...INEXPRESSIBLE.map(({ name, why }) => `| left out: ${name} (${why}) | ${leftOut.get(name) ?? 0} |`),
    `| **somebody was told something untrue** | **${judged.wrong.wrong}** |`,
    `| excused | ${judged.excused.wrong} |`,
    `| in the order and the milliseconds of the kernel, where that made no mistake | ${compared.equal} |`,
    `| in another order | ${compared.different.length} |`,
    ...LEFT_OUT.map(({ name, why }) => `| not compared: ${name} (${why}) | ${compared.leftOut.get(name) ?? 0} |`),
    '',
    `${judged.returns.toLocaleString('en')} returns and ${judged.reports.toLocaleString('en')} reports were judged; ${kept} scenarios are left out.`,
  ].join('\n');
}
