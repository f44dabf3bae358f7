import { Mutex, Semaphore } from 'async-mutex';
import PQueue from 'p-queue';
import type { Contender } from '../measure/Contender';
import { PromiseLoad, type Message } from '../measure/Load';
import { makeDevice, type QueueSetting } from './QueueSetting';

/** A contender whose `send` gets a function that hands the message to the device, and returns when it is done. */
function promised(
  name: string,
  setting: QueueSetting,
  makeSend: (transmit: () => Promise<void>) => (message: Message) => PromiseLike<unknown>,
): Contender {
  const device = makeDevice<() => void>(setting);
  device.done = (resolve) => resolve();
  const load = new PromiseLoad(
    setting.senders,
    makeSend(() => new Promise<void>((resolve) => device.start(resolve))),
  );
  return {
    name,
    run: (count) => load.run(count),
    completed: () => ({ senders: load.total, receiver: device.finished }),
  };
}

/**
 * What one writes by hand where there is no queue: each message waits for the promise of the one before, whether or not that one failed.
 * One at a time only.
 */
export function promiseChain(setting: QueueSetting): Contender {
  return promised('promise chain', setting, (transmit) => {
    let last: Promise<void> = Promise.resolve();
    return () => {
      const sent = last.then(transmit);
      last = sent.catch(() => undefined);
      return sent;
    };
  });
}

export function pQueue(setting: QueueSetting): Contender {
  return promised('p-queue', setting, (transmit) => {
    const queue = new PQueue({ concurrency: setting.window });
    return () => queue.add(transmit);
  });
}

/** async-mutex: a Mutex for one at a time, a Semaphore for more. */
export function asyncMutex(setting: QueueSetting): Contender {
  return promised('async-mutex', setting, (transmit) => {
    const lock = setting.window === 1 ? new Mutex() : new Semaphore(setting.window);
    return () => lock.runExclusive(transmit);
  });
}
