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
export { Channel, type ChannelOptions, type SendAsyncOptions } from './Channel';
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
export type {
  Correlation,
  DownEvent,
  LinkEvent,
  MailboxController,
  MailboxLink,
  ReadyEvent,
  ReceivedEvent,
  TxDoneEvent,
  TxDoneMethod,
  TxDoneResult,
  UpEvent,
} from './contract/MailboxController';

// Errors
export {
  ChannelBusyError,
  ChannelClosedError,
  LinkDownError,
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
