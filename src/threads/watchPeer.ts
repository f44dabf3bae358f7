import { show } from '../contract/checks';
import type { SharedMemoryPeer } from './SharedMemoryPeer';

/** Calls back when the peer has ended. */
export function watchPeer(peer: SharedMemoryPeer, onEnded: (reason: Error) => void): void {
  const closed = (): void => onEnded(new Error('the other side has ended'));
  const { once, addEventListener } = (peer as Partial<Record<'once' | 'addEventListener', unknown>> | null) ?? {};
  if (typeof once === 'function') {
    once.call(peer, 'exit', (code: unknown) => onEnded(new Error(`the other side has ended, with exit code ${String(code)}`)));
    once.call(peer, 'close', closed);
  } else if (typeof addEventListener === 'function') addEventListener.call(peer, 'close', closed);
  else throw new TypeError(`peer is ${show(peer)}; expected a Worker, a MessagePort, or anything else that tells 'exit' or 'close'`);
}
