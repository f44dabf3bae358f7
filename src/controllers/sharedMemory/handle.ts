import { assertObject, assertOneOf, show } from '../../contract/checks';
import { allocate, type Geometry } from './layout';

// Structured cloning drops symbols: only the creator's own object has it, and so knows which side it is.
const CREATED = Symbol('rx-mailbox.shared-memory.created');

/** Which end of the memory: `'a'` for whoever made the handle, `'b'` for whoever got it. */
export type SharedMemorySide = 'a' | 'b';

/**
 * What both sides need to know; plain and cloneable, so it goes through `postMessage` or `workerData`.
 *
 * @see {@link createSharedMemory}
 */
export interface SharedMemoryHandle {
  /** All messages, and all that the sides tell each other. */
  readonly buffer: SharedArrayBuffer;
  /**
   * The second argument for `postMessage`, and the `transferList` of a `Worker`. Empty, except where a message port has to ring.
   */
  // The browser's type and Node's are not assignable to each other, and each side knows only its own.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly transfer: any[];
  /** @internal */
  readonly [CREATED]?: MessagePort | true;
}

/** Options of {@link createSharedMemory}. */
export interface SharedMemoryOptions {
  /** How many channels; an integer >= 1, default 1. */
  channels?: number;
  /** How many messages each channel holds in each direction; a power of two, default 64. */
  slots?: number;
  /** Longest message, in bytes; an integer >= 1, default 256. */
  slotSize?: number;
  /**
   * How a sleeping side is woken. Default: `'atomics'`, or `'port'` where there is no `Atomics.waitAsync`; both sides do the same.
   * With `'port'`, pass `handle.transfer` on whenever the handle is posted.
   */
  wakeBy?: 'atomics' | 'port';
}

/**
 * Makes the memory for channels between two threads, or between a page and its worker.
 *
 * Give the handle to the other side, and make a `Mailbox` of a {@link sharedMemory} controller on it at both sides. One handle connects
 * two threads; a third needs a handle of its own.
 *
 * @param options - See {@link SharedMemoryOptions}.
 * @returns The handle; its creator is side `'a'`.
 * @throws TypeError or RangeError for an option that is not in its range, and TypeError where there is no `SharedArrayBuffer`.
 * @example
 * {@includeCode ../../../test/unit/controllers/sharedMemory.test.ts#example}
 */
export function createSharedMemory(options: SharedMemoryOptions = {}): SharedMemoryHandle {
  assertObject('options', options);
  const { channels = 1, slots = 64, slotSize = 256, wakeBy = hasWaitAsync() ? 'atomics' : 'port' } = options;
  assertOneOf('wakeBy', wakeBy, ['atomics', 'port']);
  if (wakeBy === 'atomics' && !hasWaitAsync())
    throw new TypeError("wakeBy is 'atomics'; expected 'port' where there is no Atomics.waitAsync");
  return createHandle({ channels, slots, slotSize }, wakeBy);
}

/** {@link createSharedMemory} without defaults; `firstIndex` is where the count of messages begins. */
export function createHandle(geometry: Geometry, wakeBy: 'atomics' | 'port', firstIndex = 0): SharedMemoryHandle {
  const buffer = allocate(geometry, firstIndex);
  if (wakeBy === 'atomics') return { buffer, transfer: [], [CREATED]: true };
  const { port1, port2 } = new MessageChannel();
  return { buffer, transfer: [port2], [CREATED]: port1 };
}

export function defaultSide(handle: SharedMemoryHandle): SharedMemorySide {
  return handle[CREATED] === undefined ? 'b' : 'a';
}

/** The port by which a side rings and is rung, where there is one. */
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

export function hasWaitAsync(): boolean {
  return typeof (Atomics as Partial<typeof Atomics>).waitAsync === 'function';
}
