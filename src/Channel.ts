import type { Observer } from 'rxjs';
import { ChannelView, INSIDE } from './ChannelView';
import type { OpenChannel } from './channel/OpenChannel';
import { sendAsync } from './channel/sendAsync';
import { assertAcknowledgement, show } from './contract/checks';
import type { TxDoneResult } from './contract/LinkEvent';
import type { SendAsyncOptions } from './contract/SendAsyncOptions';
import type { TxReceipt } from './contract/TxReceipt';
import { Transmission } from './Transmission';
import { DISPOSE } from './util/dispose';

/**
 * What an application holds: its observer side transmits, its observable side receives.
 *
 * Unlike an RxJS `Subject`, what is put in at one side does not come out at the other: it goes to the device. `channel.pipe(…)` is a plain
 * Observable of what is received; `source$.subscribe(channel)` transmits everything that `source$` emits, as `next()` does.
 *
 * Channels come from `mailbox.requestChannel()`; each has one owner, until it is closed.
 *
 * **Cancellation**: unsubscribing from the received messages changes nothing for the senders; see {@link Transmission} for those. When a sender
 * leaves, the channel hands nothing over until the current turn ends, so what leaves with it is never sent.
 *
 * @typeParam Tx - Messages to send.
 * @typeParam Rx - Messages received.
 * @typeParam Ack - What a tx-done carries.
 * @typeParam Answer - What the tx-dones for received messages carry; default: the same.
 * @example
 * {@includeCode ../docs/examples/quick-start.ts#example}
 * @see Linux: `struct mbox_chan` and `struct mbox_client`
 */
export class Channel<Tx, Rx = Tx, Ack = void, Answer = Ack> extends ChannelView<Tx, Rx, Ack, Answer> implements Observer<Tx> {
  /**
   * Makes a message that can be sent: cold, so nothing happens until it is subscribed, and each subscription sends once.
   *
   * Unlike {@link next}, it has an outcome of its own: one receipt and completion, or one error.
   *
   * **Cancellation**: unsubscribing while the message waits withdraws it for good; while it is in flight, see the guide on cancelling.
   *
   * @param message - Passed on by identity, never copied.
   * @returns The transmission. Errors: `QueueFullError`, `TxFailedError`, `LinkDownError`, `LinkResetError`, `ChannelClosedError`.
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

  /**
   * Takes back everything that waits, also what `next()` has sent: it is never sent, and fails with `TxCanceledError`.
   *
   * Unlike {@link close} the channel goes on, and what is in flight stays there. Unlike unsubscribing it begins no pause: what is sent right
   * after it goes at once, such as an emergency stop. From inside `sendData` it takes back all but the message that is being handed over.
   *
   * @param reason - Becomes the `cause` of the errors.
   * @returns How many messages it took back.
   * @example
   * {@includeCode ../docs/examples/emergency-stop.ts#example}
   * @see Linux has no counterpart: a queued message cannot be taken back
   */
  withdraw(reason?: unknown): number {
    return this.inside.withdraw(reason);
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
   * @param result - The message's token, and its ack or its error; `error` other than `undefined` is a failure, whose `delivery` says whether the
   *   device has the message: by default it has.
   * @throws NotSupportedError - if the channel's method is not `'ack'`.
   * @see Linux: `mbox_client_txdone`
   */
  acknowledge(result: TxDoneResult<Ack> & { token?: number } = {}): void {
    assertAcknowledgement(result);
    this.inside.acknowledge(result.token, result.ack as Ack, result.error, result.delivery);
  }
}

/** The inside of a channel, for operators that need more than its public face. */
export function insideOf<Tx, Rx, Ack, Answer>(channel: Channel<Tx, Rx, Ack, Answer>): OpenChannel<Tx, Rx, Ack> {
  const inside = (channel as Partial<Channel<Tx, Rx, Ack, Answer>> | null | undefined)?.[INSIDE];
  if (inside === undefined) throw new TypeError(`channel is ${show(channel)}; expected a Channel, as mailbox.requestChannel() returns`);
  return inside;
}
