import { show } from '../../contract/checks';
import { allocate } from './allocate';
import type { Geometry } from './Geometry';

// Structured cloning drops symbols, so only the creator's own object has this one. That is how the default side is known.
const CREATED = Symbol('rx-mailbox.shared-memory.created');

/** Which end of the memory: `'a'` for the side that made the handle, `'b'` for the side that received it. */
export type SharedMemorySide = 'a' | 'b';

/**
 * What both sides need to know; plain and cloneable, so it goes through `postMessage` or `workerData`.
 *
 * @see {@link createSharedMemory}
 */
export interface SharedMemoryHandle {
  /** All messages, and everything that the sides write for each other. */
  readonly buffer: SharedArrayBuffer;
  /**
   * The second argument for `postMessage`, and the `transferList` of a `Worker`. Empty, unless a message port is needed to wake a side.
   */
  // The browser's type and Node's are not assignable to each other, and each side knows only its own.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly transfer: any[];
  /** @internal */
  readonly [CREATED]?: MessagePort | true;
}

/** Makes a handle; `firstIndex` is where the count of messages begins. */
export function createHandle(geometry: Geometry, wakeBy: 'atomics' | 'port', firstIndex = 0): SharedMemoryHandle {
  const buffer = allocate(geometry, firstIndex);
  if (wakeBy === 'atomics') return { buffer, transfer: [], [CREATED]: true };
  const { port1, port2 } = new MessageChannel();
  return { buffer, transfer: [port2], [CREATED]: port1 };
}

export function defaultSide(handle: SharedMemoryHandle): SharedMemorySide {
  return handle[CREATED] === undefined ? 'b' : 'a';
}

/** The port through which a side rings and is rung, if the handle has one. */
export function portFor(handle: SharedMemoryHandle, side: SharedMemorySide): MessagePort | undefined {
  const { transfer } = handle;
  if (!Array.isArray(transfer)) throw new TypeError(`handle.transfer is ${show(transfer)}; expected an array`);
  const port = transfer[0] as MessagePort | undefined;
  const own = handle[CREATED];
  if (port === undefined || side === 'b') return port;
  if (typeof own !== 'object')
    throw new TypeError("side is 'a'; expected 'b' where a port rings: the other end is with the handle's creator");
  return own;
}
