/* Tries a channel by hand: npm run example -- mailbox-test --controller hsp */

// #region example
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { execute } from './mailbox-test/commands';
import { devices } from './mailbox-test/devices';

const { controller } = parseArgs({ options: { controller: { type: 'string', default: 'loopback' } } }).values;
const open = devices.get(controller);
if (open) await talk(open());
else {
  console.error(`--controller is ${controller}; expected ${[...devices.keys()].join(', ')}`);
  process.exitCode = 1;
}

async function talk(device: ReturnType<NonNullable<typeof open>>): Promise<void> {
  const isTerminal = process.stdin.isTTY;
  const lines = createInterface({ input: process.stdin, output: process.stdout, terminal: isTerminal, prompt: `${controller}> ` });
  if (isTerminal) lines.prompt();
  for await (const line of lines) {
    if (line.trim() === 'quit') break;
    if (line.trim() !== '') console.log(await execute(device, line));
    if (isTerminal) lines.prompt();
  }
  lines.close(); // after `quit` there may be more to read
  device.close();
}
// #endregion example

// Reads:
// message Hello, mailbox!
// read
// read
// message 0x000102ff
// read
// stop
// message are you there?
// start
// message welcome back
// read
// signal nine bytes
// quit
// message not read any more

// Prints:
// taken
// 48 45 4c 4c 4f 2c 20 4d 41 49 4c 42 4f 58 21     HELLO, MAILBOX!
// nothing received
// taken
// 00 01 02 ff                                      ....
// stopped
// failed: no tx-done within 500 ms (total; not-sent)
// started
// taken
// 57 45 4c 43 4f 4d 45 20 42 41 43 4b              WELCOME BACK
// failed: signal has 10 bytes; expected at most 8
