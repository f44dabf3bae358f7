// Many senders, one channel, a real thread at the other end: does everybody get its own completion?
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { sendFile, type Tally } from './bulk';
import { hardCases } from './hardCases';
import { SENDERS } from './protocol';
import { Screen } from './Screen';

const USAGE = `usage: npm run demo [-- [FILE] [--shared-completion]]

  FILE                 the file whose lines are sent; default README.md
  --shared-completion  the same work with one completion for the whole channel, to see how many are credited wrongly`;

function readArguments(): { file: string; shared: boolean } | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { 'shared-completion': { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
    });
    const [file = 'README.md', ...more] = positionals;
    if (values.help || more.length > 0) return undefined;
    return { file, shared: values['shared-completion'] };
  } catch {
    return undefined;
  }
}

function summarise(screen: Screen, tally: Tally, broken: string[]): number {
  const failed = [...tally.failed].map(([code, count]) => `${count} ${code}`).join(', ');
  const wrong = tally.wrong + tally.wrongAnswers + broken.length;
  screen.print();
  screen.print('Summary', 'head');
  screen.print(`  lines sent                        ${tally.lines}, in ${tally.ms.toFixed(0)} ms`);
  screen.print(`  completions of the sender's own   ${tally.right}`);
  screen.print(`  completions credited wrongly      ${tally.wrong}`, tally.wrong ? 'bad' : 'good');
  screen.print(`  answers that were another line's  ${tally.wrongAnswers}`, tally.wrongAnswers ? 'bad' : 'good');
  screen.print(`  failed, and told so               ${failed || 'none'}`);
  screen.print(`  hard cases not as promised        ${broken.length}`, broken.length ? 'bad' : 'good');
  for (const claim of broken) screen.print(`    ${claim}`, 'bad');
  return wrong;
}

async function main(): Promise<number> {
  const args = readArguments();
  if (args === undefined || !existsSync(args.file)) {
    process.stderr.write(args ? `no such file: ${args.file}\n` : `${USAGE}\n`);
    return 2;
  }
  const screen = new Screen();
  const how = args.shared ? 'one completion for the whole channel' : 'one completion for every send';
  screen.print(`${SENDERS} senders send the lines of ${relative('', args.file)} over one channel to a worker thread: ${how}`, 'head');
  const tally = await sendFile(args.file, args.shared, screen);
  const wrong = summarise(screen, tally, args.shared ? [] : await hardCases(screen));
  return wrong === 0 ? 0 : 1;
}

void main().then((code) => (process.exitCode = code));
