import jestConfig from '../../../../jest.config.mjs';

/** The tests of the rules and of the parts, which take no long walks: what a mutant has to get past. */
const folders = ['unit/core', 'unit/time', 'unit/policy', 'unit/channel', 'unit/operators', 'rules', 'regressions', 'misuse'];

const { setupFilesAfterEnv, moduleNameMapper, transform } = jestConfig.projects[0];

export default {
  rootDir: '../../../..',
  testEnvironment: 'node',
  setupFilesAfterEnv,
  moduleNameMapper,
  transform,
  testMatch: folders.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
  testRunner: '<rootDir>/test/proof/mutants/stryker/jest-circus-bailing.mjs',
  testSequencer: '<rootDir>/test/proof/mutants/stryker/CheapestFirst.mjs',
};
