import { build } from 'esbuild';
import { join } from 'node:path';
import { env } from 'node:process';
import { gzipSync } from 'node:zlib';
import { measured, type Measure } from '../Measured';

const root = env['BENCH_ROOT']!;

const ENTRIES = {
  'rx-mailbox': 'index.ts',
  'rx-mailbox/shared-memory': 'controllers/sharedMemory.ts',
  'rx-mailbox/loopback': 'controllers/loopback.ts',
};

/** What an application loads, minified and compressed: each entry point whole and on its own, RxJS not counted. */
export const sizes: Measure = async () =>
  measured(Object.fromEntries(await Promise.all(Object.entries(ENTRIES).map(async ([name, file]) => [name, [await size(file)]] as const))));

async function size(file: string): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'src', file)],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external: ['rxjs'],
    tsconfig: join(root, 'tsconfig.json'),
    write: false,
  });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}
