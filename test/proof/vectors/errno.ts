import { isMailboxError, type MailboxErrorCode } from 'rx-mailbox';

export const EBUSY = -16;
export const EINVAL = -22;
export const ETIME = -62;
export const ENOBUFS = -105;
export const ESHUTDOWN = -108;
export const EPROBE_DEFER = -517;

/** Where the kernel has a number for it, the same one. */
const NUMBERS: Record<Exclude<MailboxErrorCode, 'EIO'>, number> = {
  EBUSY,
  ETIME,
  ENETDOWN: -100,
  ENOBUFS,
  ESHUTDOWN,
  ECONNRESET: -104,
  ENOTSUP: -524,
  ECANCELED: -125,
};

/** The number that the recordings would use for an error of the library; a tx-done's error is the number the controller gave it. */
export function errnoOf(error: unknown): number {
  if (!isMailboxError(error)) throw new Error(`an error that is not the library's: ${String(error)}`);
  if (error.code !== 'EIO') return NUMBERS[error.code];
  if (typeof error.cause !== 'number') throw new Error(`EIO without the controller's number: ${String(error.cause)}`);
  return error.cause;
}
