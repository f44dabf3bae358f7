import type { TimeLimit } from './TimeLimit';

/** How long, and until when, `sendAsync` may go on. */
export interface SendAsyncOptions {
  /** Cancels the message when it is aborted. */
  signal?: AbortSignal;
  /** As for `txTimeout`, in milliseconds. */
  timeout?: TimeLimit;
}
