import type { RegisterWords } from './RegisterWords';

/**
 * How one register in memory behaves; without `read` or `write`, it behaves like plain memory.
 *
 * Both get the byte offset of the access, and the number of the bus master that made it.
 */
export interface Register {
  /** Returns what a read sees; default: the word. */
  read?(words: RegisterWords, offset: number, agent: number): number;
  /** Does what a write does; default: stores the word. */
  write?(words: RegisterWords, offset: number, value: number, agent: number): void;
}

/**
 * What makes memory a device: how its registers behave, and what asserts its interrupt lines.
 *
 * All users of the memory, in all threads, have to use the same map. A map keeps no state of its own.
 */
export interface RegisterMap {
  /** Bytes of registers; a multiple of 4. */
  readonly size: number;
  /** How many interrupt lines; default 0. */
  readonly lines?: number;
  /** The register at this offset, which is a multiple of 4 and inside `size`; `undefined` for plain memory. */
  register?(offset: number): Register | undefined;
  /** What asserts this line now: one bit for each cause that is pending and enabled; 0 while it is not asserted. */
  status?(line: number, words: RegisterWords): number;
}

/** A register that only the device sets; writes are ignored. */
export const readOnly: Register = { write: () => undefined };

/** A register that is computed from others on each read; writes are ignored. */
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
