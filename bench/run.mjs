// npm run bench [-- OPTIONS]; npm run bench -- --help
// Bundles the benchmarks from their TypeScript sources, so that they run on a fresh clone without a build, and starts them. The library
// is in the bundle, as its users have it; RxJS and the peers are loaded from node_modules, as they are published.
import { build } from 'esbuild';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
// Below node_modules: that is where the bundle finds the packages.
const cache = here('../node_modules/.cache');
mkdirSync(cache, { recursive: true });
const outdir = mkdtempSync(join(cache, 'rx-mailbox-bench-'));
process.on('exit', () => rmSync(outdir, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

await build({
  entryPoints: ['main', 'child', 'threads/worker', 'threads/piscinaWorker', 'threads/workerpoolWorker'].map((name) => here(`${name}.ts`)),
  outdir,
  outbase: here('.'),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external: [
    'rxjs',
    'esbuild',
    'fastq',
    'p-queue',
    'async',
    'async-mutex',
    'comlink',
    'comlink/dist/esm/*',
    'piscina',
    'workerpool',
    'picocolors',
  ],
  logLevel: 'warning',
  tsconfig: here('../tsconfig.json'),
});
process.env['BENCH_ROOT'] = here('..');
const { main } = await import(pathToFileURL(join(outdir, 'main.mjs')).href);
process.exitCode = await main(process.argv.slice(2));
