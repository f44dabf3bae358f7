import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** How a sample is run. */
export interface ExampleRun {
  /** What it reads, by line. */
  input?: readonly string[];
  /** It sees the end of its input after that, which is the default; otherwise more might come, as from a terminal. */
  inputEnds?: boolean;
  args?: readonly string[];
}

/** Runs a sample as a user does: a Node process of its own that has to end by itself, in real time. Returns what it printed, by line. */
export async function runExample(file: string, { input = [], inputEnds = true, args = [] }: ExampleRun = {}): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'rx-mailbox-'));
  try {
    const outfile = join(directory, 'example.mjs');
    await build({ entryPoints: [file], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'silent' });
    const running = promisify(execFile)(process.execPath, [outfile, ...args], { timeout: 20_000 });
    // One that reads nothing may have ended by now.
    const stdin = running.child.stdin!.on('error', () => undefined);
    for (const line of input) stdin.write(`${line}\n`);
    if (inputEnds) stdin.end();
    const { stdout } = await running;
    return stdout.trimEnd().split('\n');
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** What a sample says it prints: the comment lines below each "Prints:". */
export function expectedOutput(file: string): Promise<string[]> {
  return commentsBelow('Prints', file);
}

/** What a sample says it reads: the comment lines below "Reads:", if it does. */
export function exampleInput(file: string): Promise<string[]> {
  return commentsBelow('Reads', file);
}

async function commentsBelow(heading: string, file: string): Promise<string[]> {
  const lines: string[] = [];
  let inside = false;
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    if (line.trim() === `// ${heading}:`) inside = true;
    else if (!/^\s*\/\/ (?!#)/.test(line)) inside = false;
    else if (inside) lines.push(line.replace(/^\s*\/\/ /, ''));
  }
  return lines;
}
