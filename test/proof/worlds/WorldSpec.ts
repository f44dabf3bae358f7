import type { Correlation, TxDoneMethod } from 'rx-mailbox';

/** How one sender sends, and in which ways it can give up. */
export interface SenderSpec {
  /** `piped`: through an RxJS operator, which can leave from inside its own `subscribe()`; `next`: only `txDone$` says what became of it. */
  readonly via: 'send' | 'piped' | 'next';
  /** `txTimeout` of each send. */
  readonly limit?: { readonly queued?: number; readonly inFlight?: number; readonly total?: number };
  /** Each send has an abort signal of its own. */
  readonly signal?: boolean;
}

/**
 * What can happen at a step. Each is possible whenever it makes sense: `send` for every idle sender, `done` for every message whose tx-done
 * is outstanding, in the order that the wire allows, and so on. A lost tx-done needs no kind: it is one that is never chosen.
 */
export type ActionKind =
  | 'send'
  | 'unsub'
  | 'cancel'
  | 'tick'
  | 'done'
  | 'fail'
  | 'stray'
  | 'ready'
  | 'link'
  | 'reset'
  | 'close'
  | 'complete'
  | 'error'
  | 'linkError'
  | 'linkComplete'
  | 'mailbox'
  | 'reopen';

/** Where the library calls out, so that something can happen inside. */
export type PointKind = 'sendData' | 'report' | 'notified' | 'event' | 'abort' | 'resetLink' | 'txPrepare';

/** One small world: a channel, its link, its senders, and what can happen to them. */
export interface WorldSpec {
  readonly name: string;
  readonly correlation: Correlation;
  readonly method: TxDoneMethod;
  readonly window: number;
  readonly queue: number;
  readonly quarantine?: number;
  /** The link can `reset()`: it silences the messages whose senders left, or ends all that were handed over, and says so. */
  readonly reset?: 'left' | 'all';
  /** Tx-dones carry tokens: always on a tagged wire; elsewhere never (default), or also. */
  readonly tokens?: boolean;
  /** The controller's `txPollPeriod`. */
  readonly period?: number;
  /** The link is down when it starts up. */
  readonly startsDown?: boolean;
  /** Nobody listens to `events$`. */
  readonly untraced?: boolean;
  readonly senders: readonly SenderSpec[];
  readonly actions: readonly ActionKind[];
  /** What else `sendData` does than accept. */
  readonly answers: readonly ('busy' | 'throw')[];
  /** What can happen inside a call of the library: these actions, and the point's own faults. A point that is not named does nothing. */
  readonly inside: Partial<Record<PointKind, readonly ActionKind[]>>;
  /** At how many points of one step something else than the usual happens; default 1. */
  readonly deviations?: number;
}
