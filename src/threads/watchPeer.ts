import { show } from '../contract/checks';

/**
 * Whatever tells that the other thread has ended: in Node a `Worker` (its `exit`) or a `MessagePort`, also `parentPort` (its `close`); in
 * browsers a `MessagePort` where it has that event. A browser's `Worker` tells nobody, and need not: there, Web Locks tell.
 */
export type SharedMemoryPeer = EmittingPeer | ListeningPeer;

/** As Node's `Worker` and `MessagePort` are. */
export interface EmittingPeer {
  /** Tells once that something happened. */
  once(event: string, listener: (...details: never[]) => void): unknown;
}

/** As a browser's `MessagePort` is. */
export interface ListeningPeer {
  /** Tells each time that something happens. */
  addEventListener(event: string, listener: () => void): unknown;
}

export function watchPeer(peer: SharedMemoryPeer, gone: (reason: Error) => void): void {
  const closed = (): void => gone(new Error('the other side has ended'));
  const { once, addEventListener } = (peer as Partial<Record<'once' | 'addEventListener', unknown>> | null) ?? {};
  if (typeof once === 'function') {
    once.call(peer, 'exit', (code: unknown) => gone(new Error(`the other side has ended, with exit code ${String(code)}`)));
    once.call(peer, 'close', closed);
  } else if (typeof addEventListener === 'function') addEventListener.call(peer, 'close', closed);
  else throw new TypeError(`peer is ${show(peer)}; expected a Worker, a MessagePort, or anything else that tells 'exit' or 'close'`);
}
