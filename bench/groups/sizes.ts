import { build, type BuildOptions } from 'esbuild';
import { join } from 'node:path';
import { env } from 'node:process';
import { gzipSync } from 'node:zlib';
import { shortened } from '../../.ci/shortNames';
import { measured, type Measure } from '../Measured';

const root = env['BENCH_ROOT']!;

interface Import {
  readonly code: string;
  readonly withRxjs?: boolean;
}

// The first three are those of the package check.
const IMPORTS: Readonly<Record<string, Import>> = {
  '{ Mailbox } and RxJS': { code: "export { Mailbox } from './index'", withRxjs: true },
  '{ Mailbox }': { code: "export { Mailbox } from './index'" },
  '{ Mailbox, txTap }': { code: "export { Mailbox, txTap } from './index'" },
  '{ Mailbox, inContext }': { code: "export { Mailbox, inContext } from './index'" },
  'rx-mailbox': { code: "export * from './index'" },
  'rx-mailbox/shared-memory': { code: "export * from './controllers/sharedMemory'" },
  'rx-mailbox/loopback': { code: "export * from './controllers/loopback'" },
};

/** What an application loads, minified and compressed. */
export const sizes: Measure = async () =>
  measured(Object.fromEntries(await Promise.all(Object.entries(IMPORTS).map(async ([name, what]) => [name, [await size(what)]] as const))));

async function size({ code, withRxjs = false }: Import): Promise<number> {
  // In two steps, as for users: RxJS meets the library only after its names have been shortened, and keeps its own.
  const library = await bundle(code, {
    resolveDir: join(root, 'src'),
    external: ['rxjs'],
    tsconfig: join(root, 'tsconfig.json'),
    ...shortened(root),
  });
  const application = await bundle(library, { resolveDir: root, external: withRxjs ? [] : ['rxjs'], minify: true });
  return gzipSync(application, { level: 9 }).length;
}

async function bundle(contents: string, { resolveDir, ...options }: BuildOptions & { resolveDir: string }): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir, loader: 'ts' },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    ...options,
  });
  return outputFiles![0]!.text;
}
