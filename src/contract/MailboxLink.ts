import type { Observable, ObservableInput } from 'rxjs';
import type { Answers } from './Answers';
import type { LinkEvent, TxDoneResult } from './LinkEvent';
import type { TxDoneMethod } from './TxDoneMethod';
import type { NotAwaited } from './NotAwaited';

/**
 * One channel as its controller sees it.
 *
 * Nothing here is awaited: a method that returns a promise where none is expected breaks the contract. That fails at most its own message, and
 * shows as `broken` on `channel.events$`.
 *
 * @see Linux: `struct mbox_chan_ops`
 */
export interface MailboxLink<Tx, Rx, Ack, Answer = Ack> extends Answers<Answer> {
  /**
   * How this channel learns that a message has been taken; default: the controller's `txDone`. Read once, when the channel is opened.
   *
   * @see Linux: a driver may choose for each channel, with `chan->txdone_method`
   */
  readonly txDone?: TxDoneMethod;
  /**
   * Subscribing starts the channel up, unsubscribing shuts it down; exactly one subscription in a link's life.
   *
   * After it is unsubscribed the link delivers nothing, and its hardware must never deliver an earlier owner's tx-done to a later one.
   * An error is a `down` with that reason and closes the channel; so does completion, without the `down`.
   *
   * A channel reads an event while it is emitted and keeps none: a busy link may emit one object again and again.
   */
  readonly events$: Observable<LinkEvent<Rx, Ack>>;
  /**
   * Hands one message to the transport. Must not wait. Never re-entered: what it causes is dealt with when it has returned.
   *
   * `'busy'` leaves the message at the head of the queue; say `ready` (or tx-done) once there is room. It is tried again often, so an attempt
   * that is expensive answers from a flag. A `ready` from inside the call that answers `'busy'` causes one attempt, 1 ms later.
   *
   * Throwing fails this message only, as `'not-sent'`. Where the transport is gone, say `down` and answer `'busy'` instead: the message then
   * waits for `up`. Any other answer fails the message as `'unknown'`.
   *
   * @see Linux: `send_data`
   */
  sendData(message: Tx, token: number): 'accepted' | 'busy';
  /**
   * Whether that message has been taken; required for `'poll'`. `true` and an object say yes, `false` says not yet.
   *
   * Nothing else is an answer. Anything else, and throwing, fails the message with delivery `'unknown'`, since it will never be known. On a link
   * without tokens its slot is then held, as if its sender had left. It is not called while a reset is to come or under way.
   *
   * @see Linux: `last_tx_done`
   */
  lastTxDone?(token: number): boolean | TxDoneResult<Ack>;
  /**
   * Whether data wait to be received. What it throws, `channel.peekData()` throws.
   *
   * @see Linux: `peek_data`
   */
  peekData?(): boolean;
  /**
   * Pushes out what is in flight, within `limit` milliseconds; settles messages by tx-dones, as always.
   *
   * @see Linux: `flush`
   */
  flush?(limit: number): ObservableInput<unknown>;
  /** A sender left this message in flight. Advice: called once, not awaited; what it throws only shows as `broken`. */
  abort?(token: number): NotAwaited;
  /**
   * Once it completes, no tx-done of anything that was handed over before can arrive: it ends an epoch. Its error is a `down`.
   *
   * Subscribed once, at the end of the turn in which a slot became held after its sender left, if one is still held then. From that leave
   * until it completes nothing is handed over; tx-dones still count. When it completes, the held slots are free, and messages in flight
   * whose senders are still there fail with `LinkResetError`. Only `down` and closing unsubscribe it. A late tx-done does not: a link that hears
   * one, and knows that nothing else can come, may complete early.
   *
   * A controller for which a reset does damage defines none.
   */
  reset?(): ObservableInput<unknown>;
}
