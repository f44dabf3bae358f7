import type { Correlation, TxDoneMethod } from 'rx-mailbox';

/** One controller and its channels. */
export interface MailboxSetup {
  readonly correlation: Correlation;
  readonly method: TxDoneMethod;
  readonly window: number;
  readonly quarantine?: number;
  readonly period?: number;
  /** Tx-dones carry tokens also where they need not. */
  readonly tokens?: boolean;
  readonly channels: readonly ChannelSetup[];
}

/** One channel: what its owner asks for, and how its link behaves. */
export interface ChannelSetup {
  readonly queue: number;
  readonly quarantine?: number;
  readonly knowsTxDone?: boolean;
  readonly prepares?: boolean;
  readonly untraced?: boolean;
  readonly startsDown?: boolean;
  /** What `abort()` does. */
  readonly abort?: 'throws' | 'txDone';
  /** The link can `reset()`: it ends when an action says so, or while it is being subscribed. */
  readonly reset?: 'later' | 'done' | 'fails';
}

/** How a message is sent. `piped`: can leave from inside its own `subscribe()`; `generic`: its time limit stands behind a `map`. */
export interface Sending {
  readonly via: 'send' | 'piped' | 'generic' | 'next';
  readonly limits?: Readonly<Partial<Record<'queued' | 'inFlight' | 'total', number>>>;
  readonly signal?: number;
  readonly notifier?: number;
}

/** What happens around one message, wherever it is sent. */
export interface Script {
  /** What `sendData` answers, attempt by attempt; accepted after that. `nonsense` breaks the controller's contract. */
  readonly answers?: readonly ('busy' | 'throw' | 'nonsense')[];
  /** What is done inside the first call of each kind. */
  readonly prepare?: Action;
  readonly sendData?: Action;
  readonly report?: Action;
  readonly notified?: Action;
}

/** Which tx-done the device says: of the oldest or newest outstanding message, one it said before, of a token never given, or without one. */
export type Which = 'oldest' | 'newest' | 'again' | 'never' | 'bare';

/** Something that is done to the world, by an application or by a device. Numbers of things wrap around. */
export type Action =
  | { readonly do: 'send'; readonly channel: number; readonly how: Sending; readonly script?: Script }
  /** The sender of a message unsubscribes: of the one with that id, or as many sends ago. */
  | { readonly do: 'leave'; readonly id?: number; readonly back?: number }
  /** Aborts a signal that several senders may share; once aborted, makes a new one. */
  | { readonly do: 'abort'; readonly signal: number }
  | { readonly do: 'notify' | 'failNotifier'; readonly notifier: number }
  /** A tx-done by the channel's own method; with an error, or by a `lastTxDone` that throws. */
  | { readonly do: 'txDone'; readonly channel: number; readonly which: Which; readonly fails?: boolean; readonly throws?: boolean }
  | {
      readonly do: 'stray' | 'ready' | 'received' | 'down' | 'up' | 'linkError' | 'linkComplete' | 'resetDone' | 'resetFail' | 'flushDone';
      readonly channel: number;
    }
  | { readonly do: 'flushFail' | 'close' | 'complete' | 'error' | 'reopen'; readonly channel: number }
  | { readonly do: 'flush'; readonly channel: number; readonly limit: number }
  | { readonly do: 'closeMailbox'; readonly mailbox: number }
  /** A callback throws. */
  | { readonly do: 'throw' }
  | { readonly do: 'advance'; readonly by: number };
