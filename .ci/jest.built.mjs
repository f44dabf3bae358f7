// npm run test:built: all tests that use the library as its users do, on the package that `npm run build` has written. Its internal
// properties have other names than the sources; this is what shows that nobody notices.
import { buildSync } from 'esbuild';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import config from '../jest.config.mjs';

const rootDir = fileURLToPath(new URL('..', import.meta.url));
const { name, exports } = JSON.parse(readFileSync(`${rootDir}package.json`, 'utf8'));

const built = Object.entries(exports).flatMap(([path, { require: file }]) => {
  if (file === undefined) return [];
  if (!existsSync(`${rootDir}${file.default}`)) throw new Error(`${file.default} is missing; npm run build comes first`);
  return [[`^${path.replace('.', name)}$`, file.default.replace(/^\./, '<rootDir>')]];
});

const files = readdirSync(`${rootDir}test`, { recursive: true }).map((file) => `test/${file.replaceAll('\\', '/')}`);
const testFiles = files.filter((file) => file.endsWith('.test.ts'));
const leftOut = testFiles.filter(sourceFinder(testFiles));
console.log(
  `${testFiles.length - leftOut.length} test files run on the built package; ${leftOut.length} that need the sources are left out.`,
);

export default {
  ...config,
  rootDir,
  projects: config.projects.map((project) => ({
    ...project,
    rootDir,
    moduleNameMapper: Object.fromEntries(built),
    testPathIgnorePatterns: [
      ...(project.testPathIgnorePatterns ?? ['/node_modules/']),
      ...leftOut.map((file) => `/${file.replaceAll('.', String.raw`\.`)}$`),
    ],
  })),
};

/**
 * Tells of a test file whether it needs the sources: whether it or anything that it imports is one, names one in a string, or looks inside
 * a channel by way of its symbol, where it would find other names. Imports of types do not count.
 */
function sourceFinder(entryPoints) {
  const { metafile } = buildSync({
    absWorkingDir: rootDir,
    entryPoints,
    bundle: true,
    platform: 'node',
    // The library itself is not followed; a package is not ours.
    external: [name, `${name}/*`],
    packages: 'external',
    outdir: 'none',
    write: false,
    metafile: true,
    logLevel: 'error',
  });
  const isSource = (file) =>
    file.startsWith('src/') || /['"`][^'"`\n]*\bsrc\/|Symbol\.for\('rx-mailbox/.test(readFileSync(`${rootDir}${file}`, 'utf8'));
  return (testFile) => {
    const reached = new Set([testFile]);
    for (const file of reached) {
      if (isSource(file)) return true;
      for (const { path, external } of metafile.inputs[file].imports) if (!external) reached.add(path);
    }
    return false;
  };
}
