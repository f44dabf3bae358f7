import { Worker, type Transferable } from 'node:worker_threads';
import { bundle } from '../../support/devices/sharedMemoryBundle';
import type { StartThread } from './threads';

/** The threads of the soak, bundled as they are needed. */
export const start: StartThread = (name, workerData) =>
  new Worker(bundle(`../../proof/soak/${name}`), {
    eval: true,
    workerData,
    transferList: ((workerData as { handle?: { transfer: unknown[] } } | undefined)?.handle?.transfer ?? []) as Transferable[],
    // What a worker dies of is expected here.
    stderr: true,
  });
