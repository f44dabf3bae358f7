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
  /** Runs txPrepare and the policies' last check: user code, may throw, send, cancel or close. False: nothing was run. */
  prepare(entry: E): boolean;
  /** Hands one message to the link. May throw. */
  handOver(entry: E): 'accepted' | 'busy';
  /** The message went in flight. */
  sent(entry: E): void;
  /** The link said `'busy'`. */
  refused(): void;
  /** Asks about one message. May throw. */
  lastTxDone(token: number): TxDoneAnswer<Ack>;
  /** Tells the link that a sender left this message in flight. */
  abort(token: number): void;
  /** A slot is held for a sender who left: start what may free it. */
  held(slot: HeldSlot): void;
  /** The epoch is over: stop a reset that is under way. */
  epochEnded(): void;
  /** Let go of the link. */
  shutdown(): void;
}
