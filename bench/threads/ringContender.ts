import type { Contender } from '../measure/Contender';
import { BareRing } from './BareRing';
import { startWorker, takenBy } from './startWorker';
import { bytes } from './ThreadSetting';

/** The limit: two threads that do nothing but look at the memory; the main thread is blocked meanwhile, which no library may do. */
export function ringContender({ window }: { window: number }): Contender {
  const buffer = BareRing.allocate(window);
  const worker = startWorker({ kind: 'ring', buffer, window });
  const ring = new BareRing(buffer, window);
  let completed = 0;
  const done = (): void => {
    completed++;
  };
  return {
    name: 'bare ring, both threads spin',
    run: (count) => {
      worker.postMessage(count);
      ring.send(count, bytes, done);
      return Promise.resolve();
    },
    completed: async () => ({ senders: completed, receiver: await takenBy(worker) }),
    close: () => worker.terminate(),
  };
}
