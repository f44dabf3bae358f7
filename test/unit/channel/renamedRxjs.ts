import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The private fields that this library knows. */
const KNOWN = /\b(_finalizers|_parentage)\b/g;

type Exports = Record<string, unknown>;

const loaded = new Map<string, { exports: Exports }>();

/**
 * RxJS as a later version could be: it does all that it does today, and keeps its teardowns and parents in fields of other names.
 *
 * For `jest.mock`. All entries share one copy.
 */
export function renamedRxjs(entry: 'rxjs' | 'rxjs/testing'): Exports {
  return load(require.resolve(entry));
}

function load(file: string): Exports {
  const known = loaded.get(file);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(file, module);
  const code = readFileSync(file, 'utf8').replace(KNOWN, '$1Renamed');
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- as a module is loaded
  const run = new Function('module', 'exports', 'require', code) as (...args: unknown[]) => void;
  run(module, module.exports, (name: string) => load(join(dirname(file), `${name}.js`)));
  return module.exports;
}
