import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is installed: only what users need, nothing internal in the types, the core once per module system. */
export function checkContents(directory) {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
  const read = (file) => readFileSync(join(directory, file), 'utf8');

  const strangers = files.filter(
    (file) => !/^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/[\w-]+(\.(c?js(\.map)?|d\.c?ts)))$/.test(file),
  );
  assert.deepEqual(strangers, [], 'files that users do not need');
  assert.ok(files.includes('LICENSE'), 'LICENSE is missing');

  for (const file of files.filter((name) => /\.d\.c?ts$/.test(name))) {
    const leak = /^.*(@internal|@includeCode|\bprivate \w|\/internal\/|\/src\/).*$/m.exec(read(file));
    assert.equal(leak?.[0], undefined, `${file} has what users cannot use: ${leak?.[0].trim()}`);
  }

  for (const extension of ['.js', '.cjs']) {
    const copies = files.filter((file) => file.endsWith(extension) && read(file).includes('rx-mailbox.error'));
    assert.equal(copies.length, 1, `the errors are in ${copies.join(', ') || 'no file'}; entry points must share one copy`);
  }
}
