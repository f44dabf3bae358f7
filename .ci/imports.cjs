/* Who may import whom. Types may point both ways (a channel and its operators name each other); code may not. */

const rule = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });
const code = { dependencyTypesNot: ['type-only'] };

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    rule('no-cycles', 'A cycle hides which of two ideas comes first.', {}, { circular: true, viaOnly: code }),
    rule('no-unresolved', 'Every import leads somewhere.', { pathNot: '^test/package/' }, { couldNotResolve: true }),
    rule('source-only', 'The package contains only src.', { path: '^src/' }, { path: '^(test|docs|dist)/' }),
    rule('no-builtins', 'Every entry point also runs in a browser.', { path: '^src/' }, { dependencyTypes: ['core'] }),
    rule('only-rxjs', 'RxJS is the only dependency.', { path: '^src/' }, { path: 'node_modules/', pathNot: 'node_modules/rxjs/' }),
    rule('no-rxjs-internals', 'Only what RxJS documents.', {}, { path: 'node_modules/rxjs/.*internal' }),
    rule(
      'rxjs-testing-in-testing',
      'Users do not ship the test scheduler.',
      { path: '^src/', pathNot: '^src/testing/' },
      { path: 'rxjs/.*testing' },
    ),
    rule('pure-core', 'The core has no RxJS.', { path: '^src/core/' }, { path: 'node_modules/', ...code }),
    rule(
      'core-alone',
      'The core imports only itself, the errors and helpers; of the contract, types.',
      { path: '^src/core/' },
      { path: '^src/', pathNot: '^src/(core/|internal/|errors\\.ts$)', ...code },
    ),
    rule(
      'core-below',
      'Not even types of what stands on it.',
      { path: '^src/core/' },
      { path: '^src/(index\\.ts$|operators/|controllers/|testing/)' },
    ),
    rule('contract-is-types', 'The contract is types and documentation.', {}, { path: '^src/MailboxController\\.ts$', ...code }),
    rule(
      'controllers-alone',
      'A transport knows the contract and the errors, and nothing of channels.',
      { path: '^src/controllers/' },
      { path: '^src/', pathNot: '^src/(controllers/|internal/|errors\\.ts$|MailboxController\\.ts$)' },
    ),
    rule(
      'operators-below-mailbox',
      'Operators work on channels and transmissions; registries, transports and test helpers are above them.',
      { path: '^src/operators/' },
      { path: '^src/(index\\.ts$|Mailbox\\.ts$|controllers/|testing/)', ...code },
    ),
    rule('nothing-needs-testing', 'Test helpers are for tests.', { path: '^src/', pathNot: '^src/testing/' }, { path: '^src/testing/' }),
    rule(
      'nothing-needs-controllers',
      'Transports are optional.',
      { path: '^src/', pathNot: '^src/(controllers|testing)/' },
      { path: '^src/controllers/' },
    ),
    rule('no-barrel-inside', 'The entry point is for users.', { path: '^src/' }, { path: '^src/index\\.ts$' }),
    rule(
      'testing-through-its-door',
      'Outside, only the entry point of the test helpers; their own tests look inside.',
      { path: '^(docs|test)/', pathNot: '^test/unit/testing/' },
      { path: '^src/testing/', pathNot: '^src/testing/index\\.ts$' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(test/package|docs/api)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: 'specify',
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'default'] },
  },
};
