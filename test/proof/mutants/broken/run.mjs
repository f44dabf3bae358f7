// Breaks the library on purpose, one way at a time, and expects the tests to notice: npm run broken [-- --only WORDS] [-- --jobs N]
// A broken core is a text patch that must match exactly once, so this list cannot go stale silently. Exit code 1 if one is not noticed.
import { parseArgs } from 'node:util';
import { cores } from './cores.mjs';
import { Workbench } from './Workbench.mjs';

const { values: flags } = parseArgs({ options: { only: { type: 'string' }, jobs: { type: 'string', default: '2' } } });
const chosen = cores.filter(({ name }) => name.includes(flags.only ?? ''));
if (chosen.length === 0)
  throw new Error(`no broken core is called '${flags.only}'; their names are:\n${cores.map((c) => c.name).join('\n')}`);

const started = Date.now();
const benches = Array.from({ length: Math.min(Number(flags.jobs), chosen.length) }, () => new Workbench());
let unnoticed = 0;
try {
  const stale = chosen.flatMap((core) => benches[0].mismatches(core));
  if (stale.length > 0) throw new Error(`these patches do not fit any more:\n${stale.join('\n')}`);

  const files = [...new Set(chosen.flatMap(({ tests }) => tests))];
  const sound = await benches[0].test(files);
  if (sound.verdict !== 'green') throw new Error(`unpatched, it is ${sound.verdict}, so nothing can be said: ${sound.detail}`);
  console.log(
    `unpatched: ${sound.passed} tests in ${files.length} files pass\n\n| broken core | breaks | verdict | noticed by |\n| --- | --- | --- | --- |`,
  );

  const left = [...chosen];
  await Promise.all(
    benches.map(async (bench) => {
      for (let core = left.shift(); core !== undefined; core = left.shift()) {
        const { verdict, detail } = await bench.testBroken(core);
        if (verdict !== 'red') unnoticed++;
        console.log(`| ${core.name} | ${core.breaks} | ${verdict === 'red' ? 'noticed' : `**${verdict}**`} | ${detail} |`);
      }
    }),
  );
} finally {
  for (const bench of benches) bench.remove();
}
console.log(`\n${chosen.length - unnoticed} of ${chosen.length} noticed in ${Math.round((Date.now() - started) / 1000)} s`);
process.exitCode = unnoticed > 0 ? 1 : 0;
