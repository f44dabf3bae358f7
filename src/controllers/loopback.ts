/**
 * A controller without a transport: two ends in one process, for documentation, tests and applications that have no thread.
 *
 * @packageDocumentation
 */
import { asapScheduler, asyncScheduler, EMPTY, Observable, type SchedulerLike, type Subscriber, type Unsubscribable } from 'rxjs';
import { ChannelBusyError } from '../contract/errors';
import { assertFunction, assertInteger, assertNumber, assertObject, assertOneOf, MAX_DELAY } from '../contract/checks';
import { Deadlines } from '../time/Deadlines';
import type { Deadline } from '../time/Deadline';
import type { Correlation, MailboxController, TxDoneMethod } from '../contract/MailboxController';
import type { LinkEvent } from '../contract/LinkEvent';
import type { MailboxLink } from '../contract/MailboxLink';

/**
 * Options of {@link createLoopback}; they hold for both ends.
 *
 * @typeParam Message - Messages of both directions.
 * @typeParam Ack - What a tx-done carries.
 */
export interface LoopbackOptions<Message = unknown, Ack = void> {
  /** The ends are called `<name>-a` and `<name>-b` in error texts; default `'loopback'`. */
  name?: string;
  /** How many channels; an integer >= 1, default 1. */
  channelCount?: number;
  /** How a sender learns that its message has been taken; default `'irq'`. With `'ack'` the loopback only delivers. */
  txDone?: TxDoneMethod;
  /** What a tx-done says; default `'tagged'`. Less only makes sense in tests of applications whose real transport says less. */
  correlation?: Correlation;
  /** Messages in flight per channel and direction; an integer >= 1, default 1. */
  window?: number;
  /** Milliseconds between two questions, > 0; for `'poll'`. */
  txPollPeriod?: number;
  /** Longest time, in milliseconds, that a slot is held after its sender left, or `Infinity`. */
  quarantine?: number;
  /** Milliseconds from `sendData` to the receiver, 0 to 2³¹ − 1; default 0: within the same turn. */
  latency?: number;
  /**
   * Makes what the tx-done carries, once the receiver has returned; what it throws fails the message (`EIO`). Not with `'ack'`, where
   * the application says so itself.
   */
  ack?: (message: Message) => Ack;
  /** Time; not a synchronous scheduler. Default `asyncScheduler` for the latency, `asapScheduler` where one turn must end first. */
  scheduler?: SchedulerLike;
}

/**
 * Makes the two ends of a loopback: what is sent on a channel of one is received on the same channel of the other.
 *
 * Tx-done means that the receivers at the other end have returned, also by throwing. While the other end does not have the channel
 * open the link is down: messages wait in the queue, and those in flight when it closes fail with `ENETDOWN`. An end that has just been
 * opened gets what has been waiting for it in a turn of its own, so that its owner can subscribe first.
 *
 * Unlike the shared-memory controller it passes messages on by identity, and within the same turn unless there is a latency: a sender
 * is told before `subscribe()` returns. Only an answer that a receiver sends from inside its own subscriber comes in a turn of its
 * own, because the first send is not over before that.
 *
 * @typeParam A2B - Messages from the first end to the second.
 * @typeParam B2A - Messages from the second end to the first.
 * @typeParam Ack - What a tx-done carries.
 * @param options - See {@link LoopbackOptions}.
 * @returns Two controllers, one for each end's `Mailbox`.
 * @throws TypeError or RangeError for an option that is not in its range.
 * @example
 * {@includeCode ../../test/unit/controllers/loopback.test.ts#example}
 */
export function createLoopback<A2B = unknown, B2A = A2B, Ack = void>(
  options: LoopbackOptions<A2B | B2A, Ack> = {},
): [a: MailboxController<A2B, B2A, Ack>, b: MailboxController<B2A, A2B, Ack>] {
  assertObject('options', options);
  const { name = 'loopback', channelCount = 1, txDone = 'irq', correlation = 'tagged', window = 1, latency = 0 } = options;
  const { txPollPeriod, quarantine, ack, scheduler } = options;
  assertInteger('channelCount', channelCount, 1);
  assertOneOf('txDone', txDone, ['irq', 'poll', 'ack']);
  assertOneOf('correlation', correlation, ['tagged', 'ordered', 'untagged']);
  assertInteger('window', window, 1, correlation === 'untagged' ? 1 : undefined);
  assertNumber('latency', latency, `milliseconds, 0 to ${MAX_DELAY}`, (n) => n >= 0 && n <= MAX_DELAY);
  if (ack !== undefined) assertFunction('ack', ack);
  if (ack !== undefined && txDone === 'ack') throw new TypeError("ack is given; expected none where txDone is 'ack'");

  const settings: Settings<Ack> = {
    txDone,
    tagged: correlation === 'tagged',
    latency,
    outcome: ack === undefined ? () => ({}) : (message) => attempt(() => ack(message as A2B | B2A)),
    clock: new Deadlines(scheduler ?? asyncScheduler),
    hop: (work) => (scheduler ?? asapScheduler).schedule(work),
  };
  const wires: Wire[] = [];
  const end = <Tx, Rx>(side: 0 | 1, endName: string): MailboxController<Tx, Rx, Ack> => ({
    name: endName,
    channelCount,
    txDone,
    correlation,
    window,
    ...(txPollPeriod !== undefined && { txPollPeriod }),
    ...(quarantine !== undefined && { quarantine }),
    open: (index) => new LoopbackLink<Tx, Rx, Ack>((wires[index] ??= []), side, `${endName}[${index}]`, settings),
  });
  return [end(0, `${name}-a`), end(1, `${name}-b`)];
}

interface Settings<Ack> {
  readonly txDone: TxDoneMethod;
  readonly tagged: boolean;
  readonly latency: number;
  outcome(message: unknown): Outcome<Ack>;
  readonly clock: Deadlines;
  /** Runs something when the current turn is over. */
  hop(work: () => void): Unsubscribable;
}

interface Outcome<Ack> {
  ack?: Ack;
  error?: unknown;
}

/** The links that have one channel open, by side. */
type Wire = (LoopbackLink<never, unknown, unknown> | undefined)[];

/** A message on its way. */
interface Notice<Tx> {
  readonly message: Tx;
  readonly token: number;
  /** Waits for its turn, no longer for time to pass. */
  arrived: boolean;
  deadline?: Deadline;
}

/**
 * One end of one channel.
 *
 * `peer` is set on both ends or on neither. Whoever closes, closes the connection: what is on the way in either direction is lost, and
 * since every parcel and every tx-done goes through `peer`, nothing of it reaches a later owner.
 */
class LoopbackLink<Tx, Rx, Ack> implements MailboxLink<Tx, Rx, Ack> {
  readonly events$ = new Observable<LinkEvent<Rx, Ack>>((subscriber) => this.start(subscriber));
  declare readonly lastTxDone?: (token: number) => boolean | Outcome<Ack>;
  declare readonly abort?: (token: number) => void;

  private subscriber: Subscriber<LinkEvent<Rx, Ack>> | undefined;
  private peer: LoopbackLink<Rx, Tx, Ack> | undefined;
  private up = false;
  /** From the other end, oldest first. */
  private readonly coming = new Set<Notice<Rx>>();
  /** Polled only: not taken yet (`false`), likewise but nobody will ask (`'abandoned'`), or what to answer. */
  private readonly answers = new Map<number, false | 'abandoned' | Outcome<Ack>>();
  private sending = false;
  private delivering = false;
  private nextTurn: Unsubscribable | undefined;

  constructor(
    private readonly wire: Wire,
    private readonly side: 0 | 1,
    private readonly name: string,
    private readonly settings: Settings<Ack>,
  ) {
    if (settings.txDone !== 'poll') return;
    this.lastTxDone = (token) => this.answer(token);
    this.abort = (token) => this.abandon(token);
  }

  sendData(message: Tx, token: number): 'accepted' {
    const { peer, settings } = this;
    if (peer === undefined) throw new Error(`${this.name} is down`);
    if (settings.txDone === 'poll') this.answers.set(token, false);
    const parcel: Notice<Tx> = { message, token, arrived: settings.latency === 0 };
    peer.coming.add(parcel);
    if (parcel.arrived) {
      this.sending = true;
      try {
        // An end that is inside its own sendData, further up, hears nothing before that has returned; and then neither this nor any other
        // code here is on the stack to see its receivers return.
        if (peer.sending) peer.continueNextTurn();
        else peer.deliver();
      } finally {
        this.sending = false;
      }
    } else {
      parcel.deadline = settings.clock.after(settings.latency, () => {
        parcel.arrived = true;
        peer.deliver();
      });
    }
    return 'accepted';
  }

  /** Nothing has to be pushed: what is in flight arrives by itself. */
  flush(): Observable<never> {
    return EMPTY;
  }

  peekData(): boolean {
    return this.coming.size > 0;
  }

  private start(subscriber: Subscriber<LinkEvent<Rx, Ack>>): void {
    const { wire, side } = this;
    if (wire[side] !== undefined) return subscriber.error(new ChannelBusyError(this.name));
    wire[side] = this;
    this.subscriber = subscriber;
    subscriber.add(() => this.stop());
    const peer = wire[1 - side] as LoopbackLink<Rx, Tx, Ack> | undefined;
    if (peer === undefined) return subscriber.next({ type: 'down', reason: this.otherEndClosed() });
    this.up = true;
    this.peer = peer;
    peer.peer = this;
    // Not now: what waits at the other end would arrive before our own owner, who is still opening, can subscribe.
    peer.continueNextTurn();
  }

  private stop(): void {
    const { wire, side, peer } = this;
    wire[side] = undefined;
    this.disconnect();
    if (peer === undefined) return;
    peer.disconnect();
    if (!peer.up) return;
    peer.up = false;
    peer.subscriber?.next({ type: 'down', reason: peer.otherEndClosed() });
  }

  private disconnect(): void {
    this.peer = undefined;
    this.nextTurn?.unsubscribe();
    this.nextTurn = undefined;
    for (const { deadline } of this.coming) deadline?.stop();
    this.coming.clear();
    this.answers.clear();
  }

  private continueNextTurn(): void {
    this.nextTurn ??= this.settings.hop(() => {
      this.nextTurn = undefined;
      if (!this.up) {
        this.up = true;
        this.subscriber?.next({ type: 'up' });
      }
      this.deliver();
    });
  }

  /** Hands over what has arrived: one message at a time, also when a receiver causes the next one. */
  private deliver(): void {
    if (this.delivering) return;
    this.delivering = true;
    for (const parcel of this.coming) {
      if (!parcel.arrived) break;
      this.coming.delete(parcel);
      const { peer } = this;
      // Never throws: RxJS reports what a receiver throws.
      this.subscriber?.next({ type: 'received', message: parcel.message });
      // A receiver may have closed either end, and even opened it again.
      if (this.peer === peer) peer?.taken(parcel);
    }
    this.delivering = false;
  }

  private taken({ message, token }: Notice<Tx>): void {
    const { settings } = this;
    if (settings.txDone === 'irq') {
      this.subscriber?.next({ type: 'txDone', ...(settings.tagged && { token }), ...settings.outcome(message) });
    } else if (settings.txDone === 'poll') {
      if (this.answers.get(token) === 'abandoned') this.answers.delete(token);
      else this.answers.set(token, settings.outcome(message));
    }
  }

  private answer(token: number): boolean | Outcome<Ack> {
    const answer = this.answers.get(token);
    if (answer === false || answer === 'abandoned') return false;
    this.answers.delete(token);
    return answer ?? true;
  }

  // A slot that its sender left may never be asked about, and must not leave an answer behind.
  private abandon(token: number): void {
    if (this.answers.get(token) === false) this.answers.set(token, 'abandoned');
    else this.answers.delete(token);
  }

  private otherEndClosed(): Error {
    return new Error(`${this.name} is not open at the other end`);
  }
}

function attempt<Ack>(makeAck: () => Ack): Outcome<Ack> {
  try {
    return { ack: makeAck() };
  } catch (error) {
    // An `undefined` error would mean success.
    return { error: error ?? new Error(`ack threw ${String(error)}`) };
  }
}
