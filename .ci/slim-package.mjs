// Leaves in dist one copy of what the build writes once for each module system.
//
// Types: ES modules take those of the CommonJS files. Both are the same text, and CommonJS could not take the types of an ES module.
// Source maps: only those of the ES modules behind `rx-mailbox`, so that a debugger can step from a send into the commented source. All other
// files do without: they are not minified, and a map with its sources is three times as large as the file.
import { readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';

const dist = new URL('../dist/', import.meta.url);
const files = readdirSync(dist);
const read = (file) => readFileSync(new URL(file, dist), 'utf8');
const write = (file, text) => writeFileSync(new URL(file, dist), text);
const remove = (file) => unlinkSync(new URL(file, dist));

for (const file of files.filter((name) => name.endsWith('.d.ts'))) {
  const entry = file.replace('.d.ts', '');
  if (files.includes(`${entry}.js`)) write(file, `export * from './${entry}.cjs';\n`);
  else remove(file);
}

// Private members: one word for all of them, as TypeScript writes for `#` fields. Their names are nobody's business.
for (const file of files.filter((name) => name.endsWith('.d.cts'))) {
  let said = false;
  const lines = read(file)
    .split('\n')
    .flatMap((line) => {
      if (/^(export |declare |abstract )*class /.test(line)) said = false;
      if (!/^ {4}private .*;$/.test(line)) return [line];
      if (said) return [];
      said = true;
      return ['    #private;'];
    });
  write(file, lines.join('\n'));
}

const mapped = new Set(['index.js']);
for (const file of mapped) for (const [, imported] of read(file).matchAll(/(?:from|import) '\.\/([^']+)'/g)) mapped.add(imported);

for (const file of files.filter((name) => /\.c?js$/.test(name) && !mapped.has(name))) {
  write(file, read(file).replace(/^\/\/# sourceMappingURL=.*\n?/gm, ''));
  remove(`${file}.map`);
}
