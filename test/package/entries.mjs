import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (root, file) => JSON.parse(readFileSync(join(root, file), 'utf8'));

/** The entry points as users write them: `rx-mailbox`, `rx-mailbox/loopback`, … */
export function entryPoints(root) {
  return Object.keys(read(root, 'tsconfig.json').compilerOptions.paths);
}

/** Three files list the entry points: tsconfig.json (the bundler, Jest), package.json (users), typedoc.json (API pages). */
export function checkEntries(root) {
  const { name, exports } = read(root, 'package.json');
  const { paths } = read(root, 'tsconfig.json').compilerOptions;
  const { entryPoints: documented } = read(root, 'typedoc.json');

  const expected = Object.keys(paths).map((path) => {
    const file = path.slice(name.length + 1) || 'index';
    const conditions = {
      import: { types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` },
      require: { types: `./dist/${file}.d.cts`, default: `./dist/${file}.cjs` },
    };
    return [path.replace(name, '.'), conditions];
  });
  assert.deepEqual(exports, { ...Object.fromEntries(expected), './package.json': './package.json' }, '`exports` of package.json');
  assert.deepEqual(
    documented,
    Object.values(paths).map(([file]) => file.replace('./', '')),
    '`entryPoints` of typedoc.json',
  );
}
