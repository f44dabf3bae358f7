import { config } from 'rxjs';

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
