import { Mailbox, type ChannelEvent, type MailboxError } from 'rx-mailbox';
import { createSharedMemory, sharedMemory, type SharedMemoryOptions } from 'rx-mailbox/shared-memory';
import { filter, firstValueFrom, lastValueFrom, take, toArray } from 'rxjs';
import type { Command, Task } from './commands';

/** What happened, by test; the process that drives the browser says what should have. */
export type Results = Record<string, unknown>;

declare global {
  var run: () => Promise<Results>;
}

function start(memory: SharedMemoryOptions = {}, withoutWaitAsync = false) {
  const handle = createSharedMemory({ slots: 16, ...memory });
  const worker = new Worker('/worker.js');
  worker.postMessage({ handle, withoutWaitAsync } satisfies Task, handle.transfer as Transferable[]);
  const controller = sharedMemory<Command, string>(handle, { codec: 'json' });
  const mailbox = new Mailbox(controller);
  const channel = mailbox.requestChannel(0, { txQueueLength: 100_000 });
  const down = firstValueFrom<ChannelEvent, ChannelEvent>(channel.events$.pipe(filter(({ type }) => type === 'down')), {
    defaultValue: { type: 'closed', at: 0 },
  });
  const end = (): void => {
    mailbox.close();
    worker.terminate();
  };
  return { handle, worker, controller, channel, down, end };
}

const COUNT = 2000;

/** Sends texts and gets them back: how many sends were told that they were taken, and how many answers were right. */
async function echo(memory?: SharedMemoryOptions, withoutWaitAsync?: boolean): Promise<{ taken: number; right: number }> {
  const { channel, end } = start(memory, withoutWaitAsync);
  const texts = Array.from({ length: COUNT }, (_, i) => `message ${i}: Zoë 🎉`);
  const answers = firstValueFrom(channel.pipe(take(COUNT), toArray()));
  const receipts = await Promise.all(texts.map((text) => lastValueFrom(channel.send({ do: 'echo', text }))));
  const right = (await answers).filter((answer, i) => answer === texts[i]).length;
  end();
  return { taken: receipts.length, right };
}

const outcome = (send: Promise<unknown>): Promise<string> =>
  send.then(
    () => 'taken',
    (error: unknown) => (error as MailboxError).code,
  );

async function workerCloses(): Promise<unknown> {
  const { channel, down, end } = start();
  const sent = outcome(lastValueFrom(channel.send({ do: 'close' })));
  const { error } = await down;
  end();
  return { sent: await sent, reason: (error as Error).message };
}

async function workerDeclaredGone(): Promise<unknown> {
  // A quarter of four slots is one message, so each is told about before the next.
  const { worker, controller, channel, down, end } = start({ slots: 4 });
  const sends = Array.from({ length: 3 }, () => lastValueFrom(channel.send({ do: 'echo', text: '' })));
  const hanging = outcome(lastValueFrom(channel.send({ do: 'hang' })));
  await Promise.all(sends);
  worker.terminate();
  controller.peerGone('terminated');
  const { error } = await down;
  end();
  return { sent: await hanging, reason: error };
}

/** Nothing tells the page that its worker has gone, but that its lock is free. */
async function workerEnds(): Promise<unknown> {
  const { channel, down, end } = start();
  const sent = outcome(lastValueFrom(channel.send({ do: 'end' })));
  const { error } = await down;
  end();
  // The receiver may have returned before it was over.
  return { settled: ['taken', 'ENETDOWN'].includes(await sent), reason: (error as Error).message };
}

/** A worker that is stuck in its receiver is ended, and a new one takes its place. */
async function workerReplaced(): Promise<unknown> {
  const { worker, handle, channel, down, end } = start({ slots: 1 });
  const hanging = outcome(lastValueFrom(channel.send({ do: 'hang' })));
  const waiting = outcome(lastValueFrom(channel.send({ do: 'echo', text: 'for the next' })));
  await firstValueFrom(channel.events$.pipe(filter(({ type }) => type === 'sent')));
  worker.terminate();
  await down;
  const answer = firstValueFrom(channel);
  const second = new Worker('/worker.js');
  second.postMessage({ handle, withoutWaitAsync: false } satisfies Task, handle.transfer as Transferable[]);
  const results = { first: await hanging, second: await waiting, answer: await answer };
  end();
  second.terminate();
  return results;
}

/** A worker closes its channel and lives on; another one takes its place, and then ends. */
async function workerSucceeded(): Promise<unknown> {
  const { handle, channel, down, end } = start({ slots: 4 });
  channel.next({ do: 'close' });
  await down;
  const answer = firstValueFrom(channel);
  new Worker('/worker.js').postMessage({ handle, withoutWaitAsync: false } satisfies Task, handle.transfer as Transferable[]);
  channel.next({ do: 'echo', text: 'for the next' });
  const text = await answer;
  const downAgain = firstValueFrom(channel.events$.pipe(filter(({ type }) => type === 'down')));
  channel.next({ do: 'end' });
  const { error } = await downAgain;
  end();
  return { text, reason: (error as Error).message };
}

globalThis.run = async () => {
  const results: Results = { isolated: crossOriginIsolated };
  const steps: [name: string, step: () => Promise<unknown>][] = [
    ['atomics', () => echo({ wakeBy: 'atomics' })],
    ['port', () => echo({ wakeBy: 'port' })],
    ['worker without waitAsync', () => echo({ wakeBy: 'port' }, true)],
    ['worker closes', workerCloses],
    ['worker declared gone', workerDeclaredGone],
    ['worker ends', workerEnds],
    ['worker replaced', workerReplaced],
    ['worker succeeded', workerSucceeded],
    ['neither has waitAsync', neitherHasWaitAsync],
  ];
  for (const [name, step] of steps) {
    console.log(name);
    results[name] = await step();
  }
  return results;
};

/** The last step: from here on it is as in a browser that never had it. */
function neitherHasWaitAsync(): Promise<unknown> {
  delete (Atomics as Partial<typeof Atomics>).waitAsync;
  return echo({}, true);
}
