import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const TALLY = fileURLToPath(new URL('Tally.mjs', import.meta.url));
const JEST = [
  join('node_modules', 'jest', 'bin', 'jest.js'),
  ...['--selectProjects', 'unit', '--runInBand', '--bail', '--silent'],
  `--reporters=${TALLY}`,
];
/** Seconds; a broken core that makes a test wait for ever is not noticed, but found. */
const LIMIT = 300;

/** A copy of the library where it can be broken without anybody being hurt. */
export class Workbench {
  // Real path: Jest compares paths, and some systems keep their temporary folder behind a link.
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rx-mailbox-broken-')));
  // Jest's own would keep every copy for ever.
  cache = join(this.folder, '.cache');

  constructor() {
    for (const name of ['src', 'test', 'package.json', 'tsconfig.json', 'jest.config.mjs']) {
      cpSync(join(ROOT, name), join(this.folder, name), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'), 'junction');
  }

  /** What is wrong with the patches of a core: a text that is not there, or not only once. */
  mismatches({ name, file, patches }) {
    const source = readFileSync(join(this.folder, file), 'utf8');
    const times = patches.map(([find]) => [find, source.split(find).length - 1]);
    return times.filter(([, count]) => count !== 1).map(([find, count]) => `${name}: ${count} times in ${file}:\n${find}`);
  }

  async testBroken({ file, patches, tests, only }) {
    const path = join(this.folder, file);
    const source = readFileSync(path, 'utf8');
    // A function, as '$' means something in a replacement text.
    writeFileSync(
      path,
      patches.reduce((text, [find, replacement]) => text.replace(find, () => replacement), source),
    );
    try {
      return await this.test(tests, only);
    } finally {
      writeFileSync(path, source);
    }
  }

  /** `red` only if a test ran and failed: a file that does not even compile proves nothing. */
  async test(names, only) {
    const output = join(this.folder, 'tally.json');
    rmSync(output, { force: true });
    const jest = [...JEST, `--cacheDirectory=${this.cache}`];
    if (only !== undefined) jest.push('-t', only);
    const files = names.map((name) => `test/${name}.test.ts`);
    const { code, timedOut, errors } = await run([...jest, '--runTestsByPath', ...files], {
      cwd: this.folder,
      env: { ...process.env, TALLY_OUTPUT: output },
    });
    if (timedOut) return { verdict: 'hung', detail: `no end after ${LIMIT} s` };
    if (!existsSync(output)) return { verdict: 'crashed', detail: errors };
    const { passed, unrunnable, failed, broken } = JSON.parse(readFileSync(output, 'utf8'));
    if (unrunnable > 0) return { verdict: 'crashed', detail: broken.join(' ') };
    if (failed.length > 0) return { verdict: 'red', detail: failed[0] };
    return code === 0 ? { verdict: 'green', detail: `nobody (${passed} tests)`, passed } : { verdict: 'crashed', detail: errors };
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function run(args, options) {
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', 'ignore', 'pipe'];
    const child = spawn(process.execPath, args, { ...options, stdio, timeout: LIMIT * 1000, killSignal: 'SIGKILL' });
    let errors = '';
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, timedOut: signal === 'SIGKILL', errors }));
  });
}
