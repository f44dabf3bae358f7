// npm run worlds [-- --depth FACTOR] [-- --jobs N] [-- FILE…]: explores the small worlds and adds up what was seen; worlds:deep is `--depth all`.
// The factor is that of `budget` in exploreAll.ts. Exit code 1 if a rule is broken anywhere.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: flags, positionals: files } = parseArgs({
  options: { depth: { type: 'string', default: '1' }, jobs: { type: 'string', default: '2' } },
  allowPositionals: true,
});
const jestArgs = ['--selectProjects', 'worlds', '--maxWorkers', flags.jobs, '--', ...files];

const started = Date.now();
const jest = spawn(process.execPath, [createRequire(import.meta.url).resolve('jest/bin/jest'), ...jestArgs], {
  cwd: fileURLToPath(new URL('../../..', import.meta.url)),
  env: { ...process.env, WORLDS_DEPTH: flags.depth },
  stdio: ['inherit', 'pipe', 'inherit'],
});

const sum = { worlds: 0, complete: 0, states: 0, transitions: 0, steps: 0 };
createInterface({ input: jest.stdout }).on('line', (line) => {
  console.log(line);
  const [, title, states, transitions, steps, complete] =
    /^(.+): (\d+) states, (\d+) transitions, (\d+) steps judged(, complete)?$/.exec(line) ?? [];
  if (title === undefined || title.endsWith(', all')) return;
  sum.worlds++;
  if (complete !== undefined) sum.complete++;
  sum.states += Number(states);
  sum.transitions += Number(transitions);
  sum.steps += Number(steps);
});

jest.on('close', (code) => {
  const { worlds, complete, states, transitions, steps } = sum;
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(
    `\n${worlds} worlds, ${complete} of them completely: ${states} states, ${transitions} transitions, ${steps} steps judged, in ${seconds} s` +
      (code === 0 ? '; no rule was broken' : '; NOT all is well, see above'),
  );
  process.exitCode = code ?? 1;
});
