/** Who waits for a signal. Weak: a signal that is gone takes its entry along. An entry without waiters is removed at once. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back once when the signal is aborted, at once if it already is. Returns what stops waiting.
 *
 * One listener per signal, however many wait. A signal that lives as long as the application must not collect a listener for every send,
 * and removing one of many listeners from an EventTarget takes time.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) {
    callback();
    return () => undefined;
  }
  let callbacks = waiting.get(signal);
  if (callbacks === undefined) {
    waiting.set(signal, (callbacks = new Set()));
    signal.addEventListener('abort', abort);
  }
  // A function of its own for each call: the same callback may wait twice.
  const entry = (): void => callback();
  const own = callbacks;
  own.add(entry);
  return () => {
    // While the callbacks are called, the set is not in the table any more.
    if (own.delete(entry) && own.size === 0 && waiting.get(signal) === own) forget(signal);
  };
}

function forget(signal: AbortSignal): void {
  waiting.delete(signal);
  signal.removeEventListener('abort', abort);
}

function abort(this: AbortSignal): void {
  const callbacks = waiting.get(this);
  forget(this);
  // A snapshot: a callback may make others stop waiting, and those must not be called any more.
  for (const callback of [...(callbacks ?? [])]) if (callbacks?.delete(callback)) callback();
}
