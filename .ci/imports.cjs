/* Who may import whom. An import of a type counts like any other. */

/** The rooms of src. A room may import itself and the rooms listed before it or, if it has a list `imports`, only those. */
const rooms = [
  { name: 'contract', path: '^src/contract/' },
  { name: 'util', path: '^src/util/' },
  { name: 'core', path: '^src/core/', imports: ['contract'] },
  { name: 'time', path: '^src/time/' },
  { name: 'policy', path: '^src/policy/' },
  { name: 'channel', path: '^src/channel/' },
  { name: 'face', path: '^src/(Transmission|Channel|ChannelView|Mailbox)\\.ts$' },
  { name: 'operators', path: '^src/operators/' },
  { name: 'index', path: '^src/index\\.ts$' },
  { name: 'threads', path: '^src/threads/', imports: ['contract', 'util'] },
  { name: 'controllers', path: '^src/controllers/', imports: ['contract', 'util', 'time', 'threads'] },
];
rooms.push({ name: 'testing', path: '^src/testing/', imports: rooms.map(({ name }) => name).filter((name) => name !== 'index') });

const rule = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

const roomRules = rooms.map(({ name, path, imports }, i) => {
  const others = imports === undefined ? rooms.slice(0, i) : rooms.filter((room) => imports.includes(room.name));
  const allowed = [path, ...others.map((room) => room.path)];
  const names = others.map((room) => room.name).join(', ') || 'no other room';
  return rule(`room-${name}`, `${name} imports ${names}.`, { path }, { path: '^src/', pathNot: allowed });
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...roomRules,
    rule(
      'a-room-for-every-file',
      'A new room needs its place in the list above.',
      { path: '^src/', pathNot: rooms.map(({ path }) => path) },
      {},
    ),
    rule('no-cycles', 'Two files that import each other cannot be understood one by one.', { path: '^src/' }, { circular: true }),
    rule(
      'no-cycles-of-code',
      'In tests and docs, types may point both ways.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    rule('core-without-rxjs', 'The core imports no package, not even types.', { path: '^src/core/' }, { path: 'node_modules/' }),
    rule('only-rxjs', 'RxJS is the only dependency.', { path: '^src/' }, { path: 'node_modules/', pathNot: 'node_modules/rxjs/' }),
    rule('no-rxjs-internals', 'Use only what RxJS documents.', {}, { path: 'node_modules/rxjs/.*internal' }),
    rule(
      'rxjs-testing-in-testing',
      'Applications do not ship the test scheduler.',
      { path: '^src/', pathNot: '^src/testing/' },
      { path: 'rxjs/.*testing' },
    ),
    rule('no-builtins', 'Every entry point also runs in a browser.', { path: '^src/' }, { dependencyTypes: ['core'] }),
    rule('source-only', 'The package contains only src.', { path: '^src/' }, { path: '^(test|docs|bench|dist)/' }),
    rule('no-unresolved', 'Every import leads somewhere.', {}, { couldNotResolve: true }),
    rule(
      'testing-through-its-door',
      'Only the tests of the test helpers look inside them.',
      { path: '^(docs|test)/', pathNot: '^test/unit/testing/' },
      { path: '^src/testing/', pathNot: '^src/testing/index\\.ts$' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(test/package|docs/api)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Without this, imports of types are not seen.
    tsPreCompilationDeps: 'specify',
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'default'] },
  },
};
