import { assertNumber } from '../../contract/checks';
import type { RegisterSpace } from '../registers/RegisterSpace';
import { WINDOW_SIZE } from './layout';
import { toBytes } from './words';

/** A part of the window that carries one message; in bytes. */
export interface Slots {
  readonly offset: number;
  readonly size: number;
}

export function assertSlots(name: string, offset: unknown, size: number): asserts offset is number {
  assertNumber(
    `${name} offset`,
    offset,
    `bytes, a multiple of 4 from 0 to ${WINDOW_SIZE}`,
    (n) => n >= 0 && n <= WINDOW_SIZE && n % 4 === 0,
  );
  if (offset + size <= WINDOW_SIZE) return;
  throw new RangeError(`${name} takes ${size} bytes from offset ${offset}; expected an end within the window of ${WINDOW_SIZE} bytes`);
}

export function overlap(a: Slots, b: Slots): boolean {
  return a.offset < b.offset + b.size && b.offset < a.offset + a.size && a.size > 0 && b.size > 0;
}

/** Reads the lowest word first. */
export function readSlots(registers: RegisterSpace, offset: number, size: number): Uint8Array<ArrayBuffer> {
  return toBytes(Array.from({ length: size / 4 }, (_, i) => registers.read32(offset + 4 * i) >>> 0));
}

/** Writes the lowest word first. */
export function writeSlots(registers: RegisterSpace, offset: number, words: readonly number[]): void {
  words.forEach((word, i) => registers.write32(offset + 4 * i, word));
}
