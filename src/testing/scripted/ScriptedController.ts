import type { Observable, Subscription } from 'rxjs';
import type { Correlation, LinkEnvironment, MailboxController } from '../../contract/MailboxController';
import type { TxDoneMethod } from '../../contract/TxDoneMethod';
import type { MailboxLink } from '../../contract/MailboxLink';
import type { ReadyChannels } from '../../contract/ReadyChannels';
import { liveProperty } from '../liveProperty';
import { playOn } from './playOn';
import type { ScriptStep } from './script';
import { ScriptedLink, type ScriptedOptions } from './ScriptedLink';

/**
 * A controller for tests: it accepts and records messages, and reports only what the test tells it to, by hand or from a marble script.
 *
 * Unlike the loopback it has no other end. It does not check what it is told, so a test can also break the contract.
 *
 * @typeParam Tx - Messages to send.
 * @typeParam Rx - Messages received.
 * @typeParam Ack - What a tx-done carries.
 * @example By hand
 * {@includeCode ../../../test/unit/testing/scripted/ScriptedController.test.ts#byHand}
 * @example As marbles
 * {@includeCode ../../../test/unit/testing/scripted/ScriptedController.test.ts#marbles}
 */
export class ScriptedController<Tx = string, Rx = Tx, Ack = void> implements MailboxController<Tx, Rx, Ack> {
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
  /** Every link that was opened, in order. */
  readonly links: ScriptedLink<Tx, Rx, Ack>[] = [];

  private readonly options: ScriptedOptions<Tx, Rx, Ack>;

  constructor(options: ScriptedOptions<Tx, Rx, Ack> = {}) {
    this.options = { name: 'scripted', channelCount: 1, txDone: 'irq', correlation: 'tagged', ...options };
    const { name, channelCount, txDone, correlation, window, sharedWindow, nextChannel, txPollPeriod, quarantine, translate } =
      this.options;
    this.name = name!;
    this.channelCount = channelCount!;
    this.txDone = txDone!;
    this.correlation = correlation!;
    if (window !== undefined) setOrCompute(this, 'window', window);
    if (sharedWindow !== undefined) setOrCompute(this, 'sharedWindow', sharedWindow);
    if (nextChannel !== undefined) this.nextChannel = nextChannel;
    if (txPollPeriod !== undefined) this.txPollPeriod = txPollPeriod;
    if (quarantine !== undefined) this.quarantine = quarantine;
    if (translate !== undefined) this.translate = translate;
  }

  /** How often a link was opened. */
  get opened(): number {
    return this.links.length;
  }

  open(index: number, environment?: LinkEnvironment): MailboxLink<Tx, Rx, Ack> {
    const link = new ScriptedLink(index, this.options, environment?.scheduler);
    this.links.push(link);
    return link.asLink();
  }

  /**
   * The latest link of a channel.
   *
   * @param index - The channel.
   * @throws Error when the channel was never opened.
   */
  link(index = 0): ScriptedLink<Tx, Rx, Ack> {
    const link = this.links.filter((candidate) => candidate.index === index).at(-1);
    if (link === undefined) throw new Error(`${this.name}: channel ${index} was never opened`);
    return link;
  }

  /**
   * Plays a script from now on, each step on the latest link of the channel.
   *
   * Unlike the `script` option it continues when the channel changes hands.
   *
   * @param steps - The script; its error and completion are those of the link's `events$`.
   * @param index - The channel.
   * @returns Unsubscribe to stop playing.
   */
  play(steps: Observable<ScriptStep<Rx, Ack>>, index = 0): Subscription {
    return steps.subscribe(playOn(() => this.link(index)));
  }
}

function setOrCompute(controller: object, name: string, value: number | (() => number)): void {
  if (typeof value === 'function') liveProperty(controller, name, value);
  else Object.assign(controller, { [name]: value });
}
