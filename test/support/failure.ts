import type { Delivery, MailboxErrorCode } from 'rx-mailbox';

/** Matches an error of ours, in `expect` and in marbles. */
export function failure(code: MailboxErrorCode, delivery: Delivery, fields: Record<string, unknown> = {}): unknown {
  return expect.objectContaining({ code, delivery, ...fields });
}
