import { assertGeometry, strideOf, totalBytes, type Geometry } from './Geometry';
import { HEAD, MAGIC, ringsAt, sideAt, TAIL, VERSION } from './layout';

/** Allocates and describes the memory; `firstIndex` is where all indices begin. */
export function allocate(geometry: Geometry, firstIndex = 0): SharedArrayBuffer {
  assertGeometry(geometry);
  if (typeof SharedArrayBuffer !== 'function') {
    throw new TypeError('no SharedArrayBuffer here; a page needs cross-origin isolation (the COOP and COEP headers)');
  }
  const { channels, slots, slotSize } = geometry;
  const size = totalBytes(geometry);
  const buffer = new SharedArrayBuffer(size);
  const words = new Int32Array(buffer);
  words.set([MAGIC, VERSION, channels, slots, slotSize, size]);
  for (let channel = 0; channel < channels; channel++) {
    for (const at of [sideAt(channel, 0), sideAt(channel, 1)]) words[at + HEAD] = words[at + TAIL] = firstIndex;
  }
  // Each slot looks as if it was used one lap ago, so its index matches no message. Zeros would look like an empty first message.
  const stride = strideOf(slotSize) / 4;
  for (let slot = 0, at = ringsAt(channels); slot < 2 * channels * slots; slot++, at += stride) {
    words[at + 1] = firstIndex + ((slot - firstIndex) & (slots - 1)) - slots;
  }
  return buffer;
}
