import { assertObject, assertOneOf } from '../../contract/checks';
import { hasWaitAsync } from '../../threads/hasWaitAsync';
import { createHandle, type SharedMemoryHandle } from './SharedMemoryHandle';

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
