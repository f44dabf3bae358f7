import type { Correlation, Delivery, TxDoneMethod } from 'rx-mailbox';

/** One mailbox, its controller and its channels. */
export interface MailboxSetup {
  readonly correlation: Correlation;
  readonly method: TxDoneMethod;
  readonly window: number;
  readonly quarantine?: number;
  readonly period?: number;
  /** Tx-dones carry tokens also where they need not. */
  readonly tokens?: boolean;
  readonly channels: readonly ChannelSetup[];
  /** On the controller object of the mailbox before it: the same channels, owned by one of the two at a time. */
  readonly twin?: boolean;
}

/** What the owner of a channel asks for. */
export interface OwnerSetup {
  readonly queue: number;
  readonly quarantine?: number;
  readonly knowsTxDone?: boolean;
  readonly prepares?: boolean;
  readonly untraced?: boolean;
  readonly whileDown?: 'fail';
  readonly overflow?: 'drop-oldest';
  /** The newest message with a key takes the place of one that waits. */
  readonly latest?: boolean;
  /** It is not requested when everything starts. */
  readonly idle?: boolean;
}

/** How the link of a channel behaves. */
export interface LinkSetup {
  readonly startsDown?: boolean;
  /** What `abort()` does. */
  readonly abort?: 'throws' | 'txDone' | 'sends' | 'promise';
  /** The link can `reset()`: it ends when an action says so, or while it is being subscribed, or it throws at once. */
  readonly reset?: 'later' | 'done' | 'fails' | 'throws';
  /** What is done inside calls of the link, the first few times. */
  readonly inside?: Readonly<Partial<Record<'abort' | 'reset' | 'question', Action>>>;
}

export interface ChannelSetup extends OwnerSetup, LinkSetup {}

/**
 * How a message is sent. `piped`: can leave from inside its own `subscribe()`; `generic`: its time limit, signal or notifier stands behind another
 * operator.
 */
export interface Sending {
  readonly via: 'send' | 'piped' | 'generic' | 'next' | 'sendTo';
  readonly limits?: Readonly<Partial<Record<'queued' | 'inFlight' | 'total' | 'silence', number>>>;
  /** By a scheduler that is not the mailbox's. */
  readonly elsewhere?: boolean;
  readonly signal?: number;
  readonly notifier?: number;
}

/** What happens around one message, wherever it is sent. */
export interface Script {
  /** What `sendData` answers, attempt by attempt; accepted after that. `nonsense` and `promise` break the controller's contract. */
  readonly answers?: readonly ('busy' | 'throw' | 'nonsense' | 'promise')[];
  /** What `txPrepare` returns: a promise that is rejected, or something that nobody looks at. */
  readonly prepared?: 'promise' | 'text';
  /** What `latest` answers, where it is asked. */
  readonly key?: number | 'throws' | 'promise';
  /** What is done inside the first call of each kind. */
  readonly latest?: Action;
  readonly prepare?: Action;
  readonly sendData?: Action;
  /** Inside the second attempt; it may be one after the message was given back. */
  readonly again?: Action;
  readonly report?: Action;
  /** When the receipt comes, before the completion. */
  readonly receipt?: Action;
  readonly notified?: Action;
  /** When the transmission's own subscription ends. */
  readonly teardown?: Action;
}

/** Which tx-done the device says: of the oldest or newest outstanding message, one it said before, of a token never given, or without one. */
export type Which = 'oldest' | 'newest' | 'again' | 'never' | 'bare';

/** How `lastTxDone` breaks its contract. */
export type NoAnswer = 'throws' | 'promise' | 'zero' | 'nothing' | 'text';

/** What a link emits that is no event: nothing, an event of no type, one that throws when it is read, one with something as a token. */
export type NoEvent = 'null' | 'type' | 'throws' | 'token' | 'refused' | 'progress';

/** Something that is done to the world, by an application or by a device. Numbers of things wrap around. */
export type Action =
  | { readonly do: 'send'; readonly channel: number; readonly how: Sending; readonly script?: Script }
  /** Sends that many messages by `sendTo`, of which that many may be pending. */
  | { readonly do: 'sendTo'; readonly channel: number; readonly count: number; readonly most?: number; readonly script?: Script }
  /** Unsubscribes the result of a `sendTo`: of the last one, or so many before it. */
  | { readonly do: 'stopSendTo'; readonly back: number }
  /** Senders of messages unsubscribe: of the one with that id, or as many sends ago, and of so many after it. */
  | { readonly do: 'leave'; readonly id?: number; readonly back?: number; readonly more?: number }
  /** Aborts a signal that several senders may share; once aborted, makes a new one. */
  | { readonly do: 'abort'; readonly signal: number }
  | { readonly do: 'notify' | 'failNotifier'; readonly notifier: number }
  /** A tx-done by the channel's own method; with an error, or by a `lastTxDone` that has no answer. */
  | {
      readonly do: 'txDone';
      readonly channel: number;
      readonly which: Which;
      readonly fails?: boolean;
      readonly delivery?: Delivery | 'text';
      readonly junk?: NoAnswer;
    }
  /** The device gives a message back, or says that it works on it. */
  | { readonly do: 'refused' | 'progress'; readonly channel: number; readonly which: Which }
  | {
      readonly do: 'stray' | 'ready' | 'received' | 'down' | 'up' | 'linkError' | 'linkComplete' | 'resetDone' | 'resetFail' | 'flushDone';
      readonly channel: number;
    }
  | { readonly do: 'flushFail' | 'withdraw' | 'close' | 'complete' | 'error' | 'reopen'; readonly channel: number }
  | { readonly do: 'flush' | 'whenIdle'; readonly channel: number; readonly limit: number }
  | { readonly do: 'peek'; readonly channel: number; readonly answer: boolean | 'promise' | 'zero' | 'nothing' }
  | { readonly do: 'junk'; readonly channel: number; readonly what: NoEvent }
  | { readonly do: 'closeMailbox'; readonly mailbox: number }
  /** A callback throws. */
  | { readonly do: 'throw' }
  /** Microtasks run: the turn ends. Only as a step. */
  | { readonly do: 'turn' }
  /** Time passes, without microtasks. Only as a step. */
  | { readonly do: 'advance'; readonly by: number };
