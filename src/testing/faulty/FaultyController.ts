import type { Correlation, MailboxController, TxDoneMethod } from '../../contract/MailboxController';
import type { MailboxLink } from '../../contract/MailboxLink';
import { FaultSource } from './FaultSource';
import { FaultyLink } from './FaultyLink';
import { assertFaultyOptions, type Fault, type FaultyOptions } from './FaultyOptions';

/**
 * Makes any controller unreliable, from a seed: loses, delays, doubles and swaps tx-dones and messages, refuses, throws, goes down.
 *
 * Unlike a {@link ScriptedController} it has a real controller behind it, and faults come by chance; the same seed over the same events
 * makes the same faults, {@link faults} is their log, and the `replay` option makes exactly those of a log again.
 *
 * It keeps what the controller declares, because a mailbox relies on that, and a wire that lies proves nothing about it:
 *
 * - `'tagged'`: a tx-done names its message, so all faults are possible;
 * - `'ordered'`: nothing is lost or swapped as long as the link is up, so losing anything is losing the link: nothing gets through any
 *   more, a little later the link says `down`, then comes `up` again; a delay holds up all that is behind it; nothing is swapped, and no
 *   message comes twice;
 * - `'untagged'`: a tx-done may be lost, or be late; it comes twice only while nothing is in flight. What is later than a slot's
 *   `quarantine` (also that of the channel's options) is taken for the next message's: keep `maxDelay` below.
 *
 * Rates that cannot be had in this way are a RangeError; `honest: false` allows everything.
 *
 * While the link is down the controller's channel is closed, so the other end sees it, too. Faults of sent messages are made at this end,
 * those of received messages at the receiving one: wrap both to have both. A message that is delayed or lost here has been taken, as far
 * as the controller and the other end know.
 *
 * @typeParam Tx - Messages to send.
 * @typeParam Rx - Messages received.
 * @typeParam Ack - What a tx-done carries.
 * @example
 * {@includeCode ../../../test/unit/testing/faulty.test.ts#example}
 */
export class FaultyController<Tx, Rx = Tx, Ack = void> implements MailboxController<Tx, Rx, Ack> {
  readonly name: string;
  readonly channelCount: number;
  readonly txDone: TxDoneMethod;
  readonly correlation: Correlation;
  declare readonly window?: number;
  declare readonly txPollPeriod?: number;
  declare readonly quarantine?: number;
  declare readonly translate?: (which: number | string) => number;
  /** Every fault that was made, in order. */
  readonly faults: Fault[] = [];

  readonly #controller: MailboxController<Tx, Rx, Ack>;
  readonly #options: FaultyOptions;
  readonly #sources = new Map<number, FaultSource>();
  #active = true;

  /**
   * Wraps a controller.
   *
   * @param controller - Used as a mailbox does, except that a channel is opened anew after every `down`.
   * @param options - See {@link FaultyOptions}.
   * @throws TypeError or RangeError for an option that is not in its range, or a fault that the controller's links cannot have.
   */
  constructor(controller: MailboxController<Tx, Rx, Ack>, options: FaultyOptions) {
    assertFaultyOptions(options, controller);
    this.#controller = controller;
    this.#options = options;
    const { name, channelCount, txDone, correlation, window, txPollPeriod, quarantine } = controller;
    this.name = name;
    this.channelCount = channelCount;
    this.txDone = txDone;
    this.correlation = options.correlation ?? correlation;
    if (this.correlation !== correlation) this.window = 1;
    else if (window !== undefined) this.window = window;
    if (txPollPeriod !== undefined) this.txPollPeriod = txPollPeriod;
    if (quarantine !== undefined) this.quarantine = quarantine;
    if (controller.translate) this.translate = (which) => controller.translate!(which);
  }

  /** Whether faults are made; those under way run their course. Set it to false to let things settle at the end of a test. */
  get active(): boolean {
    return this.#active;
  }

  /** False: no faults from here on; true: again. */
  set active(active: boolean) {
    this.#active = active;
    for (const source of this.#sources.values()) source.active = active;
  }

  open(index: number): MailboxLink<Tx, Rx, Ack> {
    const { txDone, correlation, window = 1 } = this;
    return new FaultyLink({
      controller: this.#controller,
      index,
      source: this.#source(index),
      txDone,
      correlation,
      window,
      honest: this.#options.honest ?? true,
    });
  }

  /** One per channel, also when it changes hands: what happens on another must not matter. */
  #source(index: number): FaultSource {
    let source = this.#sources.get(index);
    if (source === undefined) {
      source = new FaultSource(this.#options, index, this.faults);
      source.active = this.#active;
      this.#sources.set(index, source);
    }
    return source;
  }
}
