import { Load, type Sender } from '../measure/Load';
import type { Contender } from '../measure/Contender';
import { startWorker, takenBy } from './startWorker';
import { messageOf, type ThreadSetting } from './ThreadSetting';

/** What one writes by hand: post a message, and the other side posts an acknowledgement of it. Acknowledgements come in order. */
export function postMessageContender(setting: ThreadSetting): Contender {
  const worker = startWorker({ kind: 'postMessage' });
  const message = messageOf(setting);
  const pending = new Fifo<Sender>(setting.window);
  worker.on('message', (said: unknown) => {
    if (said === 0) pending.shift().complete();
  });
  const load = new Load(setting.window, (sender) => {
    pending.push(sender);
    worker.postMessage(message);
  });
  return {
    name: 'postMessage, an ack each',
    run: (count) => load.run(count),
    completed: async () => ({ senders: load.total, receiver: await takenBy(worker) }),
    close: () => worker.terminate(),
  };
}

/** The same, by somebody who cares: a quarter of a window in one message, at the latest at the end of the turn, and one acknowledgement for it. */
export function framesContender(setting: ThreadSetting): Contender {
  const worker = startWorker({ kind: 'frames' });
  const message = messageOf(setting);
  const size = Math.max(1, setting.window >> 2);
  const pending = new Fifo<Sender>(setting.window);
  let frame: unknown[] = [];
  let scheduled = false;
  const flush = (): void => {
    scheduled = false;
    if (frame.length === 0) return;
    worker.postMessage(frame);
    frame = [];
  };
  worker.on('message', (taken: unknown) => {
    if (typeof taken === 'number') for (let i = 0; i < taken; i++) pending.shift().complete();
  });
  const load = new Load(setting.window, (sender) => {
    pending.push(sender);
    if (frame.push(message) >= size) flush();
    else if (!scheduled) {
      scheduled = true;
      queueMicrotask(flush);
    }
  });
  return {
    name: 'postMessage, frames',
    run: (count) => load.run(count),
    completed: async () => ({ senders: load.total, receiver: await takenBy(worker) }),
    close: () => worker.terminate(),
  };
}

/** A ring of fixed size: `Array.prototype.shift` would be part of the result. */
class Fifo<T> {
  private readonly items: (T | undefined)[];
  private first = 0;
  private size = 0;

  constructor(private readonly capacity: number) {
    this.items = new Array<T | undefined>(capacity).fill(undefined);
  }

  push(item: T): void {
    this.items[(this.first + this.size++) % this.capacity] = item;
  }

  shift(): T {
    const item = this.items[this.first]!;
    this.first = (this.first + 1) % this.capacity;
    this.size--;
    return item;
  }
}
