import { readFileSync } from 'node:fs';
import jestConfig from '../../jest.config.mjs';

// npm run test:rxjs: everything that touches RxJS once more, on the oldest RxJS that the package allows.
// It is installed beside the newest one, by the name `rxjs-<version>`.

const { peerDependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const oldest = peerDependencies.rxjs.replace(/^\^/, '');

const folders = ['unit', 'rules', 'misuse', 'regressions', 'package'];
const [{ moduleNameMapper, setupFilesAfterEnv, transform }] = jestConfig.projects;

export default {
  rootDir: '../..',
  displayName: `rxjs ${oldest}`,
  testEnvironment: 'node',
  globals: { expectedRxjs: oldest },
  setupFilesAfterEnv,
  moduleNameMapper: { ...moduleNameMapper, '^rxjs(/.*)?$': `rxjs-${oldest}$1` },
  transform,
  testMatch: folders.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
  // Threads load RxJS from a bundle; the API, its names and the pages do not run on it.
  testPathIgnorePatterns: [
    '/node_modules/',
    '\\.threads\\.test',
    '<rootDir>/test/package/(api|docs|names)/',
    '<rootDir>/test/unit/(controllers|testing)/',
  ],
};
