// npm run soak [-- --messages N] [--seed S] [--only NAME,…]
// Bundles the soak from its TypeScript sources, so that it runs on a fresh clone without a build, and starts it in a process of its own.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** Longer than any busy loop or collection in there. */
const ENDLESS = 60_000;

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const outdir = mkdtempSync(join(tmpdir(), 'rx-mailbox-soak-'));
process.on('exit', () => rmSync(outdir, { recursive: true, force: true }));

buildSync({
  entryPoints: ['main.ts', 'receiver.ts', 'scribbler.ts'].map(here),
  outdir,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  sourcemap: 'inline',
  logLevel: 'warning',
  tsconfig: here('../../../tsconfig.json'),
});

const soak = fork(join(outdir, 'main.cjs'), process.argv.slice(2), { execArgv: ['--expose-gc', '--enable-source-maps'] });
let alive = performance.now();
soak.on('message', () => (alive = performance.now()));
const watch = setInterval(() => {
  if (performance.now() - alive < ENDLESS) return;
  console.error(`the event loop has not come round for ${ENDLESS} ms: an endless loop`);
  soak.kill('SIGKILL');
}, 1000);
soak.on('exit', (code) => {
  clearInterval(watch);
  process.exitCode = code ?? 1;
});
