import { assertInteger, assertObject, show } from '../../contract/checks';
import type { SharedMemoryHandle } from './handle';

/*
 * One SharedArrayBuffer; everything but payloads is 32-bit words, and `line` is a cache line of 64 bytes.
 *
 *   header         1 line    magic, version, channels, slots, slotSize, bytes: written once
 *   per channel    2 sides   what one side says about itself, 4 lines; only that side writes, except where noted
 *     line 0       GENERATION, SEEN, BASE, READY    who is there (see Connection)
 *                  LOCK, 2 words                    whether it lives (see WebLockLiveness)
 *     line 1       HEAD                             index of the next message it will write
 *     line 2       TAIL                             index of the next message it will take
 *     line 3       BELL, ASLEEP                     both also written by the other side, which rings
 *   per channel    2 rings   `slots` slots each; ring 0 carries what side a sends, ring 1 what side b sends
 *     slot         length of the payload in bytes, index of the message, payload; a multiple of 8 bytes
 *
 * Indices count messages, modulo 2^32, and never start over: an index names one message of all that were ever sent. So slots are a power
 * of two (a position is the low bits of an index), and a tail that an earlier owner left behind cannot be taken for a later one's.
 */
const MAGIC = 0x7278_6d62;
const VERSION = 1;
const LINE = 16;
const SIDE = 4 * LINE;

export const GENERATION = 0;
export const SEEN = 1;
export const BASE = 2;
export const READY = 3;
export const LOCK = 4;
export const HEAD = LINE;
export const TAIL = 2 * LINE;
export const BELL = 3 * LINE;
export const ASLEEP = BELL + 1;

/** Bytes of a slot before its payload. */
export const SLOT_HEADER = 8;
/** Every offset is an int32. */
const MAX_BYTES = 2 ** 31 - 64;

export interface Geometry {
  readonly channels: number;
  readonly slots: number;
  readonly slotSize: number;
}

/** The memory of one handle, checked. */
export interface Layout extends Geometry {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  /** From one slot to the next, in bytes. */
  readonly stride: number;
}

/** Where a side's words of one channel are, as an index into `words`. */
export function sideAt(channel: number, side: 0 | 1): number {
  return LINE + (2 * channel + side) * SIDE;
}

/** Where the ring that a side sends through is, in bytes. */
export function ringAt({ channels, slots, stride }: Layout, channel: number, side: 0 | 1): number {
  return 4 * ringsAt(channels) + (2 * channel + side) * slots * stride;
}

/** Where the rings begin, as an index into `words`. */
function ringsAt(channels: number): number {
  return LINE + 2 * channels * SIDE;
}

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
  // As if each slot had been used a lap ago: an index that matches nothing. Zeros would look like a first message that is empty.
  const stride = strideOf(slotSize) / 4;
  for (let slot = 0, at = ringsAt(channels); slot < 2 * channels * slots; slot++, at += stride) {
    words[at + 1] = firstIndex + ((slot - firstIndex) & (slots - 1)) - slots;
  }
  return buffer;
}

/** Reads the description once and believes it only where it agrees with the buffer. */
export function readLayout(handle: SharedMemoryHandle): Layout {
  assertObject('handle', handle);
  const { buffer } = handle;
  // By name rather than by class: a buffer may come from another realm.
  if (Object.prototype.toString.call(buffer) !== '[object SharedArrayBuffer]') {
    throw new TypeError(`handle.buffer is ${show(buffer)}; expected the SharedArrayBuffer of a handle that createSharedMemory() made`);
  }
  const [magic, version, channels = 0, slots = 0, slotSize = 0, size] = buffer.byteLength < 4 * LINE ? [] : new Int32Array(buffer, 0, LINE);
  if (magic !== MAGIC) throw new TypeError('handle.buffer is not ours; expected one that createSharedMemory() made');
  if (version !== VERSION)
    throw new RangeError(`handle has layout ${String(version)}; expected ${VERSION}, so the same version at both sides`);
  const geometry = { channels, slots, slotSize };
  let expected: number | undefined;
  try {
    assertGeometry(geometry);
    expected = totalBytes(geometry);
  } catch {
    // Said below.
  }
  if (size !== expected || buffer.byteLength !== expected) {
    throw new RangeError(
      `handle is damaged: ${buffer.byteLength} bytes do not hold ${channels} channels of ${slots} slots of ${slotSize} bytes`,
    );
  }
  return { ...geometry, stride: strideOf(slotSize), words: new Int32Array(buffer), bytes: new Uint8Array(buffer) };
}

function assertGeometry({ channels, slots, slotSize }: Geometry): void {
  assertInteger('channels', channels, 1);
  assertInteger('slots', slots, 1);
  if (!Number.isInteger(Math.log2(slots))) throw new RangeError(`slots is ${slots}; expected a power of two`);
  assertInteger('slotSize', slotSize, 1);
}

function strideOf(slotSize: number): number {
  return Math.ceil((SLOT_HEADER + slotSize) / 8) * 8;
}

function totalBytes({ channels, slots, slotSize }: Geometry): number {
  const size = 4 * ringsAt(channels) + 2 * channels * slots * strideOf(slotSize);
  if (size > MAX_BYTES) {
    throw new RangeError(`${channels} channels of ${slots} slots of ${slotSize} bytes need ${size} bytes; expected at most ${MAX_BYTES}`);
  }
  return size;
}
