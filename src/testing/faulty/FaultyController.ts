import type { Correlation, LinkEnvironment, MailboxController } from '../../contract/MailboxController';
import type { TxDoneMethod } from '../../contract/TxDoneMethod';
import type { MailboxLink } from '../../contract/MailboxLink';
import { isGetter } from '../../contract/controllerChecks';
import type { ReadyChannels } from '../../contract/ReadyChannels';
import { liveProperty, passOn } from '../liveProperty';
import { FaultSource } from './FaultSource';
import { FaultyLink } from './FaultyLink';
import { assertFaultyOptions, type Fault, type FaultyOptions } from './FaultyOptions';

/**
 * Makes any controller unreliable, from a seed: it loses, delays, duplicates and reorders tx-dones and messages, refuses, throws, gives back
 * what it has accepted, and goes down.
 *
 * Unlike a {@link ScriptedController} it wraps a real controller, and faults come by chance. The same seed and the same events make the
 * same faults. {@link faults} is their log, and the `replay` option repeats exactly the faults of a log.
 *
 * It keeps what the controller declares, because a mailbox relies on that:
 *
 * - `'tagged'`: a tx-done names its message, so all faults are possible.
 * - `'ordered'`: while the link is up nothing is lost, reordered or duplicated, so a loss takes the link with it: nothing gets through any
 *   more, a little later the link emits `down`, then `up`. A delay also delays everything behind it.
 * - `'untagged'`: a tx-done may be lost or late; without a token it comes twice only while nothing is in flight. One that is later than the
 *   `quarantine` of a slot (the controller's or that of the channel's options) counts for the next message, so keep `maxDelay` below it.
 *
 * A message that it gives back (`giveBack`) was never passed on to the real link. The windows, the choice of the next channel and the `txDone`
 * of a link are the real controller's.
 *
 * A rate that would break this is a RangeError, unless `honest` is false.
 *
 * While the link is down the channel of the real controller is closed, so the other end sees that, too. Faults of sent messages are made
 * at this end, those of received messages at the receiving end: wrap both to have both. A received message that is delayed or lost here
 * counts as taken for the real controller and the other end.
 *
 * @typeParam Tx - Messages to send.
 * @typeParam Rx - Messages received.
 * @typeParam Ack - What a tx-done carries.
 * @typeParam Answer - What the tx-dones for received messages carry; default: the same.
 * @example
 * {@includeCode ../../../test/unit/testing/faulty/FaultyController.test.ts#example}
 */
export class FaultyController<Tx, Rx = Tx, Ack = void, Answer = Ack> implements MailboxController<Tx, Rx, Ack, Answer> {
  readonly name: string;
  readonly channelCount: number;
  readonly txDone: TxDoneMethod;
  readonly correlation: Correlation;
  declare readonly window?: number;
  declare readonly sharedWindow?: number;
  declare readonly nextChannel?: (ready: ReadyChannels) => number | undefined;
  declare readonly txPollPeriod?: number;
  declare readonly quarantine?: number;
  declare readonly translate?: (which: number | string) => number;
  /** Every fault that was made, in order. */
  readonly faults: Fault[] = [];

  private readonly sources = new Map<number, FaultSource>();
  private isActive = true;

  /**
   * Wraps a controller.
   *
   * @param controller - Used as a mailbox uses it, except that a channel is opened again after every `down`.
   * @param options - See {@link FaultyOptions}.
   * @throws TypeError or RangeError for an option that is not in its range, or a fault that the controller's links cannot have.
   */
  constructor(
    private readonly controller: MailboxController<Tx, Rx, Ack, Answer>,
    private readonly options: FaultyOptions,
  ) {
    assertFaultyOptions(options, controller);
    const { name, channelCount, txDone, correlation, txPollPeriod, quarantine } = controller;
    this.name = name;
    this.channelCount = channelCount;
    this.txDone = txDone;
    this.correlation = options.correlation ?? correlation;
    if (this.correlation === correlation) passOn(this, controller, 'window');
    else if (isGetter(controller, 'window')) liveProperty(this, 'window', () => Math.min(1, controller.window ?? 1));
    else this.window = 1;
    // Read anew each time even where it is a plain property.
    if (isGetter(controller, 'sharedWindow') || controller.sharedWindow !== undefined) {
      liveProperty(this, 'sharedWindow', () => controller.sharedWindow);
    }
    if (controller.nextChannel) this.nextChannel = (ready) => controller.nextChannel!(ready);
    if (txPollPeriod !== undefined) this.txPollPeriod = txPollPeriod;
    if (quarantine !== undefined) this.quarantine = quarantine;
    if (controller.translate) this.translate = (which) => controller.translate!(which);
  }

  /** Whether faults are made. Set it to false at the end of a test; delays and outages that have begun still take their time. */
  get active(): boolean {
    return this.isActive;
  }

  /** False: no more faults; true: faults again. */
  set active(active: boolean) {
    this.isActive = active;
    for (const source of this.sources.values()) source.active = active;
  }

  open(index: number, environment: LinkEnvironment): MailboxLink<Tx, Rx, Ack, Answer> {
    const { controller, correlation } = this;
    const window = (): number => this.window ?? 1;
    const real = controller.open(index, environment);
    return new FaultyLink(real, {
      controller,
      index,
      environment,
      source: this.source(index, environment),
      txDone: real.txDone ?? this.txDone,
      correlation,
      get window() {
        return window();
      },
      honest: this.options.honest ?? true,
      anonymous: correlation !== controller.correlation,
    });
  }

  /** One for each channel, and the same after it changed hands: the faults of a channel do not depend on the others. */
  private source(index: number, environment: LinkEnvironment): FaultSource {
    const { scheduler = environment.scheduler } = this.options;
    let source = this.sources.get(index);
    if (source !== undefined) source.scheduler = scheduler;
    else {
      source = new FaultSource(this.options, index, this.faults, scheduler);
      source.active = this.isActive;
      this.sources.set(index, source);
    }
    return source;
  }
}
