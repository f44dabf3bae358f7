import { queue as asyncQueue } from 'async';
import fastq from 'fastq';
import type { Contender } from '../measure/Contender';
import { Load, PromiseLoad, type Message } from '../measure/Load';
import { makeDevice, type QueueSetting } from './QueueSetting';

type Callback = (error: Error | null) => void;

/** fastq, callback face: nothing can be cancelled, and a message is sent when it is pushed. */
export function fastqCallback(setting: QueueSetting): Contender {
  const device = makeDevice<Callback>(setting);
  device.done = (callback) => callback(null);
  const queue = fastq<unknown, Message>((_message, callback: Callback) => device.start(callback), setting.window);
  const load = new Load(setting.senders, (sender) => queue.push(sender.message, sender.called));
  return {
    name: 'fastq',
    run: (count) => load.run(count),
    completed: () => ({ senders: load.total, receiver: device.finished }),
  };
}

/** fastq's promise face, with a worker that returns a promise, as it must. */
export function fastqPromise(setting: QueueSetting): Contender {
  const device = makeDevice<() => void>(setting);
  device.done = (resolve) => resolve();
  const queue = fastq.promise<unknown, Message>(() => new Promise<void>((resolve) => device.start(resolve)), setting.window);
  const load = new PromiseLoad(setting.senders, (message) => queue.push(message));
  return {
    name: 'fastq.promise',
    run: (count) => load.run(count),
    completed: () => ({ senders: load.total, receiver: device.finished }),
  };
}

/** `queue` of the package async, callback face. */
export function asyncCallback(setting: QueueSetting): Contender {
  const device = makeDevice<() => void>(setting);
  device.done = (callback) => callback();
  const queue = asyncQueue<Message>((_message, callback) => device.start(callback), setting.window);
  const load = new Load(setting.senders, (sender) => queue.push(sender.message, sender.called));
  return {
    name: 'async.queue',
    run: (count) => load.run(count),
    completed: () => ({ senders: load.total, receiver: device.finished }),
  };
}
