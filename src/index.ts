/**
 * Channels that carry one message (or a few) at a time, as RxJS subjects.
 *
 * - `send()` is cold: one subscription is one message, with one outcome of its own.
 * - A completion belongs to one send, whatever the wire does: late, duplicate and lost tx-dones reach nobody else.
 * - Every accepted message settles exactly once, and its error says whether it was sent.
 * - Policy (timeout, cancel, retry) composes outside, as operators.
 *
 * @packageDocumentation
 */

// A registered controller, and what it hands out
export { Mailbox } from './Mailbox';
export { Channel } from './Channel';
export type { ChannelOptions } from './contract/ChannelOptions';
export type { SendAsyncOptions } from './contract/SendAsyncOptions';
export { Transmission } from './Transmission';
export type { TxFailed, TxReceipt, TxReport, TxReported, TxSucceeded } from './contract/TxReceipt';
export type { ChannelEvent } from './contract/ChannelEvent';

// Policy
export { txTimeout } from './operators/txTimeout';
export type { TimeLimit, TimeLimits } from './contract/TimeLimit';
export { txCancel } from './operators/txCancel';
export { sendTo } from './operators/sendTo';
export { scheduleTx, type ScheduleTxOptions, type TxRequest } from './operators/scheduleTx';

// What the author of a transport implements
export type { Correlation, MailboxController, TxDoneMethod } from './contract/MailboxController';
export type { MailboxLink } from './contract/MailboxLink';
export type { NotAwaited } from './contract/NotAwaited';
export type { DownEvent, LinkEvent, ReadyEvent, ReceivedEvent, TxDoneEvent, TxDoneResult, UpEvent } from './contract/LinkEvent';

// Errors
export {
  ChannelBusyError,
  ChannelClosedError,
  LinkDownError,
  LinkResetError,
  MailboxError,
  NotSupportedError,
  QueueFullError,
  TxCanceledError,
  TxFailedError,
  TxTimeoutError,
  isMailboxError,
  type Delivery,
  type MailboxErrorCode,
  type MailboxErrorOf,
  type TxClock,
} from './contract/errors';
