import { Mailbox, type Channel, type ChannelOptions } from 'rx-mailbox';
import { ScriptedController, type ScriptedLink, type ScriptedOptions } from 'rx-mailbox/testing';

export interface Opened<Ack> {
  readonly controller: ScriptedController<string, string, Ack>;
  readonly mailbox: Mailbox<string, string, Ack>;
  readonly channel: Channel<string, string, Ack>;
  readonly link: ScriptedLink<string, string, Ack>;
}

/** A mailbox on a scripted controller, and its channel 0. Its time is RxJS's own: virtual inside `marbles()`. */
export function open<Ack = void>(options: ScriptedOptions<string, string, Ack> = {}, channelOptions?: ChannelOptions<string>): Opened<Ack> {
  const controller = new ScriptedController<string, string, Ack>(options);
  const mailbox = new Mailbox(controller);
  const channel = mailbox.requestChannel(0, channelOptions);
  return { controller, mailbox, channel, link: controller.link() };
}

/** What a link was handed, in order. */
export function handedOver<Ack>(link: ScriptedLink<string, string, Ack>): string {
  return link.sent.map(({ message }) => message).join(' ');
}
