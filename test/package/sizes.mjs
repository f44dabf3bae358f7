import { build } from 'esbuild';
import { gzipSync } from 'node:zlib';

/**
 * Most bytes of what an application imports, with all that it needs from this package, minified and compressed.
 *
 * They do not depend on the machine. Where a goal is named, the budget is what was reached and 1 %, so that nothing grows unnoticed.
 */
const BUDGETS = [
  // The goal was 14,600, before pauses, batches, resets that end an epoch, guarded callbacks and clocks that are lost; and before shared windows,
  // messages that are given back, `latest` and the other options, and what a mailbox and a channel can be asked.
  { what: '{ Mailbox } and RxJS', contents: "export { Mailbox } from 'rx-mailbox'", withRxjs: true, budget: 24_380 },
  // The goal is 8,600.
  { what: '{ Mailbox }', contents: "export { Mailbox } from 'rx-mailbox'", budget: 17_540 },
  // The goal is 9,800.
  { what: 'rx-mailbox', budget: 19_760 },
  { what: 'rx-mailbox/mtk-vcp', budget: 4096 },
  { what: 'rx-mailbox/tegra-hsp', budget: 6144 },
  { what: 'rx-mailbox/registers', budget: 3072 },
];

/** What an application does not import takes no bytes of it: a text that only this has must not be there. */
const UNUSED = {
  txTap: 'txTap needs what channel.send() returns',
  inContext: 'a function that calls the function that it is given',
};

export async function checkSizes(directory) {
  const rows = [];
  for (const { what, contents = `export * from '${what}'`, withRxjs = false, budget } of BUDGETS) {
    const { contents: bundle } = await bundled(directory, contents, withRxjs ? [] : ['rxjs']);
    const gzip = gzipSync(bundle, { level: 9 }).length;
    rows.push({ import: what, minified: bundle.length, gzip, budget });
  }
  console.table(rows);
  await checkUnused(directory);
  const heavy = rows.filter((row) => row.gzip > row.budget);
  if (heavy.length > 0) throw new Error(`over budget: ${heavy.map((row) => row.import).join(', ')}`);
}

async function bundled(directory, contents, external = ['rxjs']) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: directory },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external,
    write: false,
  });
  return outputFiles[0];
}

async function checkUnused(directory) {
  const { text: without } = await bundled(directory, "export { Mailbox } from 'rx-mailbox'");
  for (const [name, trace] of Object.entries(UNUSED)) {
    const { text: used } = await bundled(directory, `export { Mailbox, ${name} } from 'rx-mailbox'`);
    if (!used.includes(trace)) throw new Error(`${name} is known by a text that it does not have: ${trace}`);
    if (without.includes(trace)) throw new Error(`${name} is in the bundle of an application that does not import it`);
    console.log(`  ${name}: ${used.length - without.length} bytes where it is imported, none where it is not`);
  }
}
