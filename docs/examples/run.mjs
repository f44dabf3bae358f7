// npm run example -- NAME [ARGUMENTS]
// Bundles an example from its TypeScript sources, so that it runs on a fresh clone without a build, and starts it.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const [name = ''] = process.argv.splice(2, 1);
const source = join(here, `${name}.ts`);

if (name === '' || !existsSync(source)) {
  const names = readdirSync(here).filter((file) => file.endsWith('.ts'));
  console.error(`${name || 'NAME'}: no such example; expected one of\n  ${names.map((file) => file.slice(0, -3)).join('\n  ')}`);
  process.exit(1);
}

const outdir = mkdtempSync(join(tmpdir(), 'rx-mailbox-example-'));
process.on('exit', () => rmSync(outdir, { recursive: true, force: true }));
process.once('SIGINT', () => process.exit(130)); // by a signal alone there is no `exit`

const outfile = join(outdir, 'example.mjs');
buildSync({
  entryPoints: [source],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'inline',
  logLevel: 'warning',
  tsconfig: join(here, '../../tsconfig.json'),
});
process.argv[1] = outfile;
await import(pathToFileURL(outfile).href);
