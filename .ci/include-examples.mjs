// Puts the examples that TypeDoc includes from tested files into the packed types, so that editors show them too.
// An example that does not exist stays as it is: `npm run docs` and `npm run check:package` complain about it.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const dist = new URL('dist/', root);

for (const name of readdirSync(dist).filter((file) => /\.d\.c?ts$/.test(file))) {
  const types = readFileSync(new URL(name, dist), 'utf8');
  writeFileSync(new URL(name, dist), types.replaceAll(/^( *\* )\{@includeCode (\S+?)#(\w+)\}$/gm, include));
}

function include(tag, margin, path, region) {
  // Written relative to the source file, which bundling has left behind; all of them go up to the root.
  const file = new URL(path.replace(/^(\.\.\/)+/, ''), root);
  if (!existsSync(file)) return tag;
  const found = new RegExp(`^ *// #region ${region}\\n([^]*?)^ *// #endregion ${region}$`, 'm').exec(readFileSync(file, 'utf8'));
  if (found === null) return tag;
  const lines = found[1].trimEnd().split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim()).map((line) => /^ */.exec(line)[0].length));
  const code = lines.map((line) => line.slice(indent).replaceAll('*/', '*\\/'));
  return ['```ts', ...code, '```'].map((line) => `${margin}${line}`.trimEnd()).join('\n');
}
