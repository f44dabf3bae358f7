// One part after the other; `run.mjs` bundles this and starts it.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker, type Transferable } from 'node:worker_threads';
import { killed } from './killed';
import { nonsense } from './nonsense';
import { mistakes, printResult, type Result } from './Result';
import { scribbled } from './scribbled';
import { steady } from './steady';
import type { Open, StartThread } from './threads';

const { values } = parseArgs({
  options: { messages: { type: 'string', default: '10000000' }, seed: { type: 'string', default: '1' }, only: { type: 'string' } },
});
const [messages, seed] = [Number(values.messages), Number(values.seed)];
if (!Number.isInteger(messages) || messages < 1) throw new RangeError(`--messages is ${values.messages}; expected an integer >= 1`);
if (!Number.isInteger(seed)) throw new RangeError(`--seed is ${values.seed}; expected an integer`);

const start: StartThread = (name, workerData) =>
  new Worker(join(__dirname, `${name}.cjs`), {
    workerData,
    transferList: ((workerData as Partial<Open> | undefined)?.handle?.transfer ?? []) as Transferable[],
    // What a worker dies of is expected here.
    stderr: true,
  });

const between = (least: number, most: number, n: number) => Math.max(least, Math.min(most, Math.round(n)));
const parts: Record<string, () => Promise<Result>> = {
  soak: () => steady({ name: 'soak', messages, seed, start, receiver: { chance: 1 / 20_000, ms: 8 } }),
  blocking: () =>
    steady({
      name: 'blocking',
      messages: between(2000, 100_000, messages / 50),
      seed,
      start,
      inPlace: true,
      receiver: { chance: 1 / 500, ms: 20 },
      senders: { chance: 1 / 500, ms: 20 },
    }),
  killed: () => killed({ kills: between(20, 200, messages / 20_000), seed, start }),
  nonsense: () => nonsense({ messages: between(8400, 1_000_000, messages / 10), seed }),
  scribbled: () => scribbled({ rounds: between(18, 450, messages / 10_000), seed, start }),
};

async function main(): Promise<void> {
  const names = values.only === undefined ? Object.keys(parts) : values.only.split(',');
  let wrong = 0;
  for (const name of names) {
    const part = parts[name];
    if (part === undefined) throw new RangeError(`--only is ${name}; expected ${Object.keys(parts).join(', ')}`);
    const result = await part();
    printResult(result);
    wrong += mistakes(result);
  }
  console.log(`\nwrong in all = ${wrong}`);
  process.exitCode = wrong === 0 ? 0 : 1;
}

// The parent ends a soak whose event loop does not come round any more.
const heartbeat = setInterval(() => process.send?.('alive'), 1000);
void main().finally(() => {
  clearInterval(heartbeat);
  if (process.connected) process.disconnect();
});
