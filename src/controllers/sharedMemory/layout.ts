/*
 * One SharedArrayBuffer; everything but payloads is 32-bit words, and `line` is a cache line of 64 bytes.
 *
 *   header         1 line    magic, version, channels, slots, slotSize, bytes: written once
 *   per channel    2 sides   what one side says about itself, 4 lines; only that side writes, except where noted
 *     line 0       GENERATION, SEEN, BASE, READY    who is there (see Connection)
 *                  LOCK, 2 words                    which Web Lock its thread holds (see WebLockLiveness)
 *     line 1       HEAD                             index of the next message it will write
 *     line 2       TAIL                             index of the next message it will take
 *     line 3       BELL, 2 words                    whether it sleeps (see Doorbell); the other side writes here, too, when it rings
 *   per channel    2 rings   `slots` slots each; ring 0 carries what side a sends, ring 1 what side b sends
 *     slot         length of the payload in bytes, index of the message, payload; a multiple of 8 bytes
 *
 * Indices count messages, modulo 2^32, and never start over, so an index names one message of all that were ever sent. A tail that an
 * earlier owner wrote can therefore not be mistaken for one of a later owner. The number of slots is a power of two, so that a message's
 * place in the ring is the low bits of its index.
 */
export const MAGIC = 0x7278_6d62;
export const VERSION = 1;

/** Words of a cache line. */
export const LINE = 16;
/** Words of a side. */
export const SIDE = 4 * LINE;

export const GENERATION = 0;
export const SEEN = 1;
export const BASE = 2;
export const READY = 3;
export const LOCK = 4;
export const HEAD = LINE;
export const TAIL = 2 * LINE;
export const BELL = 3 * LINE;

/** Bytes of a slot before its payload. */
export const SLOT_HEADER = 8;

/** Where a side's words of one channel are, as an index into `words`. */
export function sideAt(channel: number, side: 0 | 1): number {
  return LINE + (2 * channel + side) * SIDE;
}

/** Where the rings begin, as an index into `words`. */
export function ringsAt(channels: number): number {
  return LINE + 2 * channels * SIDE;
}

/** Where the ring that a side sends through is, in bytes. */
export function ringAt(rings: { channels: number; slots: number; stride: number }, channel: number, side: 0 | 1): number {
  return 4 * ringsAt(rings.channels) + (2 * channel + side) * rings.slots * rings.stride;
}
