import { Mailbox, type Channel, type ChannelOptions, type MailboxController } from 'rx-mailbox';
import type { Contender } from '../measure/Contender';
import type { Device } from '../measure/Device';
import { Load, PromiseLoad, type Message, type Sender } from '../measure/Load';
import { DeviceController } from './DeviceController';
import { makeDevice, type QueueSetting } from './QueueSetting';

export type BenchChannel = Channel<Message, never>;

/** What else may be said of a channel and its controller. */
export interface Extras {
  readonly controller?: Partial<MailboxController<Message, never, void>>;
  readonly channel?: ChannelOptions<Message>;
}

export function openChannel(setting: QueueSetting, extras: Extras = {}): { channel: BenchChannel; device: Device<number> } {
  const device = makeDevice<number>(setting);
  const mailbox = new Mailbox(Object.assign(new DeviceController(device, setting.window), extras.controller));
  return { channel: mailbox.requestChannel(0, { txQueueLength: setting.senders, ...extras.channel }), device };
}

/** `channel.send(message).subscribe(observer)`, or whatever else is made of the channel; the senders are the observers. */
export function rxMailbox(
  name: string,
  setting: QueueSetting,
  makeSend: (channel: BenchChannel) => (sender: Sender) => void = (channel) => (sender) => channel.send(sender.message).subscribe(sender),
  extras?: Extras,
): Contender {
  const { channel, device } = openChannel(setting, extras);
  const load = new Load(setting.senders, makeSend(channel));
  return {
    name,
    run: (count) => load.run(count),
    completed: () => ({ senders: load.total, receiver: device.finished }),
    close: () => channel.close(),
  };
}

/** `await channel.sendAsync(message, options)`. */
export function rxMailboxAsync(name: string, setting: QueueSetting, options?: { timeout: number }): Contender {
  const { channel, device } = openChannel(setting);
  const load = new PromiseLoad(
    setting.senders,
    options ? (message) => channel.sendAsync(message, options) : (message) => channel.sendAsync(message),
  );
  return {
    name,
    run: (count) => load.run(count),
    completed: () => ({ senders: load.total, receiver: device.finished }),
    close: () => channel.close(),
  };
}
