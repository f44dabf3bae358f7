import type { RegisterWords } from './RegisterWords';

/**
 * How one register in memory behaves; what is missing is as plain memory is.
 *
 * Both are given the byte offset that was used, and the number of the bus master that used it.
 */
export interface Register {
  /** What reading it gives; default: the word. */
  read?(words: RegisterWords, offset: number, agent: number): number;
  /** What writing it does; default: stores the word. */
  write?(words: RegisterWords, offset: number, value: number, agent: number): void;
}

/**
 * What makes memory a device: how its registers behave, and what asserts its interrupt lines.
 *
 * Everybody who uses the memory, in whatever thread, has to use the same map. It keeps no state of its own.
 */
export interface RegisterMap {
  /** Bytes of registers; a multiple of 4. */
  readonly size: number;
  /** How many interrupt lines; default 0. */
  readonly lines?: number;
  /** The register at this offset, which is a multiple of 4 and inside `size`; `undefined` for plain memory. */
  register?(offset: number): Register | undefined;
  /** What asserts this line just now, one bit for each cause that is pending and enabled; 0 while it is not asserted. */
  status?(line: number, words: RegisterWords): number;
}

/** A register of the device's own: what is written to it is ignored. */
export const readOnly: Register = { write: () => undefined };

/** A register that is computed from others whenever it is read; what is written to it is ignored. */
export function computed(read: NonNullable<Register['read']>): Register {
  return { read, ...readOnly };
}

/**
 * A register in which ones set bits and zeros change nothing.
 *
 * @param target - The offset of the register that holds the bits; default: itself.
 */
export function writeOneToSet(target?: number): Register {
  return {
    read: (words, offset) => words.load(target ?? offset),
    write: (words, offset, value) => void words.setBits(target ?? offset, value),
  };
}

/**
 * A register in which ones clear bits and zeros change nothing.
 *
 * @param target - The offset of the register that holds the bits; default: itself.
 */
export function writeOneToClear(target?: number): Register {
  return {
    read: (words, offset) => words.load(target ?? offset),
    write: (words, offset, value) => void words.clearBits(target ?? offset, value),
  };
}
