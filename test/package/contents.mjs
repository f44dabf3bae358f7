import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What is installed: only what users need, nothing internal in the types, the core once per module system. */
export function checkContents(directory) {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
  const read = (file) => readFileSync(join(directory, file), 'utf8');

  const strangers = files.filter(
    (file) => !/^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/[\w-]+\.(js(\.map)?|cjs|d\.c?ts))$/.test(file),
  );
  assert.deepEqual(strangers, [], 'files that users do not need');
  assert.ok(files.includes('LICENSE'), 'LICENSE is missing');

  for (const file of files.filter((name) => /\.d\.c?ts$/.test(name))) {
    const leak = /^.*(@internal|@includeCode|\bprivate \w|\/internal\/|\/src\/).*$/m.exec(read(file));
    assert.equal(leak?.[0], undefined, `${file} has what users cannot use: ${leak?.[0].trim()}`);
    const escaped = /^.*\*\\\/.*$/m.exec(read(file));
    assert.equal(escaped?.[0], undefined, `${file} has an example with a block comment; use // in examples: ${escaped?.[0].trim()}`);
  }

  for (const extension of ['.js', '.cjs']) {
    const copies = files.filter((file) => file.endsWith(extension) && read(file).includes('rx-mailbox.error'));
    assert.equal(copies.length, 1, `the errors are in ${copies.join(', ') || 'no file'}; entry points must share one copy`);
  }

  checkMaps(files, read);
}

/** A debugger can step from a send into its source, and no source is packed twice. */
function checkMaps(files, read) {
  const mapOf = new Map();
  for (const file of files.filter((name) => name.endsWith('.map'))) {
    const { sources, sourcesContent } = JSON.parse(read(file));
    for (const [i, source] of sources.entries()) {
      assert.equal(typeof sourcesContent[i], 'string', `${file} leads to ${source}, which is not in the package`);
      assert.equal(mapOf.get(source), undefined, `${source} is in ${file} and in ${mapOf.get(source)}`);
      mapOf.set(source, file);
    }
  }
  assert.ok(mapOf.has('../src/Channel.ts'), `src/Channel.ts is in no source map, only ${[...mapOf.keys()].join(', ')}`);

  for (const file of files.filter((name) => /\.c?js$/.test(name))) {
    const map = /^\/\/# sourceMappingURL=(.+)$/m.exec(read(file))?.[1];
    assert.equal(map, files.includes(`${file}.map`) ? `${basename(file)}.map` : undefined, `${file} and its source map`);
  }
}
