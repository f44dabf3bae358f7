import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundle } from '../../support/devices/sharedMemoryBundle';

let directory: string;
let program: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rx-mailbox-'));
  program = join(directory, 'program.cjs');
  writeFileSync(program, `const WORKER = ${JSON.stringify(bundle('sharedMemoryWorker'))};\n${bundle('sharedMemoryProcess')}`);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Runs a process until it ends by itself, and returns its output. A process that does not end is killed and fails the test. */
async function run(scenario: string, wakeBy: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, scenario, wakeBy], { timeout: 15_000, killSignal: 'SIGKILL' });
  return stdout.trimEnd().split('\n');
}

describe.each(['atomics', 'port'])('a process, woken by %s,', (wakeBy) => {
  it.each([
    ['ends when it is idle, although a channel is open', 'idle', ['up', 'exit']],
    ['stays until what is in flight has been taken', 'in flight', ['up', 'taken', 'exit']],
    ['stays until the other side has opened the channel for the first time', 'not open yet', ['taken', 'exit']],
    ['does not wait for a side that has left', 'peer left', ['down', 'exit']],
    ['stays as long as a channel is open, if asked to', 'held open', ['up', 'closing', 'exit']],
    ['stays for a worker that serves, until the channel is closed', 'worker serves', ['up', 'taken', 'closing', 'worker ended', 'exit']],
  ])(
    '%s',
    async (_, scenario, printed) => {
      expect(await run(scenario, wakeBy)).toEqual(printed);
    },
    20_000,
  );
});
