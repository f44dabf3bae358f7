import type { ChannelEvent } from '../contract/ChannelEvent';
import type { TxDoneResult } from '../contract/LinkEvent';
import type { HeldSlot } from './HeldSlot';
import type { TxEntry } from './TxEntry';

/** What `lastTxDone` may answer. */
export type TxDoneAnswer<Ack> = boolean | TxDoneResult<Ack>;

/** Whom the core notifies. */
export interface Notified<E> {
  /** Whether anybody listens to {@link trace}. */
  readonly tracing: boolean;
  trace(event: ChannelEvent): void;
  /** The time of an event. */
  now(): number;
  /** A message has settled: its report first, then its sender. */
  deliver(entry: E): void;
  /** The channel has closed and everybody has been notified. */
  ended(): void;
  /** Everybody has been notified of what there was. May cause more. */
  afterNotifying(): void;
}

/** Everything that the core causes. Only those that say so may throw. */
export interface TxEffects<Tx, Ack, E extends TxEntry<Tx, Ack>> extends Notified<E> {
  /** How the channel is called in error texts. */
  readonly name: string;
  readonly index: number;
  /** How many messages may be in flight, where that may change. */
  readonly window: (() => number) | undefined;
  /** A message with watches was accepted. */
  queued(entry: E): void;
  /** Whether {@link prepare} has anything to run for this message. */
  prepares(entry: E): boolean;
  /** Runs the policies' last check, and txPrepare before the first attempt: user code, may throw, send, cancel or close. */
  prepare(entry: E, first: boolean): void;
  /** Hands one message to the link. May throw. */
  handOver(entry: E): 'accepted' | 'busy';
  /** The message went in flight. */
  sent(entry: E): void;
  /** The link said `'busy'`, or has given a message back that it had accepted. */
  refused(givenBack: boolean): void;
  /** The link has given the message back. */
  returned(entry: E): void;
  /** The device works on the message. */
  progress(entry: E): void;
  /** Try a refused head again 1 ms later. */
  retryLater(): void;
  /** Asks about one message. May throw. */
  lastTxDone(token: number): TxDoneAnswer<Ack>;
  /** Tells the link that a sender left this message in flight. */
  abort(token: number): void;
  /** A slot is held for a sender who left: start its quarantine. */
  held(slot: HeldSlot): void;
  /** Whether the link can be reset. */
  readonly resets: boolean;
  /** Reset the link. */
  reset(): void;
  /**
   * Something is to be done when this turn ends.
   *
   * @param needed - Somebody waits for it. Otherwise it may come whenever a turn ends next.
   */
  atTurnEnd(needed: boolean): void;
  /** Whether messages that others have displaced may be told now. If not, it comes back 1 ms later. */
  mayTellDisplaced(): boolean;
  /** The link is up, or down. */
  turned(up: boolean): void;
  /** The epoch is over: stop a reset that is under way, and a later attempt. */
  epochEnded(): void;
  /** Let go of the link. */
  shutdown(): void;
}
