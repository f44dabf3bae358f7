import type { Observable } from 'rxjs';
import { isMailboxError, type MailboxError } from 'rx-mailbox';

/** The error that a call throws. */
export function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('it did not throw');
}

/** The error of the one message A, after `act`; it must have exactly one. */
export function errorOf(send: Observable<unknown>, act: () => void = () => undefined): MailboxError {
  const errors: unknown[] = [];
  send.subscribe({ error: (error) => errors.push(error) });
  act();
  expect(errors).toHaveLength(1);
  expect(isMailboxError(errors[0])).toBe(true);
  return errors[0] as MailboxError;
}
