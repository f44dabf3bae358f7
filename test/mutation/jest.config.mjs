import jestConfig from '../../jest.config.mjs';

/** The tests of the rules and of the parts, which take no long walks: what a mutant has to get past. */
const folders = ['core', 'rules', 'internal', 'operators', 'fieldBugs', 'badInput'];

const { setupFilesAfterEnv, moduleNameMapper, transform } = jestConfig.projects[0];

export default {
  rootDir: '../..',
  testEnvironment: 'node',
  setupFilesAfterEnv,
  moduleNameMapper,
  transform,
  testMatch: folders.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
  testRunner: '<rootDir>/test/mutation/jest-circus-bailing.mjs',
  testSequencer: '<rootDir>/test/mutation/CheapestFirst.mjs',
};
