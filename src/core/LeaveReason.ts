import type { Delivery, MailboxError } from '../contract/errors';

/** Makes the error of a message that leaves, once it is known how far the message came. */
export type LeaveReason = (delivery: Delivery) => MailboxError;
