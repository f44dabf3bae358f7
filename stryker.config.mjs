import { tmpdir } from 'node:os';
import { join } from 'node:path';

// npm run mutate: which mutants of the core the fast tests kill. See docs/proof.md for the score and what survives.
export default {
  testRunner: 'jest',
  // The runner is installed beside Stryker, outside of this project.
  plugins: ['@stryker-mutator/jest-runner'],
  jest: { projectType: 'custom', configFile: 'test/proof/mutants/stryker/jest.config.mjs', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  mutate: [
    'src/core/**/*.ts',
    'src/{policy,time}/**/*.ts',
    'src/channel/{OpenChannel,LinkSubscriber,HeldSlotRelease,PolledChannel,TxRecord,WatchedRecord,PromiseRecord,flush}.ts',
  ],
  ignorePatterns: [
    'dist',
    'coverage',
    'reports',
    'docs',
    'bench',
    '/test/proof/worlds',
    '/test/proof/model',
    '/test/proof/vectors',
    '/test/package',
  ],
  incremental: true,
  incrementalFile: 'reports/mutation/incremental.json',
  reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
  concurrency: 2,
  // Long, so that it is the mutant that does not end, and not a busy machine.
  timeoutMS: 20_000,
  // Outside, so that whoever runs Jest here meanwhile does not find everything twice.
  tempDirName: join(tmpdir(), 'rx-mailbox-stryker'),
  // Nothing to rewrite in it; a name that is not there says so.
  tsconfigFile: 'none',
};
