import fastq from 'fastq';
import { Mailbox } from 'rx-mailbox';
import { DeviceController } from '../contenders/DeviceController';
import type { Contender } from '../measure/Contender';
import type { Message } from '../measure/Load';
import { RandomDevice } from '../measure/RandomDevice';
import { sendAgain } from '../measure/sendAgain';
import type { Measure } from '../Measured';
import { timed } from './timed';

const message: Message = { sender: 0 };

const named = (who: string, window: number): string => `${who}, window ${window.toLocaleString('en')}`;

function deviceAlone(window: number): Contender {
  const device = new RandomDevice<number>();
  let completed = 0;
  device.done = (job) => {
    completed++;
    device.start(job);
  };
  for (let i = 0; i < window; i++) device.start(i);
  return {
    name: named('device alone', window),
    run: (count) => device.run(count),
    completed: () => ({ senders: completed, receiver: device.finished }),
  };
}

function rxMailboxWith(window: number): Contender {
  const device = new RandomDevice<number>();
  const channel = new Mailbox(new DeviceController(device, window)).requestChannel(0);
  let completed = 0;
  sendAgain(channel, message, window, () => completed++);
  return {
    name: named('rx-mailbox', window),
    run: (count) => device.run(count),
    completed: () => ({ senders: completed, receiver: device.finished }),
  };
}

function fastqWith(window: number): Contender {
  const device = new RandomDevice<(error: null) => void>();
  device.done = (callback) => callback(null);
  const queue = fastq<unknown, Message>((_message, callback) => device.start(callback), window);
  let completed = 0;
  const again = (): void => {
    completed++;
    queue.push(message, again);
  };
  for (let i = 0; i < window; i++) queue.push(message, again);
  return {
    name: named('fastq', window),
    run: (count) => device.run(count),
    completed: () => ({ senders: completed, receiver: device.finished }),
  };
}

/** Whether finding the message of a tx-done costs more where many are in flight. The window is full all the time. */
export const random: Measure = (context) =>
  timed(
    [1, 64, 10_000].flatMap((window) => [deviceAlone(window), rxMailboxWith(window), fastqWith(window)]),
    context,
  );
