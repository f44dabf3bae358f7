import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { Channel, type ChannelOptions } from './Channel';
import { ChannelBusyError, ChannelClosedError } from './contract/errors';
import { assertInteger, assertObject, assertScheduler, show } from './contract/checks';
import { DISPOSE } from './util/dispose';
import { assertChannelOptions, assertController, assertLink, nameOf, pollPeriod, portSettings } from './channel/settings';
import { SharedClocks } from './time/SharedClocks';
import { OpenChannel, type ChannelSettings } from './channel/OpenChannel';
import type { MailboxController } from './contract/MailboxController';

/**
 * A registered controller: hands its channels out, each to one owner at a time.
 *
 * @typeParam Tx - Messages to send.
 * @typeParam Rx - Messages received.
 * @typeParam Ack - What a tx-done carries.
 * @example
 * {@includeCode ../docs/examples/quick-start.ts#example}
 * @see Linux: `mbox_controller_register`, `mbox_request_channel`
 */
export class Mailbox<Tx, Rx = Tx, Ack = void> {
  readonly #controller: MailboxController<Tx, Rx, Ack>;
  readonly #environment: SharedClocks;
  readonly #ports = new Map<number, OpenChannel<Tx, Rx, Ack>>();
  /** Of all channels without options. */
  #settings: ChannelSettings<Tx> | undefined;
  #closed = false;

  /**
   * Registers a controller.
   *
   * @param controller - The adapter to the transport.
   * @param options - `scheduler`: where all time comes from; default `asyncScheduler`.
   * @throws TypeError, RangeError - if the controller says something that does not make sense; the text names it and what is accepted.
   */
  constructor(controller: MailboxController<Tx, Rx, Ack>, options: { scheduler?: SchedulerLike } = {}) {
    assertController(controller);
    assertObject('options', options);
    const { scheduler = asyncScheduler } = options;
    assertScheduler('options.scheduler', scheduler);
    this.#controller = controller;
    this.#environment = new SharedClocks(scheduler, pollPeriod(controller));
  }

  /**
   * Becomes the owner of a channel, and starts it up.
   *
   * @param which - Its index, or what the controller's `translate` understands.
   * @param options - How to set it up; see {@link ChannelOptions}.
   * @returns The channel, which is free again after its `close()`.
   * @throws ChannelBusyError - if it has an owner.
   * @throws ChannelClosedError - if the mailbox is closed.
   * @throws TypeError, RangeError - if there is no such channel, or an option is wrong.
   * @throws Whatever the controller fails with while it starts the channel up.
   * @see Linux: `mbox_request_channel`, `mbox_request_channel_byname`
   */
  requestChannel(which: number | string, options?: ChannelOptions<Tx>): Channel<Tx, Rx, Ack> {
    if (options !== undefined) assertChannelOptions(options);
    const controller = this.#controller;
    const index = this.#translate(which);
    const settings = options === undefined ? (this.#settings ??= portSettings(controller, {})) : portSettings(controller, options);
    this.#assertFree(index, settings);
    const link = controller.open(index);
    assertLink(link, settings.method);
    // Once more: `open` may have done anything.
    this.#assertFree(index, settings);
    const port = new OpenChannel(link, settings, this.#environment, index, this.#ports);
    // Taken before it starts up: what events$ does while it is being subscribed must find the channel owned.
    this.#ports.set(index, port);
    try {
      port.open();
    } catch (error) {
      this.#ports.delete(index);
      throw error;
    }
    return new Channel(port);
  }

  /** Closes every channel; nothing can be requested after that. Again does nothing. */
  close(): void {
    this.#closed = true;
    for (const port of [...this.#ports.values()]) port.close();
  }

  /** The same as {@link close}, for `using`. */
  [DISPOSE](): void {
    this.close();
  }

  #assertFree(index: number, settings: ChannelSettings<Tx>): void {
    if (this.#closed) throw new ChannelClosedError(`mailbox ${this.#controller.name}`, 'not-sent');
    if (this.#ports.has(index)) throw new ChannelBusyError(nameOf(settings, index));
  }

  #translate(which: number | string): number {
    const { translate, channelCount, name } = this.#controller;
    if (typeof which !== 'number' && typeof which !== 'string') {
      throw new TypeError(`which is ${show(which)}; expected a channel number or name`);
    }
    if (typeof which === 'string' && !translate) {
      throw new TypeError(`which is '${which}'; ${name} has no named channels, expected an integer from 0 to ${channelCount - 1}`);
    }
    const index = translate ? translate.call(this.#controller, which) : which;
    assertInteger(Object.is(index, which) ? 'which' : `the channel of '${which}'`, index, 0, channelCount - 1);
    return index;
  }
}
