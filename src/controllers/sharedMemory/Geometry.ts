import { assertInteger } from '../../contract/checks';
import { ringsAt, SLOT_HEADER } from './layout';

/** Every offset is an int32. */
const MAX_BYTES = 2 ** 31 - 64;

/** The numbers that all offsets follow from. */
export interface Geometry {
  readonly channels: number;
  readonly slots: number;
  readonly slotSize: number;
}

export function assertGeometry({ channels, slots, slotSize }: Geometry): void {
  assertInteger('channels', channels, 1);
  assertInteger('slots', slots, 1);
  if (!Number.isInteger(Math.log2(slots))) throw new RangeError(`slots is ${slots}; expected a power of two`);
  assertInteger('slotSize', slotSize, 1);
}

/** From one slot to the next, in bytes. */
export function strideOf(slotSize: number): number {
  return Math.ceil((SLOT_HEADER + slotSize) / 8) * 8;
}

export function totalBytes({ channels, slots, slotSize }: Geometry): number {
  const size = 4 * ringsAt(channels) + 2 * channels * slots * strideOf(slotSize);
  if (size > MAX_BYTES) {
    throw new RangeError(`${channels} channels of ${slots} slots of ${slotSize} bytes need ${size} bytes; expected at most ${MAX_BYTES}`);
  }
  return size;
}
