import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Runs a sample as a user does: a Node process of its own that has to end by itself, in real time. Returns what it printed, by line. */
export async function runExample(file: string): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'rx-mailbox-'));
  try {
    const outfile = join(directory, 'example.mjs');
    await build({ entryPoints: [file], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'silent' });
    const { stdout } = await promisify(execFile)(process.execPath, [outfile], { timeout: 20_000 });
    return stdout.trimEnd().split('\n');
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** What a sample says it prints: the comment lines below each "Prints:". */
export async function expectedOutput(file: string): Promise<string[]> {
  const lines: string[] = [];
  let inside = false;
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    if (/^\s*\/\/ Prints:$/.test(line)) inside = true;
    else if (!/^\s*\/\/ (?!#)/.test(line)) inside = false;
    else if (inside) lines.push(line.replace(/^\s*\/\/ /, ''));
  }
  return lines;
}
