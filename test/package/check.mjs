// Checks the package as users get it: packed, installed somewhere else, imported and compiled from there.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { checkContents } from './contents.mjs';
import { checkEntries, entryPoints } from './entries.mjs';
import { checkSizes } from './sizes.mjs';

const MAX_PACKED_BYTES = 345_000;

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = (name) => join(root, 'node_modules/.bin', name);
const temporary = mkdtempSync(join(tmpdir(), 'rx-mailbox-'));
const app = join(temporary, 'application');
mkdirSync(app);

const names = entryPoints(root);
let tarball;

const steps = {
  'the lists of entry points agree': () => checkEntries(root),
  'npm pack': () => {
    tarball = pack(root);
    const { size } = statSync(tarball);
    console.log(`  ${relative(temporary, tarball)}: ${size} of ${MAX_PACKED_BYTES} bytes`);
    assert.ok(size <= MAX_PACKED_BYTES, 'the tarball is too large');
  },
  publint: () => run(bin('publint'), ['run', tarball, '--strict']),
  'are the types wrong': () => run(bin('attw'), [tarball, '--profile', 'node16', '--no-emoji', '--format', 'table-flipped', '--no-color']),
  'install the tarball': install,
  'contents of the package': () => checkContents(join(app, 'node_modules/rx-mailbox')),
  'import every entry point, ESM and CJS': () => run(process.execPath, ['imports.mjs', ...names]),
  'errors are recognised across ESM and CJS': () => run(process.execPath, ['identity.mjs']),
  'compile an application against the types, ESM and CJS': () => {
    for (const project of ['tsconfig.nodenext.json', 'tsconfig.bundler.json']) run(bin('tsc'), ['-p', project]);
  },
  'run that application, ESM and CJS': () => {
    for (const file of ['application.mjs', 'application.cjs']) run(process.execPath, [file]);
  },
  'size budgets': () => checkSizes(app),
};

try {
  for (const [name, step] of Object.entries(steps)) {
    console.log(`- ${name}`);
    await step();
  }
  console.log('The package is fine.');
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

/** Packs a package directory; the script `prepack` builds ours first. */
function pack(directory, ...options) {
  const out = execFileSync('npm', ['pack', directory, '--json', '--silent', '--pack-destination', temporary, ...options], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Scripts print before the JSON.
  const [{ filename }] = JSON.parse(out.slice(out.indexOf('[\n')));
  return join(temporary, filename);
}

/** Everything comes from files, so that this needs no network. */
function install() {
  const application = readFileSync(join(root, 'test/package/consumer/application.ts'), 'utf8');
  cpSync(join(root, 'test/package/consumer'), app, { recursive: true });
  for (const [extension, format] of Object.entries({ mts: 'esm', cts: 'cjs' })) {
    writeFileSync(join(app, `application.${extension}`), application);
    writeFileSync(join(app, `application.${extension.replace('t', 'j')}`), transformSync(application, { loader: 'ts', format }).code);
  }
  writeFileSync(join(app, 'every.mts'), names.map((name, i) => `export * as entry${i} from '${name}';\n`).join(''));
  cpSync(join(app, 'every.mts'), join(app, 'every.cts'));
  const peers = ['rxjs', 'tslib'].map((name) => pack(join(root, 'node_modules', name), '--ignore-scripts'));
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--silent', '--ignore-scripts', tarball, ...peers]);
}

function run(command, parameters) {
  try {
    execFileSync(command, parameters, { cwd: app, stdio: ['ignore', 'inherit', 'inherit'] });
  } catch (error) {
    // The command has said what is wrong; a stack of this script adds nothing.
    console.error(`${command} ${parameters.join(' ')}: exit code ${error.status ?? error.message}`);
    rmSync(temporary, { recursive: true, force: true });
    process.exit(1);
  }
}
