/**
 * The plain memory behind the registers, for the functions of a {@link RegisterMap}.
 *
 * Every operation is one atomic step, also between threads. Offsets are in bytes and are not checked.
 */
export class RegisterWords {
  // Not a #private field: a Proxy around this object has to work.
  private readonly words: Int32Array;

  /** @internal */
  constructor(words: Int32Array) {
    this.words = words;
  }

  /** Reads a word. */
  load(offset: number): number {
    return Atomics.load(this.words, offset >> 2) >>> 0;
  }

  /** Writes a word. */
  store(offset: number, value: number): void {
    Atomics.store(this.words, offset >> 2, value);
  }

  /** Sets the bits that are ones in `bits`; returns the word from before. */
  setBits(offset: number, bits: number): number {
    return Atomics.or(this.words, offset >> 2, bits) >>> 0;
  }

  /** Clears the bits that are ones in `bits`; returns the word from before. */
  clearBits(offset: number, bits: number): number {
    return Atomics.and(this.words, offset >> 2, ~bits) >>> 0;
  }
}
