/**
 * Anything that emits an event when the other thread has ended. In Node: a `Worker` (`exit`), or a `MessagePort`, also `parentPort`
 * (`close`). In browsers: a `MessagePort` that has the `close` event. A browser's `Worker` has none and is not needed: there, Web Locks
 * do the same.
 */
export type SharedMemoryPeer = EmittingPeer | ListeningPeer;

/** Like Node's `Worker` and `MessagePort`. */
export interface EmittingPeer {
  /** Calls the listener once, when the event happens. */
  once(event: string, listener: (...details: never[]) => void): unknown;
}

/** Like a browser's `MessagePort`. */
export interface ListeningPeer {
  /** Calls the listener each time the event happens. */
  addEventListener(event: string, listener: () => void): unknown;
}
