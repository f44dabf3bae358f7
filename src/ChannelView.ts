import { Observable, type Observer, type Subscription } from 'rxjs';
import { flush } from './channel/flush';
import type { OpenChannel } from './channel/OpenChannel';
import { whenIdle } from './channel/whenIdle';
import type { ANSWER } from './contract/Answers';
import type { ChannelEvent } from './contract/ChannelEvent';
import { assertTimeLimit } from './contract/checks';
import type { TxReport } from './contract/TxReceipt';

/**
 * A registered symbol, so that an operator of another copy of the package finds the inside of a channel.
 *
 * It carries a version: raise it whenever the inside changes, so that a copy never reaches into what it does not know.
 */
export const INSIDE = Symbol.for('rx-mailbox.channel@3');

/**
 * The side of a channel that looks: what is received, what became of messages, what the channel is doing.
 *
 * Unlike a {@link Channel}, which it is part of, it sends nothing and ends nothing.
 *
 * @typeParam Tx - Messages to send.
 * @typeParam Rx - Messages received.
 * @typeParam Ack - What a tx-done carries.
 * @typeParam Answer - What the tx-dones for received messages carry.
 */
export abstract class ChannelView<Tx, Rx, Ack, Answer = Ack> extends Observable<Rx> {
  /** @internal */
  declare readonly [ANSWER]?: Answer;
  // Private by type only, here and elsewhere: a `#` field would make a Proxy around a channel useless.
  /** @internal */
  protected readonly inside: OpenChannel<Tx, Rx, Ack>;

  /** @internal */
  constructor(inside: OpenChannel<Tx, Rx, Ack>) {
    super();
    this.inside = inside;
  }

  // Overrides the public method: a function to subscribe with would be a third of what the channel itself takes (see docs/adr/0004).
  /** Receives. */
  override subscribe(observerOrNext?: Partial<Observer<Rx>> | ((value: Rx) => void) | null): Subscription;
  /** The same, with up to three functions. */
  override subscribe(
    next?: ((value: Rx) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription;
  override subscribe(...args: Parameters<Observable<Rx>['subscribe']>): Subscription {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- whichever of its forms the caller has used
    return this.inside.streams.received$.subscribe(...args);
  }

  /** @internal */
  get [INSIDE](): OpenChannel<Tx, Rx, Ack> {
    return this.inside;
  }

  // Vue's `reactive` leaves objects with a tag of their own alone. A getter, because a field would cost every channel 8 bytes.
  /** @internal */
  // eslint-disable-next-line @typescript-eslint/class-literal-property-style
  get [Symbol.toStringTag](): string {
    return 'Channel';
  }

  /** How the channel is called: `options.name`, or its controller and its number. */
  get name(): string {
    return this.inside.name;
  }

  /** Whether the link takes messages. False once the channel has closed. */
  get up(): boolean {
    return this.inside.up;
  }

  /**
   * Whether the link takes messages: now, and then whenever that changes. Completes when the channel closes.
   *
   * Unlike {@link up} it comes in the order of what happened: after the outcomes that were known before.
   *
   * @example
   * {@includeCode ../docs/examples/link-down.ts#example}
   */
  get up$(): Observable<boolean> {
    return this.inside.up$;
  }

  /**
   * Tells whether data wait to be received; false where the controller cannot tell, or the channel is closed.
   *
   * @see Linux: `mbox_client_peek_data`
   */
  peekData(): boolean {
    return this.inside.peekData();
  }

  /**
   * Makes an Observable that waits until nothing waits, nothing is in flight and no slot is held: cold, it completes then.
   *
   * Unlike {@link flush} it asks nothing of the link, so it works with every controller. It keeps nobody from sending, and settles nothing: put a
   * `txTimeout` on the sends to bound that. While the link is down it waits.
   *
   * **Cancellation**: unsubscribing stops waiting.
   *
   * @param limit - Longest wait in milliseconds, 1 to 2³¹ − 1; default: none.
   * @returns Never emits. Errors: `TxTimeoutError` after `limit`, `ChannelClosedError`.
   * @throws TypeError, RangeError - if `limit` is wrong.
   * @example
   * {@includeCode ../docs/examples/shutting-down.ts#example}
   * @see Linux has no counterpart: `mbox_flush` needs the controller
   */
  whenIdle(limit?: number): Observable<never> {
    if (limit !== undefined) assertTimeLimit('limit', limit);
    return whenIdle(this.inside as unknown as OpenChannel<never, unknown, unknown>, limit);
  }

  /**
   * Makes an Observable that drains the channel: cold, it completes when the controller has flushed and nothing waits or is in flight.
   *
   * Unlike {@link whenIdle} it makes the controller push out what it has, so it needs one that can.
   *
   * It settles no message itself. A slot that is held for a sender who left counts as in flight.
   *
   * **Cancellation**: unsubscribing stops waiting, and unsubscribes the controller's flush.
   *
   * @param limit - Longest wait in milliseconds, 1 to 2³¹ − 1.
   * @returns Never emits. Errors: `TxTimeoutError` after `limit`, `NotSupportedError` where the controller has no flush,
   *   `ChannelClosedError`, and what the controller's flush errors with.
   * @see Linux: `mbox_flush`
   */
  flush(limit: number): Observable<never> {
    assertTimeLimit('limit', limit);
    return flush(this.inside as unknown as OpenChannel<never, unknown, unknown>, limit);
  }

  /**
   * One report for every accepted message, and for every message that `next()` could not queue.
   *
   * @see Linux: the `tx_done` callback
   */
  get txDone$(): Observable<TxReport<Tx, Ack>> {
    return this.inside.streams.reports$;
  }

  /** Every transition of the channel, for tracing. No events are created unless somebody subscribes. */
  get events$(): Observable<ChannelEvent> {
    return this.inside.streams.events$;
  }

  /**
   * How many more messages may wait; 0 when closed.
   *
   * Those that can go in flight at the end of the current turn are not counted.
   *
   * @see Linux: `mbox_chan_tx_slots_available`
   */
  get slotsAvailable(): number {
    return this.inside.slotsAvailable;
  }

  /** True from the moment the channel begins to close. */
  get closed(): boolean {
    return this.inside.closed;
  }
}
