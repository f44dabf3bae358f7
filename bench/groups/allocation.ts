import { bareDevice } from '../contenders/bareDevice';
import { asyncCallback, fastqCallback, fastqPromise } from '../contenders/callbackQueues';
import { asyncMutex, pQueue, promiseChain } from '../contenders/promiseQueues';
import { microtask } from '../contenders/QueueSetting';
import { rxjsRecipe } from '../contenders/rxjsRecipe';
import { openChannel, rxMailbox, rxMailboxAsync } from '../contenders/rxMailbox';
import type { Contender } from '../measure/Contender';
import { Load } from '../measure/Load';
import { measured, type Measure } from '../Measured';
import { txTimeout } from 'rx-mailbox';

const setting = { hop: microtask, window: 1, senders: 20 };

/** `next(message)` without a listener anywhere: only the device sees the messages. */
function nextAlone(): Contender {
  const { channel, device } = openChannel(setting);
  const tell = device.done;
  const load = new Load(setting.senders, ({ message }) => channel.next(message));
  let turn = 0;
  device.done = (token) => {
    tell(token);
    load.completed(load.senders[turn++ % load.senders.length]!);
  };
  return {
    name: 'rx-mailbox next()',
    run: (count) => load.run(count),
    completed: () => ({ senders: load.total, receiver: device.finished }),
    close: () => channel.close(),
  };
}

/**
 * Bytes that the heap grows by with each message. The young generation is so large that nothing is collected while one contender runs: how
 * far the heap has grown is what was allocated, to the byte, however short it lived. That no collection happened is checked.
 */
export const allocation: Measure = async ({ quick, progress }) => {
  const contenders = [
    bareDevice(setting),
    rxMailbox('rx-mailbox', setting),
    nextAlone(),
    rxMailbox(
      'rx-mailbox txTimeout',
      setting,
      (channel) => (sender) => channel.send(sender.message).pipe(txTimeout(1000)).subscribe(sender),
    ),
    rxMailboxAsync('rx-mailbox sendAsync', setting),
    fastqCallback(setting),
    fastqPromise(setting),
    asyncCallback(setting),
    promiseChain(setting),
    pQueue(setting),
    asyncMutex(setting),
    rxjsRecipe(setting),
  ];
  const rounds = quick ? 2 : 7;
  const samples: Record<string, number[]> = Object.fromEntries(contenders.map(({ name }) => [name, []]));
  // Optimised code allocates less: the warm-up is long.
  for (const contender of contenders) await contender.run(quick ? 40_000 : 100_000);
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) samples[contender.name]!.push(await allocated(contender, 40_000));
    progress((round + 1) / rounds);
  }
  return measured(samples);
};

async function allocated(contender: Contender, count: number): Promise<number> {
  gc!();
  const start = performance.now();
  const before = process.memoryUsage().heapUsed;
  await contender.run(count);
  const after = process.memoryUsage().heapUsed;
  const end = performance.now();
  if (await collected(start, end))
    throw new Error(`${contender.name}: garbage was collected while it was measured; expected a larger young generation`);
  return (after - before) / count;
}

/** Whether any garbage was collected in between; told by the event loop, later. */
async function collected(start: number, end: number): Promise<boolean> {
  await turns();
  return collections.some((at) => at > start && at < end);
}

const collections: number[] = [];
new PerformanceObserver((list) => {
  for (const { startTime } of list.getEntries()) collections.push(startTime);
}).observe({ entryTypes: ['gc'] });

async function turns(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise(setImmediate);
}
