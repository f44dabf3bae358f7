import { readFileSync } from 'node:fs';

// Tests and examples import `rx-mailbox/…` as users do; here that is the source, so that no build has to come first.
const { paths } = JSON.parse(readFileSync(new URL('tsconfig.json', import.meta.url), 'utf8')).compilerOptions;

const shared = {
  testEnvironment: 'node',
  setupFilesAfterEnv: ['<rootDir>/test/support/setup.ts'],
  moduleNameMapper: Object.fromEntries(Object.entries(paths).map(([name, [file]]) => [`^${name}$`, file.replace(/^\./, '<rootDir>')])),
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript', explicitResourceManagement: true }, target: 'es2022', keepClassNames: true },
        sourceMaps: 'inline',
      },
    ],
  },
};

/** Folders of `test/proof` that are a Jest project of their own. All other tests are the project `unit`. `jest --selectProjects worlds` runs one. */
const parts = ['vectors', 'worlds', 'model', 'contract', 'soak'];

export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', ...parts.map((part) => `<rootDir>/test/proof/${part}/`)],
    },
    ...parts.map((part) => ({ ...shared, displayName: part, testMatch: [`<rootDir>/test/proof/${part}/**/*.test.ts`] })),
  ],
  collectCoverageFrom: ['src/**/*.ts'],
  coverageDirectory: 'coverage',
};
