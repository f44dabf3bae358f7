import { throwError } from 'rxjs';

/**
 * Does with an error that has no handler exactly what RxJS does: `config.onUnhandledError`, else thrown from a timer of its own.
 *
 * Built on the public behaviour of an unhandled error notification; RxJS does not export the function itself.
 */
export function reportUnhandled(error: unknown): void {
  throwError(() => error).subscribe();
}

/** Calls what belongs to somebody else, such as a teardown, where an exception must not keep others from what they are owed. */
export function shielded(call: () => void): void {
  try {
    call();
  } catch (error) {
    reportUnhandled(error);
  }
}
