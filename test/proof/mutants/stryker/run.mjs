// Mutation testing, on demand: npm run mutate [-- --mutate src/core/Slots.ts] [-- --force]; what follows is handed to Stryker.
// Stryker needs a newer Node than this package does, so neither is a dependency of it: both are fetched into a temporary folder when needed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSION = '10.0.0';
const NODE = 22;

const tools = join(tmpdir(), `rx-mailbox-stryker-${VERSION}`);
const stryker = join(tools, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
if (!existsSync(stryker)) {
  mkdirSync(tools, { recursive: true });
  writeFileSync(join(tools, 'package.json'), '{ "private": true }');
  const packages = ['core', 'jest-runner'].map((name) => `@stryker-mutator/${name}@${VERSION}`);
  run('npm', ['install', '--prefix', tools, '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', ...packages]);
}
const args = [stryker, 'run', ...process.argv.slice(2)];
if (Number.parseInt(process.versions.node, 10) >= NODE) run(process.execPath, args);
else run('npx', ['--yes', `node@${NODE}`, ...args]);

function run(command, args) {
  const root = fileURLToPath(new URL('../../../..', import.meta.url));
  // Windows finds npm and npx only by way of its shell, which takes a path with a blank in it for two.
  const shell = process.platform === 'win32' && command !== process.execPath;
  const { status } = spawnSync(command, shell ? args.map((each) => `"${each}"`) : args, { cwd: root, stdio: 'inherit', shell });
  if (status !== 0) process.exit(status ?? 1);
}
