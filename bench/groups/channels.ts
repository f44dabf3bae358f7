import fastq from 'fastq';
import { Mailbox } from 'rx-mailbox';
import { manyLinks, type OneLink } from '../contenders/fakeLinks';
import { microtask } from '../contenders/QueueSetting';
import type { Contender } from '../measure/Contender';
import { Device } from '../measure/Device';
import { Load, type Message, type Sender } from '../measure/Load';
import type { Measure } from '../Measured';
import { timed } from './timed';

const MANY = 100_000;

/** One after the other, which a processor likes best; or all over the place, a step that has no divisor in common with any count here. */
type Step = 1 | 7919;

function rxMailboxOn(count: number): (step: Step) => Contender {
  const device = new Device<OneLink>(microtask, 1);
  device.done = (link) => link.finish();
  const mailbox = new Mailbox(manyLinks(count, (link) => device.start(link)));
  const channels = Array.from({ length: count }, (_, index) => mailbox.requestChannel(index));
  return taker(`rx-mailbox, channels`, count, device, (at, sender) => channels[at]!.send(sender.message).subscribe(sender));
}

function fastqOn(count: number): (step: Step) => Contender {
  const device = new Device<(error: null) => void>(microtask, 1);
  device.done = (callback) => callback(null);
  const queues = Array.from({ length: count }, () => fastq<unknown, Message>((_message, callback) => device.start(callback), 1));
  return taker('fastq, queues', count, device, (at, sender) => queues[at]!.push(sender.message, sender.called));
}

/** One sender that takes the channels in turn. The same channels may be taken in more than one order, each a contender of its own. */
function taker(
  what: string,
  count: number,
  device: { finished: number },
  send: (at: number, sender: Sender) => void,
): (step: Step) => Contender {
  const order = { 1: '', 7919: ', all over the place' };
  return (step) => {
    let at = 0;
    let finished = 0;
    const load = new Load(1, (sender) => {
      at = (at + step) % count;
      send(at, sender);
    });
    return {
      name: `${what}, ${count.toLocaleString('en')}${order[step]}`,
      run: async (messages) => {
        const before = device.finished;
        await load.run(messages);
        finished += device.finished - before;
      },
      completed: () => ({ senders: load.total, receiver: finished }),
    };
  };
}

/** Whether a send costs more where there are many channels: one message at a time, each on the next channel. */
export const channels: Measure = (context) => {
  const many = [rxMailboxOn(MANY), fastqOn(MANY)];
  return timed([rxMailboxOn(1)(1), fastqOn(1)(1), ...many.map((on) => on(1)), ...many.map((on) => on(7919))], context);
};
