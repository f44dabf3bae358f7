import type { SchedulerLike } from 'rxjs';
import { Channel } from './Channel';
import { ChannelGroup, controllerState } from './channel/ChannelGroup';
import { OpenChannel } from './channel/OpenChannel';
import { channelSettings, nameOf, pollPeriod, type ChannelSettings } from './channel/settings';
import type { ChannelOptions } from './contract/ChannelOptions';
import { assertInteger, assertObject, assertScheduler, isThenable, show } from './contract/checks';
import { assertChannelOptions, assertController, assertLink } from './contract/controllerChecks';
import { ChannelBusyError, ChannelClosedError } from './contract/errors';
import { wrongAnswer } from './contract/guards';
import type { MailboxController } from './contract/MailboxController';
import { monotonicScheduler } from './time/monotonic';
import { DISPOSE } from './util/dispose';

/**
 * A registered controller: hands its channels out, each to one owner at a time.
 *
 * Owners and tokens are counted for the controller object, also where several mailboxes are made from it.
 *
 * @typeParam Tx - Messages to send.
 * @typeParam Rx - Messages received.
 * @typeParam Ack - What a tx-done carries.
 * @example
 * {@includeCode ../docs/examples/quick-start.ts#example}
 * @see Linux: `mbox_controller_register`, `mbox_request_channel`
 */
export class Mailbox<Tx, Rx = Tx, Ack = void> {
  private readonly controller: MailboxController<Tx, Rx, Ack>;
  private readonly group: ChannelGroup;
  /** Of all channels without options. */
  private defaultSettings: ChannelSettings<Tx> | undefined = undefined;
  private closed = false;

  /**
   * Registers a controller.
   *
   * @param controller - The adapter to the transport.
   * @param options - `scheduler`: where all time comes from, taken as it is. Default: RxJS's timers and a monotonic clock, which follow
   *   `TestScheduler.run` and fake timers.
   * @throws TypeError, RangeError - if the controller says something that does not make sense; the text names it and what is accepted.
   */
  constructor(controller: MailboxController<Tx, Rx, Ack>, options: { scheduler?: SchedulerLike } = {}) {
    assertController(controller);
    assertObject('options', options);
    const { scheduler = monotonicScheduler } = options;
    assertScheduler('options.scheduler', scheduler);
    this.controller = controller;
    this.group = new ChannelGroup(scheduler, pollPeriod(controller), controllerState(controller));
  }

  /**
   * Becomes the owner of a channel, and starts it up.
   *
   * @param which - Its index, or what the controller's `translate` understands.
   * @param options - How to set it up; see {@link ChannelOptions}.
   * @returns The channel, which is free again after its `close()`.
   * @throws ChannelBusyError - if it has an owner, also by another mailbox on the same controller object.
   * @throws ChannelClosedError - if the mailbox is closed.
   * @throws TypeError, RangeError - if there is no such channel, or an option is wrong.
   * @throws Whatever the controller fails with while it starts the channel up.
   * @see Linux: `mbox_request_channel`, `mbox_request_channel_byname`
   */
  requestChannel(which: number | string, options?: ChannelOptions<Tx>): Channel<Tx, Rx, Ack> {
    if (options !== undefined) assertChannelOptions(options);
    const { controller, group } = this;
    const index = this.translate(which);
    const settings =
      options === undefined ? (this.defaultSettings ??= channelSettings(controller, {})) : channelSettings(controller, options);
    this.assertFree(index, settings);
    const link = controller.open(index);
    assertLink(link, settings.method);
    // Once more: `open` may have done anything.
    this.assertFree(index, settings);
    const channel = new OpenChannel(link, settings, group, index);
    // Taken before it starts up: what events$ does while it is being subscribed must find the channel owned.
    group.controller.owners.set(index, channel);
    try {
      channel.open();
    } catch (error) {
      group.controller.disown(index, channel);
      throw error;
    }
    return new Channel(channel);
  }

  /** Closes every channel; nothing can be requested after that. Again does nothing. */
  close(): void {
    this.closed = true;
    for (const channel of this.group.owned) channel.close();
  }

  /** The same as {@link close}, for `using`. */
  [DISPOSE](): void {
    this.close();
  }

  // Vue's `reactive` leaves objects with a tag of their own alone. A getter, because a field would cost every mailbox 8 bytes.
  /** @internal */
  // eslint-disable-next-line @typescript-eslint/class-literal-property-style
  get [Symbol.toStringTag](): string {
    return 'Mailbox';
  }

  private assertFree(index: number, settings: ChannelSettings<Tx>): void {
    if (this.closed) throw new ChannelClosedError(`mailbox ${this.controller.name}`, 'not-sent');
    if (this.group.controller.owners.has(index)) throw new ChannelBusyError(nameOf(settings, index));
  }

  private translate(which: number | string): number {
    const { translate, channelCount, name } = this.controller;
    if (typeof which !== 'number' && typeof which !== 'string') {
      throw new TypeError(`which is ${show(which)}; expected a channel number or name`);
    }
    if (typeof which === 'string' && !translate) {
      throw new TypeError(`which is '${which}'; ${name} has no named channels, expected an integer from 0 to ${channelCount - 1}`);
    }
    const index: unknown = translate ? translate.call(this.controller, which) : which;
    if (isThenable(index)) throw wrongAnswer('controller.translate', index, 'a channel number');
    assertInteger(Object.is(index, which) ? 'which' : `the channel of '${which}'`, index, 0, channelCount - 1);
    return index;
  }
}
