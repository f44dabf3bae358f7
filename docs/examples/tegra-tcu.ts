/* A terminal to a shell that runs on another processor: npm run example -- tegra-tcu */

// #region example
import { concat, concatMap, filter, fromEvent, map, of, startWith, takeUntil, takeWhile } from 'rxjs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { Mailbox } from 'rx-mailbox';
import { memoryRegisters, registerWords } from 'rx-mailbox/registers';
import { createTegraHsp } from 'rx-mailbox/tegra-hsp';
import { hspRegisters } from 'rx-mailbox/testing';
import { END_OF_TRANSMISSION, Shell } from './tegra-tcu/shell';
import { TcuConsole } from './tegra-tcu/TcuConsole';

const variant = 'tegra234';
const device = hspRegisters(variant);

if (isMainThread) terminal();
else firmware(workerData as Int32Array);

// The CPU complex: mailbox 0 takes what is typed, mailbox 1 brings what is printed.
function terminal(): void {
  const words = new Int32Array(new SharedArrayBuffer(4 * registerWords(device)));
  const line = open(words, { agent: 17, shared: 0, tx: 0, rx: 1 });
  line.text$.subscribe({ next: (text) => process.stdout.write(text), error: hangUp });

  const stdin = process.stdin.setEncoding('utf8');
  const typed$ = fromEvent(stdin, 'data').pipe(map(String), takeUntil(fromEvent(stdin, 'end')));
  const typing = concat(typed$, of(END_OF_TRANSMISSION))
    .pipe(concatMap((text) => line.write(text)))
    .subscribe({ error: hangUp });

  const worker = new Worker(new URL(import.meta.url), { workerData: words });
  worker.once('exit', () => {
    typing.unsubscribe();
    line.close();
    stdin.destroy();
  });

  function hangUp(reason: Error): void {
    console.error(`the other processor: ${reason.message}`);
    process.exitCode = 1;
    void worker.terminate();
  }
}

// The other processor: the same block, seen from its other side.
function firmware(words: Int32Array): void {
  const line = open(words, { agent: 19, shared: 1, tx: 1, rx: 0 });
  const shell = new Shell();
  line.text$
    .pipe(
      map((typed) => shell.read(typed)),
      startWith(Shell.GREETING),
      takeWhile(({ ended }) => !ended, true),
      filter(({ text }) => text !== ''),
      concatMap(({ text }) => line.write(text)),
    )
    .subscribe({ error: () => line.close(), complete: () => line.close() });
}

function open(words: Int32Array, end: { agent: number; shared: number; tx: number; rx: number }): TcuConsole {
  const registers = memoryRegisters(words, { map: device, agent: end.agent });
  const mailbox = new Mailbox(createTegraHsp(registers, { variant, shared: end.shared }).mailboxes);
  return new TcuConsole(mailbox.requestChannel(`sm:${end.tx}:tx`), mailbox.requestChannel(`sm:${end.rx}:rx`));
}
// #endregion example

// Reads:
// echo Hello, BPMP
// count käyttäjä 🙂
// reverse 3 bytes in a word
// login
// exit

// Prints:
// Ready.
// > Hello, BPMP
// > 10 characters, 16 bytes
// > drow a ni setyb 3
// > login: no such command; try help
// > Bye.
