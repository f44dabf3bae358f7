import { Observable, type Observer, type Subscription } from 'rxjs';
import { flush } from './channel/flush';
import type { OpenChannel } from './channel/OpenChannel';
import { sendAsync } from './channel/sendAsync';
import type { ChannelEvent } from './contract/ChannelEvent';
import { assertAcknowledgement, assertTimeLimit, show } from './contract/checks';
import type { SendAsyncOptions } from './contract/SendAsyncOptions';
import type { TxReceipt, TxReport } from './contract/TxReceipt';
import { Transmission } from './Transmission';
import { DISPOSE } from './util/dispose';

/**
 * A registered symbol, so that an operator of another copy of the package finds the inside of a channel.
 *
 * It carries a version: raise it whenever the inside changes, so that a copy never reaches into what it does not know.
 */
const INSIDE = Symbol.for('rx-mailbox.channel@2');

/**
 * What an application holds: its observer side transmits, its observable side receives.
 *
 * Unlike an RxJS `Subject`, what is put in at one side does not come out at the other: it goes to the device. `channel.pipe(…)` is a plain
 * Observable of what is received; `source$.subscribe(channel)` transmits everything that `source$` emits, as `next()` does.
 *
 * Channels come from `mailbox.requestChannel()`; each has one owner, until it is closed.
 *
 * **Cancellation**: unsubscribing from the received messages changes nothing for the senders; see {@link Transmission} for those.
 *
 * @typeParam Tx - Messages to send.
 * @typeParam Rx - Messages received.
 * @typeParam Ack - What a tx-done carries.
 * @example
 * {@includeCode ../docs/examples/quick-start.ts#example}
 * @see Linux: `struct mbox_chan` and `struct mbox_client`
 */
export class Channel<Tx, Rx = Tx, Ack = void> extends Observable<Rx> implements Observer<Tx> {
  // Private by type only, here and elsewhere: a `#` field would make a Proxy around a channel useless.
  private readonly inside: OpenChannel<Tx, Rx, Ack>;

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

  /**
   * Makes a message that can be sent: cold, so nothing happens until it is subscribed, and each subscription sends once.
   *
   * Unlike {@link next}, it has an outcome of its own: one receipt and completion, or one error.
   *
   * **Cancellation**: unsubscribing while the message waits withdraws it for good; while it is in flight, see the guide on cancelling.
   *
   * @param message - Passed on by identity, never copied.
   * @returns The transmission. Errors: `QueueFullError`, `TxFailedError`, `LinkDownError`, `ChannelClosedError`.
   * @example
   * {@includeCode ../docs/examples/quick-start.ts#send}
   * @see Linux: `mbox_send_message`
   */
  send(message: Tx): Transmission<Ack> {
    return new Transmission<Ack>(this.inside as unknown as OpenChannel<unknown, unknown, Ack>, message);
  }

  /**
   * Sends a message now and promises its receipt.
   *
   * Unlike {@link send} it is not cold: each call sends once, whether or not anybody awaits it, and there is nothing to unsubscribe.
   *
   * **Cancellation**: by `options.signal`; what that does to the message is the same as with `txCancel`.
   *
   * @param message - Passed on by identity, never copied.
   * @param options - Limits and a signal; see {@link SendAsyncOptions}. Default: none.
   * @returns Settles exactly once: the receipt, or the error that `send` with the same operators would give.
   * @throws TypeError, RangeError - at the call, if an option is wrong.
   * @example
   * {@includeCode ../test/unit/channel/sendAsync.test.ts#example}
   * @see Linux: `mbox_send_message` with `tx_block`
   */
  sendAsync(message: Tx, options?: SendAsyncOptions): Promise<TxReceipt<Ack>> {
    return sendAsync(this.inside, message, options);
  }

  /**
   * Sends a message now; only {@link txDone$} says what became of it.
   *
   * Unlike {@link send} it allocates no completion and never throws. A full queue makes a report with `QueueFullError` before it returns;
   * a closed channel ignores the message, as every RxJS subject does.
   *
   * @param message - Passed on by identity, never copied.
   */
  next(message: Tx): void {
    this.inside.post(message);
  }

  /**
   * Ends the channel gracefully: no more sends, what was accepted is still sent, then the channel closes.
   *
   * Unlike {@link close} it fails nothing. It waits as long as something waits; put a `txTimeout` on the sends to bound that.
   */
  complete(): void {
    this.inside.drain();
  }

  /**
   * Ends the channel now, for a reason: everything pending fails with `ChannelClosedError` whose `cause` it is.
   *
   * Receivers get `reason` as their error. One without an error handler makes RxJS report it as unhandled, which ends a Node process.
   *
   * @param reason - Anything.
   */
  error(reason: unknown): void {
    this.inside.fail(reason);
  }

  /**
   * Gives the channel back now: everything pending fails with `ChannelClosedError`, then all streams complete. Again does nothing.
   *
   * @see Linux: `mbox_free_channel`, which tells nobody
   */
  close(): void {
    this.inside.close();
  }

  /** The same as {@link close}, for `using`. */
  [DISPOSE](): void {
    this.inside.close();
  }

  /**
   * Tells that a message has been taken, where the application's own protocol says so; for channels whose method is `'ack'`.
   *
   * Without a token it ends the oldest message in flight; on a `'tagged'` link the token is needed.
   *
   * @param result - The message's token, and its ack or its error; `error` other than `undefined` is a failure.
   * @throws NotSupportedError - if the channel's method is not `'ack'`.
   * @see Linux: `mbox_client_txdone`
   */
  acknowledge(result: { token?: number; ack?: Ack; error?: unknown } = {}): void {
    assertAcknowledgement(result);
    this.inside.acknowledge(result.token, result.ack as Ack, result.error);
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
   * Makes an Observable that drains the channel: cold, it completes when the controller has flushed and nothing waits or is in flight.
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

/** The inside of a channel, for operators that need more than its public face. */
export function insideOf<Tx, Rx, Ack>(channel: Channel<Tx, Rx, Ack>): OpenChannel<Tx, Rx, Ack> {
  const inside = (channel as Partial<Channel<Tx, Rx, Ack>> | null | undefined)?.[INSIDE];
  if (inside === undefined) throw new TypeError(`channel is ${show(channel)}; expected a Channel, as mailbox.requestChannel() returns`);
  return inside;
}
