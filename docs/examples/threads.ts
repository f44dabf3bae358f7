/* eslint-disable rxjs-x/no-implicit-any-catch -- a Transmission only errors with these */

// #region example
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { Mailbox, txTimeout, type MailboxError } from 'rx-mailbox';
import { createSharedMemory, sharedMemory, type SharedMemoryHandle } from 'rx-mailbox/shared-memory';

type Job = { n: number };
type Result = { n: number; square: number };

if (isMainThread) main();
else serve(workerData as SharedMemoryHandle);

function main(): void {
  const handle = createSharedMemory({ slots: 16, slotSize: 64 });
  // In an application, the file of the worker; here both sides are in this file.
  const worker = new Worker(new URL(import.meta.url), { workerData: handle });
  const controller = sharedMemory<Job, Result>(handle, { codec: 'json', peer: worker });
  const channel = new Mailbox(controller).requestChannel(0);

  let answers = 0;
  channel.subscribe(({ n, square }) => {
    console.log(`${n} squared is ${square}`);
    if (++answers === 3) channel.close(); // and the worker, which has nobody left to serve, ends
  });

  for (const n of [1, 2, 3]) {
    channel
      .send({ n })
      .pipe(txTimeout(10_000))
      .subscribe({ error: (error: MailboxError) => console.log(`${n}: ${error.message}`) });
  }
}

function serve(handle: SharedMemoryHandle): void {
  const controller = sharedMemory<Result, Job>(handle, { codec: 'json' });
  const channel = new Mailbox(controller).requestChannel(0);
  channel.subscribe(({ n }) => channel.next({ n, square: n * n }));
}

// Prints:
// 1 squared is 1
// 2 squared is 4
// 3 squared is 9
// #endregion example
