// With DOM types an abort signal is one, and nothing else is.
import { txCancel } from 'rx-mailbox';

export const canceled = txCancel(new AbortController().signal);
// @ts-expect-error: neither a signal nor anything that RxJS can subscribe
export const wrong = txCancel(1);
