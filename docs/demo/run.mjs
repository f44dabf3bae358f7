// npm run demo [-- FILE] [-- --shared-completion]
// Bundles the demo from its TypeScript sources, so that it runs on a fresh clone without a build, and starts it.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const outdir = mkdtempSync(join(tmpdir(), 'rx-mailbox-demo-'));
process.on('exit', () => rmSync(outdir, { recursive: true, force: true }));

buildSync({
  entryPoints: [here('main.ts'), here('worker.ts')],
  outdir,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  sourcemap: 'inline',
  logLevel: 'warning',
  tsconfig: here('../../tsconfig.json'),
});
createRequire(import.meta.url)(join(outdir, 'main.cjs'));
