import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Group } from './groups';
import type { Measured } from './Measured';

type Said = { progress: number } | { measured: Measured };

/** The thread that makes garbage collects it, so that its cost is charged to whoever made it. */
export const FLAGS = ['--expose-gc', '--single-threaded-gc'];

/** Runs one benchmark in a fresh process. */
export function runGroup(group: Group, quick: boolean, progress: (part: number) => void): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('child.mjs', import.meta.url)), [group.name, quick ? 'quick' : 'full'], {
      execArgv: [...FLAGS, ...(group.flags ?? [])],
    });
    child.on('message', (said: Said) => {
      if ('progress' in said) progress(said.progress);
      else resolve(said.measured);
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => reject(new Error(`the benchmark ${group.name} ended without a result (${String(signal ?? code)})`)));
  });
}
