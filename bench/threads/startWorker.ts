import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Start } from './Start';

/** Where the bundle of a worker is; all chunks of the bundle are in one folder. */
export function bundled(name: string): string {
  return fileURLToPath(new URL(`threads/${name}.mjs`, import.meta.url));
}

export function startWorker(start: Start): Worker {
  const worker = new Worker(bundled('worker'), { workerData: start, ...('handle' in start && { transferList: start.handle.transfer }) });
  worker.on('error', (error) => {
    throw error;
  });
  return worker;
}

/** Asks how many messages the worker has taken. */
export async function takenBy(worker: Worker): Promise<number> {
  const answer = once(worker, 'message');
  worker.postMessage(null);
  const [{ taken }] = (await answer) as [{ taken: number }];
  return taken;
}
