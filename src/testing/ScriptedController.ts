import { Subscription, type Observable, type ObservableInput, type SchedulerLike } from 'rxjs';
import type { Correlation, MailboxController, TxDoneMethod } from '../contract/MailboxController';
import type { ScriptStep } from './script';
import { ScriptedLink } from './ScriptedLink';

/**
 * Options of a {@link ScriptedController}; what is left out is left out of the controller and its links, too.
 *
 * @typeParam Tx - Messages to send.
 * @typeParam Rx - Messages received.
 * @typeParam Ack - What a tx-done carries.
 */
export interface ScriptedOptions<Tx, Rx, Ack> {
  /** Default `'scripted'`. */
  name?: string;
  /** Default 1. */
  channelCount?: number;
  /** Default `'irq'`. Links have `lastTxDone` if this is `'poll'`. */
  txDone?: TxDoneMethod;
  /** Default `'tagged'`. */
  correlation?: Correlation;
  /** Messages in flight. */
  window?: number;
  /** Milliseconds. */
  txPollPeriod?: number;
  /** Milliseconds or `Infinity`. */
  quarantine?: number;
  /** Turns what the application asks for into a channel index. */
  translate?: (which: number | string) => number;
  /** Called from inside `sendData` when a message has been accepted; may answer at once, and what it throws, `sendData` throws. */
  onSend?: (message: Tx, token: number, link: ScriptedLink<Tx, Rx, Ack>) => void;
  /** Called when `events$` is being subscribed; for what a link says during startup. */
  onStart?: (link: ScriptedLink<Tx, Rx, Ack>) => void;
  /** Gives links an `abort`. */
  abort?: boolean;
  /** Gives links a `reset`. */
  reset?: () => ObservableInput<unknown>;
  /** Gives links a `flush`; `limit` is in milliseconds. */
  flush?: (limit: number) => ObservableInput<unknown>;
  /** Gives links a `peekData`. */
  peekData?: () => boolean;
  /** Merged into `events$` while that is subscribed; its error and completion are those of `events$`. */
  script?: Observable<ScriptStep<Rx, Ack>>;
  /** Breaks the contract: what links emit after they were unsubscribed still reaches the subscriber. */
  talksAfterShutdown?: boolean;
  /** The clock of the `at` fields; default `asyncScheduler`, which tells virtual time inside `TestScheduler.run`. */
  scheduler?: SchedulerLike;
}

/**
 * A controller for tests: it accepts messages, remembers them, and reports only what the test says, by hand or from a script of marbles.
 *
 * Unlike the loopback there is no other end, and it does not check what the test makes it say: also what a real controller must not.
 *
 * @typeParam Tx - Messages to send.
 * @typeParam Rx - Messages received.
 * @typeParam Ack - What a tx-done carries.
 * @example By hand
 * {@includeCode ../../test/unit/testing/ScriptedController.test.ts#byHand}
 * @example As marbles
 * {@includeCode ../../test/unit/testing/ScriptedController.test.ts#marbles}
 */
export class ScriptedController<Tx = string, Rx = Tx, Ack = void> implements MailboxController<Tx, Rx, Ack> {
  readonly name: string;
  readonly channelCount: number;
  readonly txDone: TxDoneMethod;
  readonly correlation: Correlation;
  declare readonly window?: number;
  declare readonly txPollPeriod?: number;
  declare readonly quarantine?: number;
  declare readonly translate?: (which: number | string) => number;
  /** Every link that was opened, in order. */
  readonly links: ScriptedLink<Tx, Rx, Ack>[] = [];

  readonly #options: ScriptedOptions<Tx, Rx, Ack>;

  constructor(options: ScriptedOptions<Tx, Rx, Ack> = {}) {
    this.#options = { name: 'scripted', channelCount: 1, txDone: 'irq', correlation: 'tagged', ...options };
    const { name, channelCount, txDone, correlation, window, txPollPeriod, quarantine, translate } = this.#options;
    this.name = name!;
    this.channelCount = channelCount!;
    this.txDone = txDone!;
    this.correlation = correlation!;
    if (window !== undefined) this.window = window;
    if (txPollPeriod !== undefined) this.txPollPeriod = txPollPeriod;
    if (quarantine !== undefined) this.quarantine = quarantine;
    if (translate !== undefined) this.translate = translate;
  }

  /** How often a link was opened. */
  get opened(): number {
    return this.links.length;
  }

  open(index: number): ScriptedLink<Tx, Rx, Ack> {
    const link = new ScriptedLink(index, this.#options);
    this.links.push(link);
    return link;
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
   * Plays a script from now on, each step on the link that is then the latest of its channel.
   *
   * Unlike the `script` option it goes on when the channel changes hands.
   *
   * @param steps - The script; its error and completion are those of the link's `events$`.
   * @param index - The channel.
   * @returns Unsubscribe to stop playing.
   */
  play(steps: Observable<ScriptStep<Rx, Ack>>, index = 0): Subscription {
    return steps.subscribe({
      next: (step) => this.link(index).step(step),
      error: (reason: unknown) => this.link(index).fail(reason),
      complete: () => this.link(index).end(),
    });
  }
}
