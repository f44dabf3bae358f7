import { readFileSync } from 'node:fs';

// Tests and examples import `rx-mailbox/…` as users do; here that is the source, so that no build has to come first.
const { paths } = JSON.parse(readFileSync(new URL('tsconfig.json', import.meta.url), 'utf8')).compilerOptions;

const shared = {
  testEnvironment: 'node',
  setupFilesAfterEnv: ['<rootDir>/test/setup.ts'],
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

/** Test files below `test/<folder>` that are a part of their own; all others are the unit tests. `jest --selectProjects worlds` runs one. */
const parts = ['vectors', 'worlds', 'model', 'contract', 'threads'];

export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', ...parts.map((part) => `<rootDir>/test/${part}/`)],
    },
    ...parts.map((part) => ({ ...shared, displayName: part, testMatch: [`<rootDir>/test/${part}/**/*.test.ts`] })),
  ],
  collectCoverageFrom: ['src/**/*.ts'],
  coverageDirectory: 'coverage',
};
