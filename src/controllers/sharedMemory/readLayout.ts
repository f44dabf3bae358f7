import { assertObject, show } from '../../contract/checks';
import { assertGeometry, strideOf, totalBytes, type Geometry } from './Geometry';
import { LINE, MAGIC, VERSION } from './layout';

/** The memory of one handle, checked. */
export interface Layout extends Geometry {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  /** From one slot to the next, in bytes. */
  readonly stride: number;
}

/** Reads the header once, and accepts it only if it agrees with the buffer's size. */
export function readLayout(handle: { readonly buffer: SharedArrayBuffer }): Layout {
  assertObject('handle', handle);
  const { buffer } = handle;
  // Not instanceof: a buffer may come from another realm.
  if (Object.prototype.toString.call(buffer) !== '[object SharedArrayBuffer]') {
    throw new TypeError(`handle.buffer is ${show(buffer)}; expected the SharedArrayBuffer of a handle that createSharedMemory() made`);
  }
  const [magic, version, channels = 0, slots = 0, slotSize = 0, size] = buffer.byteLength < 4 * LINE ? [] : new Int32Array(buffer, 0, LINE);
  if (magic !== MAGIC) throw new TypeError('handle.buffer is not ours; expected one that createSharedMemory() made');
  if (version !== VERSION)
    throw new RangeError(`handle has layout ${String(version)}; expected ${VERSION}, so the same version at both sides`);
  const geometry = { channels, slots, slotSize };
  const expected = sizeOf(geometry);
  if (size !== expected || buffer.byteLength !== expected) {
    throw new RangeError(
      `handle is damaged: ${buffer.byteLength} bytes do not hold ${channels} channels of ${slots} slots of ${slotSize} bytes`,
    );
  }
  return { ...geometry, stride: strideOf(slotSize), words: new Int32Array(buffer), bytes: new Uint8Array(buffer) };
}

/** How many bytes such a memory has; `undefined` if there is none. */
function sizeOf(geometry: Geometry): number | undefined {
  try {
    assertGeometry(geometry);
    return totalBytes(geometry);
  } catch {
    return undefined;
  }
}
