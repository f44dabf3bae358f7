import { config } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';

/**
 * Runs a test and returns what RxJS reported as unhandled meanwhile.
 *
 * RxJS reports from a timer; fake ones are used, so nothing is waited for. Not for use inside `marbles()`, where timers are virtual anyway.
 */
export function unhandledErrors(test: () => void): unknown[] {
  const errors: unknown[] = [];
  config.onUnhandledError = (error) => errors.push(error);
  jest.useFakeTimers();
  try {
    test();
    jest.runOnlyPendingTimers();
  } finally {
    jest.useRealTimers();
  }
  return errors;
}

/** Runs a test in virtual time and returns what RxJS reported as unhandled, in order. */
export function unhandledIn(test: () => void): unknown[] {
  const unhandled: unknown[] = [];
  const before = config.onUnhandledError;
  config.onUnhandledError = (error) => unhandled.push(error);
  try {
    new TestScheduler(() => undefined).run(({ flush }) => {
      test();
      // Reported from a timer, never from inside the notification.
      expect(unhandled).toEqual([]);
      flush();
    });
  } finally {
    config.onUnhandledError = before;
  }
  return unhandled;
}
