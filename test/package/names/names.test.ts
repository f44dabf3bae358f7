import { readFileSync, writeFileSync } from 'node:fs';
import { SHORT_NAMES, shortened, type ShortNames } from '../../../.ci/shortNames';
import { readNames, type Names } from './fixedNames';

// The letters that are frequent in minified code come first: that compresses best.
const LETTERS = 'etnrisouaflchpdvmgybwESNICTRDPALFOMBxkqzUVHGWJKQXYZj'.split('');

const found = readNames(process.cwd());

it('shortens only names that nobody outside sees; after a change of names: UPDATE_NAMES=1 npx jest test/package/names', () => {
  if (process.env['UPDATE_NAMES']) writeFileSync(SHORT_NAMES, `${JSON.stringify(updated(read(), found), undefined, 2)}\n`);

  const { names, retired } = read();
  const unsafe = Object.keys(names).filter((name) => found.fixed.has(name));
  expect(unsafe.map((name) => `${name}: ${found.fixed.get(name)!}`)).toEqual([]);

  const shorts = [...Object.values(names), ...Object.keys(retired)];
  expect(shorts.filter((short) => !/^_[a-zA-Z]+$/.test(short) || found.fixed.has(short) || found.uses.has(short))).toEqual([]);
  expect(new Set(shorts).size).toBe(shorts.length);
});

it.each([
  ['the contract', ['sendData', 'txDone', 'token', 'lastTxDone', 'scheduler', 'txQueueLength', 'delivery']],
  ['what other threads get', ['buffer', 'transfer', 'pin', 'words', 'data']],
  ['RxJS', ['subscribe', 'source', 'closed', 'add', 'remove', '_finalizers', '_parentage', '_next', 'isStopped', 'observers', 'lift']],
  ['the language and its hosts', ['length', 'then', 'unref', 'setImmediate', 'getBuiltinModule', 'WorkerGlobalScope', 'postMessage']],
])('knows the names of %s', (_, names) => {
  expect(names.filter((name) => found.uses.has(name) && !found.fixed.has(name))).toEqual([]);
  expect(names.filter((name) => name in read().names)).toEqual([]);
});

it('shortens whole names', () => {
  const { mangleProps } = shortened(process.cwd());
  expect(Object.keys(read().names).filter((name) => !mangleProps.test(name) || mangleProps.test(`${name}_`))).toEqual([]);
});

/** Names that have a short name keep it. New ones get the shortest that was never given; those that are used most first. */
function updated({ names, retired }: ShortNames, { fixed, uses }: Names): ShortNames {
  const wanted = [...uses.keys()].filter((name) => name.length > 3 && !fixed.has(name)).sort((a, b) => uses.get(b)! - uses.get(a)!);
  const kept = Object.entries(names).filter(([name]) => wanted.includes(name));
  const given = new Set([...Object.keys(retired), ...Object.values(names)]);
  const fresh = shortNames();
  const next = (): string => {
    const short = fresh.next().value;
    return given.has(short) || fixed.has(short) ? next() : short;
  };
  const added = wanted.filter((name) => !(name in names)).map((name) => [name, next()]);
  const left = Object.entries(names).filter(([name]) => !wanted.includes(name));
  return {
    names: Object.fromEntries([...kept, ...added]) as Record<string, string>,
    retired: { ...retired, ...Object.fromEntries(left.map(([name, short]) => [short, name])) },
  };
}

function* shortNames(): Generator<string, never> {
  for (let shorter = ['_']; ;) {
    shorter = shorter.flatMap((start) => LETTERS.map((letter) => start + letter));
    yield* shorter;
  }
}

function read(): ShortNames {
  return JSON.parse(readFileSync(SHORT_NAMES, 'utf8')) as ShortNames;
}
