// Imports the entry points given as arguments in both module systems: the same names, and nothing left running or behind.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
await import('rxjs');
const globals = Reflect.ownKeys(globalThis);

for (const name of process.argv.slice(2)) {
  const esm = await import(name);
  const cjs = require(name);
  const names = Object.keys(esm).sort();
  assert.ok(names.length > 0, `${name} exports nothing`);
  assert.deepEqual(Object.keys(cjs).sort(), names, `${name}: ESM and CJS export different names`);
  console.log(`  ${name}: ${names.join(', ')}`);
}

assert.deepEqual(Reflect.ownKeys(globalThis), globals, 'importing defines globals');
assert.deepEqual(
  process.getActiveResourcesInfo().filter((resource) => !/^(TTYWrap|PipeWrap|FSReqPromise|CloseReq)$/.test(resource)),
  [],
  'importing starts something',
);
