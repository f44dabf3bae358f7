import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';
import { shortened } from './.ci/shortNames';

// Every entry point is named once: in `paths` of tsconfig.json. `npm run check:package` compares `exports` and TypeDoc's list with it.
const { compilerOptions } = JSON.parse(readFileSync('tsconfig.json', 'utf8')) as { compilerOptions: { paths: Record<string, [string]> } };
const entry = Object.fromEntries(
  Object.entries(compilerOptions.paths).map(([name, [file]]) => [name.replace(/^rx-mailbox\/?/, '') || 'index', file]),
);

export default defineConfig({
  entry,
  format: ['esm', 'cjs'],
  target: 'es2022',
  tsconfig: 'tsconfig.build.json',
  // One copy of the core for all entry points, in both module systems.
  splitting: true,
  // Rollup writes the CJS files. Without it sucrase does, and rewrites class fields and `?.` into slower code on the way.
  treeshake: true,
  esbuildOptions: (options) => void Object.assign(options, shortened('.')),
  sourcemap: true,
  clean: true,
  dts: {
    // The types name Symbol.dispose, AbortSignal and MessagePort. An application need not have them: where DOM or Node define the last
    // two, empty interfaces add nothing to them.
    banner: `/// <reference lib="esnext.disposable" />
declare global { interface AbortSignal {} interface MessagePort {} }`,
    // TypeScript 6 deprecates `baseUrl`, which tsup always sets.
    compilerOptions: { ignoreDeprecations: '6.0', stripInternal: true },
  },
});
