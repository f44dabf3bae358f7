import type { Delivery, MailboxError } from '../contract/errors';
import type { LeaveReason } from '../core/LeaveReason';

/**
 * Why the subscriptions that are being unsubscribed right now are left.
 *
 * RxJS tells a source only "unsubscribed". An operator that gives up unsubscribes its source within {@link leaveWith}, however many
 * operators lie between. The records at the end of the chain find the reason here ({@link takeReason}), so that their reports carry the
 * operator's own error. Unsubscribing is synchronous, so this is a dynamic scope and not state.
 */
let currentReason: LeaveReason | undefined;

/** Acts with the reason. It is out of scope meanwhile: who is notified from there may unsubscribe others for reasons of its own. */
export function takeReason(act: (reason: LeaveReason | undefined) => void): void {
  const reason = currentReason;
  currentReason = undefined;
  try {
    act(reason);
  } finally {
    currentReason = reason;
  }
}

/** Unsubscribes with a reason. Returns the error that the records were given, for the operator's own subscriber. */
export function leaveWith(makeError: LeaveReason, unsubscribe: () => void): MailboxError {
  const made: Partial<Record<Delivery, MailboxError>> = {};
  let given: MailboxError | undefined;
  const outer = currentReason;
  const reason: LeaveReason = (delivery) => given ?? (made[delivery] ??= makeError(delivery));
  currentReason = reason;
  try {
    unsubscribe();
  } finally {
    currentReason = outer;
  }
  // Of several messages the least certain one speaks for all. Where there was none, as between two retries, nothing is known.
  // A record that could not ask yet, because a call into its link was under way, later gets the error that the subscriber got.
  return (given = made.unknown ?? made['not-sent'] ?? makeError('unknown'));
}
