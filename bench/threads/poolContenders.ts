import { wrap } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import Piscina from 'piscina';
import workerpool from 'workerpool';
import type { Contender } from '../measure/Contender';
import { PromiseLoad } from '../measure/Load';
import { bundled, startWorker } from './startWorker';
import { messageOf, type ThreadSetting } from './ThreadSetting';

export function comlinkContender(setting: ThreadSetting): Contender {
  const worker = startWorker({ kind: 'comlink' });
  const remote = wrap<{ took(message: unknown): void; count(): number }>(nodeEndpoint(worker));
  const message = messageOf(setting);
  const load = new PromiseLoad(setting.window, () => remote.took(message));
  return {
    name: 'comlink',
    run: (count) => load.run(count),
    completed: async () => ({ senders: load.total, receiver: await remote.count() }),
    close: () => worker.terminate(),
  };
}

/** One thread, which takes as many tasks at once as the window, and never goes away. */
export function piscinaContender(setting: ThreadSetting): Contender {
  const pool = new Piscina({
    filename: bundled('piscinaWorker'),
    minThreads: 1,
    maxThreads: 1,
    concurrentTasksPerWorker: setting.window,
    idleTimeout: Infinity,
  });
  const message = messageOf(setting);
  const load = new PromiseLoad(setting.window, () => pool.run(message));
  return {
    name: 'piscina',
    run: (count) => load.run(count),
    completed: async () => ({ senders: load.total, receiver: (await pool.run(null)) as number }),
    close: () => pool.destroy(),
  };
}

export function workerpoolContender(setting: ThreadSetting): Contender {
  const pool = workerpool.pool(bundled('workerpoolWorker'), { workerType: 'thread', minWorkers: 1, maxWorkers: 1 });
  const message = messageOf(setting);
  const load = new PromiseLoad(setting.window, () => pool.exec('took', [message]));
  return {
    name: 'workerpool',
    run: (count) => load.run(count),
    completed: async () => ({ senders: load.total, receiver: (await pool.exec('count')) as number }),
    close: () => pool.terminate(),
  };
}
