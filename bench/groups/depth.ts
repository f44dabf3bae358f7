import fastq from 'fastq';
import { Mailbox } from 'rx-mailbox';
import { DeviceController } from '../contenders/DeviceController';
import type { Contender } from '../measure/Contender';
import type { Message } from '../measure/Load';
import { MeteredDevice } from '../measure/MeteredDevice';
import { sendAgain } from '../measure/sendAgain';
import type { Measure } from '../Measured';
import { timed } from './timed';

const message: Message = { sender: 0 };

function rxMailboxWith(waiting: number): Contender {
  const device = new MeteredDevice<number>();
  const channel = new Mailbox(new DeviceController(device, 1)).requestChannel(0, { txQueueLength: waiting + 1 });
  let completed = 0;
  sendAgain(channel, message, waiting + 1, () => completed++);
  return {
    name: `rx-mailbox, ${waiting.toLocaleString('en')} waiting`,
    run: (count) => device.run(count),
    completed: () => ({ senders: completed, receiver: device.finished }),
  };
}

function fastqWith(waiting: number): Contender {
  const device = new MeteredDevice<(error: null) => void>();
  device.done = (callback) => callback(null);
  const queue = fastq<unknown, Message>((_message, callback) => device.start(callback), 1);
  let completed = 0;
  const again = (): void => {
    completed++;
    queue.push(message, again);
  };
  for (let i = 0; i <= waiting; i++) queue.push(message, again);
  return {
    name: `fastq, ${waiting.toLocaleString('en')} waiting`,
    run: (count) => device.run(count),
    completed: () => ({ senders: completed, receiver: device.finished }),
  };
}

/** Whether a send costs more where many are waiting. All of them stay there: each that is done sends again. */
export const depth: Measure = (context) =>
  timed([rxMailboxWith(100), rxMailboxWith(1_000_000), fastqWith(100), fastqWith(1_000_000)], context);
