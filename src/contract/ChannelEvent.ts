/**
 * One transition of a channel, for tracing; what `channel.events$` emits.
 *
 * - `queued`, `sent`, `settled`: the life of one accepted message, `settled` exactly once, with its error if it failed;
 * - `busy`: the controller refused it for now;
 * - `left`: its sender gave up; `stalled`: and its slot on an untagged link is now held;
 * - `lateTxDone`: a tx-done of a message that is not in flight any more; it changed nobody's result;
 * - `unknownTxDone`: a tx-done that belongs to no message of this controller, or does not fit the channel's method;
 * - `broken`: a callback of the application or the controller did what it must not; `error` is a `TypeError` that says which and what;
 * - `down`, `up`: the link; `closed`: the channel.
 *
 * @see Linux has no counterpart: the mailbox framework has no trace points
 */
export interface ChannelEvent {
  /** What happened. */
  type: 'queued' | 'sent' | 'busy' | 'settled' | 'left' | 'stalled' | 'lateTxDone' | 'unknownTxDone' | 'broken' | 'down' | 'up' | 'closed';
  /** The message it happened to. */
  token?: number;
  /** Why: the message's error, the error of a late tx-done, the `TypeError` of `broken`, or the reason of a `down` or `closed`. */
  error?: unknown;
}
