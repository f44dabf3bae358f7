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
export { ChannelView } from './ChannelView';
export type { ChannelOptions } from './contract/ChannelOptions';
export type { ChannelState } from './contract/ChannelState';
export type { SendAsyncOptions } from './contract/SendAsyncOptions';
export { Transmission } from './Transmission';
export type { TxFailed, TxReceipt, TxReport, TxReported, TxSucceeded } from './contract/TxReceipt';
export type { ChannelEvent, FreedBy } from './contract/ChannelEvent';

// Policy
export { txTimeout } from './operators/txTimeout';
export type { TimeLimit, TimeLimits } from './contract/TimeLimit';
export { txCancel } from './operators/txCancel';
export { txTap, type TxTapHooks } from './operators/txTap';
export { inContext, type RunInContext } from './operators/inContext';
export { sendTo } from './operators/sendTo';
export { scheduleTx, type ScheduleTxOptions, type TxRequest } from './operators/scheduleTx';

// What the author of a transport implements
export type { Answers } from './contract/Answers';
export type { Correlation, LinkEnvironment, MailboxController } from './contract/MailboxController';
export type { TxDoneMethod } from './contract/TxDoneMethod';
export type { ReadyChannels } from './contract/ReadyChannels';
export type { MailboxLink } from './contract/MailboxLink';
export type { NotAwaited } from './contract/NotAwaited';
export type {
  DownEvent,
  LinkEvent,
  ProgressEvent,
  ReadyEvent,
  ReceivedEvent,
  RefusedEvent,
  TxDoneEvent,
  TxDoneResult,
  UpEvent,
} from './contract/LinkEvent';

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
