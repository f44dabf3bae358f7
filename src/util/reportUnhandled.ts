import { asyncScheduler, throwError } from 'rxjs';

/**
 * Does with an error that has no handler exactly what RxJS does: `config.onUnhandledError`, else thrown from a timer of its own.
 *
 * RxJS does not export that function. An error notification without a handler has the same effect.
 */
export function reportUnhandled(error: unknown): void {
  try {
    throwError(() => error).subscribe();
  } catch {
    // RxJS's `useDeprecatedSynchronousErrorHandling` throws it here, where it would stop others.
    asyncScheduler.schedule(() => {
      throw error;
    });
  }
}

/** Calls what belongs to somebody else, such as a teardown. What it throws is reported and stops nobody else. */
export function shielded(call: () => void): void {
  try {
    call();
  } catch (error) {
    reportUnhandled(error);
  }
}
