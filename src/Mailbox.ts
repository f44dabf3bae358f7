import { catchError, concat, defer, EMPTY, merge, takeUntil, timer, type Observable, type SchedulerLike } from 'rxjs';
import { Channel } from './Channel';
import { ChannelGroup, controllerState } from './channel/ChannelGroup';
import { OpenChannel } from './channel/OpenChannel';
import { channelSettings, methodFor, methodOf, nameOf, pollPeriod, type ChannelSettings } from './channel/settings';
import type { ChannelOptions } from './contract/ChannelOptions';
import type { ChannelState } from './contract/ChannelState';
import { assertInteger, assertObject, assertScheduler, assertTimeLimit, isThenable, show } from './contract/checks';
import { assertCallbacks, assertChannelOptions, assertController, assertLink } from './contract/controllerChecks';
import { ChannelBusyError, ChannelClosedError } from './contract/errors';
import { wrongAnswer } from './contract/guards';
import type { MailboxController } from './contract/MailboxController';
import type { TxDoneMethod } from './contract/TxDoneMethod';
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
 * @typeParam Answer - What the tx-dones for received messages carry; default: the same.
 * @example
 * {@includeCode ../docs/examples/quick-start.ts#example}
 * @see Linux: `mbox_controller_register`, `mbox_request_channel`
 */
export class Mailbox<Tx, Rx = Tx, Ack = void, Answer = Ack> {
  private readonly controller: MailboxController<Tx, Rx, Ack, Answer>;
  private readonly group: ChannelGroup;
  /** Of all channels without options, by their method. */
  private readonly defaultSettings: Partial<Record<TxDoneMethod, ChannelSettings<Tx>>> = {};
  private closed = false;

  /**
   * Registers a controller.
   *
   * @param controller - The adapter to the transport.
   * @param options - `scheduler`: where all time comes from, taken as it is. Default: RxJS's timers and a monotonic clock, which follow
   *   `TestScheduler.run` and fake timers.
   * @throws TypeError, RangeError - if the controller says something that does not make sense; the text names it and what is accepted.
   */
  constructor(controller: MailboxController<Tx, Rx, Ack, Answer>, options: { scheduler?: SchedulerLike } = {}) {
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
  requestChannel(which: number | string, options?: ChannelOptions<Tx>): Channel<Tx, Rx, Ack, Answer> {
    if (options !== undefined) assertChannelOptions(options);
    const { controller, group } = this;
    const index = this.translate(which);
    const name = nameOf({ name: options?.name, controller: controller.name }, index);
    this.assertFree(index, name);
    const link = controller.open(index, { scheduler: group.clocks.scheduler });
    assertLink(link);
    const method = methodOf(controller, link);
    assertCallbacks(link, methodFor(method, options ?? {}));
    // Once more: `open` may have done anything.
    this.assertFree(index, name);
    const settings = this.settingsOf(method, options);
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

  private settingsOf(method: TxDoneMethod, options: ChannelOptions<Tx> | undefined): ChannelSettings<Tx> {
    const { controller, defaultSettings } = this;
    if (options !== undefined) return channelSettings(controller, method, options);
    return (defaultSettings[method] ??= channelSettings(controller, method, {}));
  }

  /**
   * Makes an Observable that closes the mailbox once every message that it has accepted has settled: cold, it completes then.
   *
   * Unlike {@link close} it fails nothing before `limit`. From subscription on, requests and sends get `ChannelClosedError`. What is left after
   * `limit` is closed. A slot that is held for a sender who has left delays nothing.
   *
   * **Cancellation**: unsubscribing stops waiting; the channels go on to close, each when its messages have settled.
   *
   * @param limit - Longest wait in milliseconds, 1 to 2³¹ − 1.
   * @returns Never emits, and has no errors. The mailbox is closed when it completes.
   * @throws TypeError, RangeError - if `limit` is wrong.
   * @example
   * {@includeCode ../docs/examples/shutting-down.ts#example}
   */
  closeWhenIdle(limit: number): Observable<never> {
    assertTimeLimit('limit', limit);
    const drained = defer(() => {
      this.closed = true;
      const { owned } = this.group;
      const ends = owned.map(({ streams }) => streams.closed$.pipe(catchError(() => EMPTY)));
      for (const channel of owned) channel.drain();
      return merge(...ends);
    });
    const closed = defer(() => {
      this.close();
      return EMPTY;
    });
    return concat(drained.pipe(takeUntil(timer(limit, this.group.clocks.scheduler))), closed);
  }

  /** What each channel that has an owner is doing: snapshots, for tools, in the order in which they were requested. */
  states(): ChannelState[] {
    return this.group.owned.map(({ state }) => state);
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

  private assertFree(index: number, channel: string): void {
    if (this.closed) throw new ChannelClosedError(`mailbox ${this.controller.name}`, 'not-sent');
    if (this.group.controller.owners.has(index)) throw new ChannelBusyError(channel);
  }

  private translate(which: number | string): number {
    const { translate, channelCount, name } = this.controller;
    if (typeof which !== 'number' && typeof which !== 'string') {
      throw new TypeError(`which is ${show(which)}; expected a channel number or name`);
    }
    if (typeof which === 'string' && !translate) {
      const range = channelCount === Infinity ? '>= 0' : `from 0 to ${channelCount - 1}`;
      throw new TypeError(`which is '${which}'; ${name} has no named channels, expected an integer ${range}`);
    }
    const index: unknown = translate ? translate.call(this.controller, which) : which;
    if (isThenable(index)) throw wrongAnswer('controller.translate', index, 'a channel number');
    assertInteger(
      Object.is(index, which) ? 'which' : `the channel of '${which}'`,
      index,
      0,
      channelCount === Infinity ? undefined : channelCount - 1,
    );
    return index;
  }
}
