import fastq from 'fastq';
import { Mailbox } from 'rx-mailbox';
import { manyLinks, type OneLink } from '../contenders/fakeLinks';
import { microtask } from '../contenders/QueueSetting';
import type { Contender } from '../measure/Contender';
import { Device } from '../measure/Device';
import { Load, type Message } from '../measure/Load';
import type { Measure } from '../Measured';
import { timed } from './timed';

const MANY = 100_000;

/** One after the other, which a processor likes best; or all over the place, a step that has no divisor in common with any count here. */
type Step = 1 | 7919;

function name(what: string, count: number, step: Step): string {
  return count === 1 ? `${what}, 1` : `${what}, ${count.toLocaleString('en')}${step === 1 ? '' : ', all over the place'}`;
}

function rxMailboxOn(count: number, step: Step = 1): Contender {
  const device = new Device<OneLink>(microtask, 1);
  device.done = (link) => link.finish();
  const mailbox = new Mailbox(manyLinks(count, (link) => device.start(link)));
  const channels = Array.from({ length: count }, (_, index) => mailbox.requestChannel(index));
  let at = 0;
  const load = new Load(1, (sender) => {
    at = (at + step) % count;
    channels[at]!.send(sender.message).subscribe(sender);
  });
  return {
    name: name('rx-mailbox, channels', count, step),
    run: (messages) => load.run(messages),
    completed: () => ({ senders: load.total, receiver: device.finished }),
  };
}

function fastqOn(count: number, step: Step = 1): Contender {
  const device = new Device<(error: null) => void>(microtask, 1);
  device.done = (callback) => callback(null);
  const queues = Array.from({ length: count }, () => fastq<unknown, Message>((_message, callback) => device.start(callback), 1));
  let at = 0;
  const load = new Load(1, (sender) => {
    at = (at + step) % count;
    queues[at]!.push(sender.message, sender.called);
  });
  return {
    name: name('fastq, queues', count, step),
    run: (messages) => load.run(messages),
    completed: () => ({ senders: load.total, receiver: device.finished }),
  };
}

/** Whether a send costs more where there are many channels: one message at a time, each on the next channel. */
export const channels: Measure = (context) =>
  timed([rxMailboxOn(1), rxMailboxOn(MANY), rxMailboxOn(MANY, 7919), fastqOn(1), fastqOn(MANY), fastqOn(MANY, 7919)], context);
