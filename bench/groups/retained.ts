import { queue as asyncQueue } from 'async';
import fastq from 'fastq';
import PQueue from 'p-queue';
import { mergeMap, NEVER, Observable, Subject } from 'rxjs';
import { Mailbox, type ChannelOptions } from 'rx-mailbox';
import { silentController } from '../contenders/fakeLinks';
import type { Message } from '../measure/Load';
import { measured, type Measure } from '../Measured';

const message: Message = { sender: 0 };
const ignore = (): void => undefined;
const observer = { next: ignore, error: ignore, complete: ignore };
const never = (): Promise<void> => new Promise(ignore);

/** Makes many of something; what it returns keeps them alive, at not more than eight bytes for each. */
type Make = (count: number) => unknown;

const each =
  (make: (index: number) => unknown): Make =>
  (count) => {
    // As large as it gets: growing would be part of the result.
    const all = new Array<unknown>(count).fill(undefined);
    for (let i = 0; i < count; i++) all[i] = make(i);
    return all;
  };

const idle: Record<string, Make> = {
  'rx-mailbox': (count) => {
    const mailbox = new Mailbox(silentController(count));
    return each((index) => mailbox.requestChannel(index))(count);
  },
  'rx-mailbox, a shared window': (count) => {
    const mailbox = new Mailbox({ ...silentController(count), sharedWindow: 1 });
    return each((index) => mailbox.requestChannel(index))(count);
  },
  "of it, RxJS: the subscription of a link's events$": each(() => NEVER.subscribe(observer)),
  fastq: each(() => fastq(ignore, 1)),
  'async.queue': each(() => asyncQueue(ignore, 1)),
  'p-queue': each(() => new PQueue({ concurrency: 1 })),
  'Subject + concatMap': each(() => {
    const requests = new Subject<Message>();
    requests.pipe(mergeMap(() => NEVER, 1)).subscribe();
    return requests;
  }),
};

const queued: Record<string, Make> = {
  'rx-mailbox': (count) => {
    const channel = channelOf(count);
    for (let i = 0; i < count; i++) channel.send(message).subscribe(observer);
    return channel;
  },
  'rx-mailbox, latest, a key each': (count) => {
    let key = 0;
    const channel = channelOf(count, { latest: () => key++ });
    for (let i = 0; i < count; i++) channel.send(message).subscribe(observer);
    return channel;
  },
  "rx-mailbox, overflow: 'drop-oldest'": (count) => {
    const channel = channelOf(count, { overflow: 'drop-oldest' });
    for (let i = 0; i < count; i++) channel.send(message).subscribe(observer);
    return channel;
  },
  'rx-mailbox next()': (count) => {
    const channel = channelOf(count);
    for (let i = 0; i < count; i++) channel.next(message);
    return channel;
  },
  'rx-mailbox sendAsync': (count) => {
    const channel = channelOf(count);
    for (let i = 0; i < count; i++) void channel.sendAsync(message);
    return channel;
  },
  fastq: (count) => {
    const queue = fastq(ignore, 1);
    for (let i = 0; i < count; i++) queue.push(message, ignore);
    return queue;
  },
  'async.queue': (count) => {
    const queue = asyncQueue(ignore, 1);
    for (let i = 0; i < count; i++) queue.push(message, ignore);
    return queue;
  },
  'promise chain': (count) => {
    const first = never();
    for (let i = 0, last = first; i < count; i++) last = last.then(never);
    return first;
  },
  'p-queue': (count) => {
    const queue = new PQueue({ concurrency: 1 });
    for (let i = 0; i < count; i++) void queue.add(never);
    return queue;
  },
  'Subject + concatMap': (count) => {
    const requests = new Subject<{ message: Message; reply: unknown }>();
    requests.pipe(mergeMap(() => NEVER, 1)).subscribe();
    for (let i = 0; i < count; i++) new Observable((reply) => requests.next({ message, reply })).subscribe(observer);
    return requests;
  },
};

function channelOf(count: number, options?: ChannelOptions<Message>) {
  return new Mailbox(silentController(1)).requestChannel(0, { txQueueLength: count, ...options });
}

/** What one of them costs as long as it is there: the heap before and after, both after a full collection. */
function retained(makers: Record<string, Make>, most: number): Measure {
  return async ({ quick, progress }) => {
    const samples: Record<string, number[]> = {};
    const rounds = quick ? 1 : 3;
    for (let round = 0; round < rounds; round++) {
      for (const [name, make] of Object.entries(makers)) (samples[name] ??= []).push(await bytesEach(make, quick ? most / 5 : most));
      progress((round + 1) / rounds);
    }
    return measured(samples);
  };
}

async function bytesEach(make: Make, count: number): Promise<number> {
  // Code and hidden classes are there before it counts.
  make(1000);
  const before = await settledHeap();
  const kept = make(count);
  const after = await settledHeap();
  // Still needed here, so not collected above.
  if (kept === undefined) throw new Error('nothing was made');
  return (after - before) / count;
}

async function settledHeap(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise(setImmediate);
    gc!();
  }
  return process.memoryUsage().heapUsed;
}

export const idleChannels = retained(idle, 30_000);
export const queuedMessages = retained(queued, 100_000);
