import { Mailbox, type Channel, type ChannelOptions } from 'rx-mailbox';
import { ScriptedController, type ScriptedLink, type ScriptedOptions } from 'rx-mailbox/testing';
import type { Journal } from './Journal';

/** How to set up several channels on one wire. */
export interface SharedWireOptions extends ScriptedOptions<string, string, string> {
  /** How many messages the wire carries at once; read each time. Default 1. */
  sharedWindow?: () => number;
  /** Options of each channel. */
  channel?: ChannelOptions<string>;
  /** Where to write each hand-over down: `sendData a1`. */
  journal?: Journal;
}

/** A scripted controller whose channels share a window. */
export class SharedWire extends ScriptedController<string, string, string> {
  constructor({ sharedWindow = () => 1, channel: _, journal, ...scripted }: SharedWireOptions) {
    const onSend: SharedWireOptions['onSend'] = (message, token, link) => {
      journal?.write(`sendData ${message}`);
      scripted.onSend?.(message, token, link);
    };
    super({ channelCount: 3, ...scripted, sharedWindow, onSend });
  }

  /** How many messages the wire has. */
  get carried(): number {
    return this.links.reduce((sum, { outstanding }) => sum + outstanding.length, 0);
  }
}

export interface OpenedWire {
  readonly controller: SharedWire;
  readonly mailbox: Mailbox<string, string, string>;
  readonly channels: readonly Channel<string, string, string>[];
  readonly links: readonly ScriptedLink<string, string, string>[];
}

/** A mailbox whose channels share a window, all of them requested: a is channel 0, b is channel 1, and so on. */
export function sharedWire(options: SharedWireOptions = {}): OpenedWire {
  const controller = new SharedWire(options);
  const mailbox = new Mailbox(controller);
  const channels = Array.from({ length: controller.channelCount }, (_, index) => mailbox.requestChannel(index, options.channel));
  return { controller, mailbox, channels, links: controller.links };
}
