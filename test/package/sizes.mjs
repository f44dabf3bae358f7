import { build } from 'esbuild';
import { gzipSync } from 'node:zlib';

/** Most bytes of an entry point with all that it imports from this package, minified and compressed; RxJS is not counted. */
const BUDGETS = {
  // See docs/adr/0010.
  'rx-mailbox': 9728,
  'rx-mailbox/mtk-vcp': 4096,
  'rx-mailbox/tegra-hsp': 6144,
  'rx-mailbox/registers': 3072,
};

export async function checkSizes(directory) {
  const rows = [];
  for (const [name, budget] of Object.entries(BUDGETS)) {
    const { outputFiles } = await build({
      stdin: { contents: `export * from '${name}';`, resolveDir: directory },
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      external: ['rxjs'],
      write: false,
    });
    const [{ contents }] = outputFiles;
    const gzip = gzipSync(contents, { level: 9 }).length;
    rows.push({ 'entry point': name, minified: contents.length, gzip, budget });
  }
  console.table(rows);
  const heavy = rows.filter((row) => row.gzip > row.budget);
  if (heavy.length > 0) throw new Error(`over budget: ${heavy.map((row) => row['entry point']).join(', ')}`);
}
