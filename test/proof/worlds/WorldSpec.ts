import type { Correlation, TxDoneMethod } from 'rx-mailbox';

/** How one sender sends, and in which ways it can give up. */
export interface SenderSpec {
  /** `piped`: through an RxJS operator, which can leave from inside its own `subscribe()`; `next`: only `txDone$` says what became of it. */
  readonly via: 'send' | 'piped' | 'next';
  /** `txTimeout` of each send. */
  readonly limit?: { readonly queued?: number; readonly inFlight?: number; readonly total?: number; readonly silence?: number };
  /** Each send has an abort signal of its own. */
  readonly signal?: boolean;
  /** What `latest` says of its messages. */
  readonly key?: string;
  /** The limit and the signal stand behind another operator, so that they leave by unsubscribing. Only `total`, then. */
  readonly behind?: boolean;
}

/**
 * What can happen at a step. Each is possible whenever it makes sense: `send` for every idle sender, `done` for every message whose tx-done
 * is outstanding, in the order that the wire allows, and so on. A lost tx-done needs no kind: it is one that is never chosen.
 *
 * `turn`: the turn ends, by its promise. Where a world never takes that step it ends by a task of the scheduler, in a `tick`.
 * `late`: a millisecond passes, and no timer fires: somebody's turn is long.
 * `blink`: down and up again at once.
 * `refused`: the link gives back what it has not taken. `progress`: it works on one, or on the oldest.
 * `junk`: the link says what it must not.
 */
export type ActionKind =
  | 'send'
  | 'unsub'
  | 'cancel'
  | 'turn'
  | 'tick'
  | 'late'
  | 'done'
  | 'fail'
  | 'stray'
  | 'ready'
  | 'link'
  | 'blink'
  | 'refused'
  | 'progress'
  | 'withdraw'
  | 'junk'
  | 'reset'
  | 'close'
  | 'complete'
  | 'error'
  | 'linkError'
  | 'linkComplete'
  | 'mailbox'
  | 'reopen';

/** Where the library calls out, so that something can happen inside. */
export type PointKind = 'sendData' | 'report' | 'notified' | 'event' | 'abort' | 'resetLink' | 'txPrepare' | 'lastTxDone';

/** What `sendData` can do. `nonsense` and `promise` are no answers. */
export type Answer = 'accepted' | 'busy' | 'throw' | 'nonsense' | 'promise';

/** One small world: a channel, its link, its senders, and what can happen to them. */
export interface WorldSpec {
  readonly name: string;
  readonly correlation: Correlation;
  readonly method: TxDoneMethod;
  readonly window: number;
  readonly queue: number;
  readonly quarantine?: number;
  /** The link can `reset()`, which silences everything. `telling`: before it completes it says of whom is still there that it failed. */
  readonly reset?: 'silent' | 'telling';
  /** Tx-dones carry tokens: always on a tagged wire; elsewhere never (default), or also. */
  readonly tokens?: boolean;
  /** The controller's `txPollPeriod`. */
  readonly period?: number;
  /** The link is down when it starts up. */
  readonly startsDown?: boolean;
  readonly whileDown?: 'fail';
  readonly overflow?: 'drop-oldest';
  /** Nobody listens to `events$`. */
  readonly untraced?: boolean;
  readonly senders: readonly SenderSpec[];
  readonly actions: readonly ActionKind[];
  /** What else `sendData` does than accept. */
  readonly answers: readonly Exclude<Answer, 'accepted'>[];
  /** What can happen inside a call of the library: these actions, and the point's own faults. A point that is not named does nothing. */
  readonly inside: Partial<Record<PointKind, readonly ActionKind[]>>;
  /** At how many points of one step something else than the usual happens; default 1. */
  readonly deviations?: number;
}
