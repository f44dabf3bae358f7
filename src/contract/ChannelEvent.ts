/**
 * One transition of a channel, for tracing; what `channel.events$` emits.
 *
 * - `queued`, `sent`, `settled`: the life of one accepted message, `settled` exactly once, with its error if it failed;
 * - `busy`: the controller refused it for now, or gave it back after it had accepted it; `ready`: there may be room again;
 * - `progress`: the device works on it;
 * - `left`: its sender gave up; `stalled`: and its slot on an untagged link is now held;
 * - `freed`: a held slot is free again; `by` says what freed it;
 * - `lateTxDone`: a tx-done of a message that is not in flight any more; it changed nobody's result;
 * - `unknownTxDone`: a tx-done that belongs to no message of this controller, or does not fit the channel's method;
 * - `broken`: a callback of the application or the controller did what it must not; `error` is a `TypeError` that says which and what;
 * - `down`, `up`: the link; `reset`: the link has been reset, which ends an epoch; `closed`: the channel.
 *
 * @see Linux has no counterpart: the mailbox framework has no trace points
 */
export interface ChannelEvent {
  /** What happened. */
  type:
    | 'queued'
    | 'sent'
    | 'busy'
    | 'ready'
    | 'progress'
    | 'settled'
    | 'left'
    | 'stalled'
    | 'freed'
    | 'reset'
    | 'lateTxDone'
    | 'unknownTxDone'
    | 'broken'
    | 'down'
    | 'up'
    | 'closed';
  /**
   * When, in milliseconds of the mailbox's clock; no time since an epoch. All that one call into the channel causes has one time.
   */
  at: number;
  /** The message it happened to. */
  token?: number;
  /**
   * Why it happened.
   *
   * - `settled`, `left`: the error that the sender gets;
   * - `lateTxDone`, `unknownTxDone`, `busy`: the error that the link gave with it;
   * - `broken`: a `TypeError` that says who did what;
   * - `down`, `closed`: the reason.
   */
  error?: unknown;
  /** What freed a held slot. */
  by?: FreedBy;
}

/** What frees a slot that is held for a sender who has left. */
export type FreedBy = 'txDone' | 'reset' | 'quarantine' | 'down' | 'refused';
