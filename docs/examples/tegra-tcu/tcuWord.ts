/**
 * The words of the Tegra Combined UART, as they travel through a 32-bit mailbox.
 *
 *   30 .. 28   27              26     25 .. 24   23 .. 16   15 .. 8   7 .. 0
 *   reserved   hardware flush  flush  count      third      second    first byte
 *
 * Bit 31 is not part of a word: the mailbox uses it to say that it is full.
 */
const FLUSH = 2 ** 26;
const HARDWARE_FLUSH = 2 ** 27;
const RESERVED = 2 ** 28;
const FULL = 2 ** 31;

/** How many bytes a word has room for. */
export const TCU_BYTES = 3;

/** What one word carries. */
export interface TcuPacket {
  /** Up to 3. None is a word that only flushes. */
  readonly bytes: Uint8Array;
  /** Everything up to here should be put out before this word is taken from the mailbox. */
  readonly flush: boolean;
  /** Likewise by the hardware behind it, down to the wire. */
  readonly hardwareFlush: boolean;
}

/** Makes a word; throws for more than 3 bytes. */
export function encodeWord({ bytes, flush = false, hardwareFlush = false }: Partial<TcuPacket> & Pick<TcuPacket, 'bytes'>): number {
  if (bytes.length > TCU_BYTES) throw new RangeError(`bytes has ${bytes.length} bytes; expected at most ${TCU_BYTES}`);
  const data = bytes.reduceRight((word, byte) => word * 0x100 + byte, 0);
  return data + bytes.length * 2 ** 24 + (flush ? FLUSH : 0) + (hardwareFlush ? HARDWARE_FLUSH : 0);
}

/** Reads a word, which somebody else has made: bytes that it does not count do not matter, but what is reserved has to be 0. */
export function decodeWord(word: number): TcuPacket {
  if (!Number.isInteger(word) || word < 0 || word >= FULL) throw new RangeError(`word is ${word}; expected an integer of 31 bits`);
  if (word >= RESERVED) throw new RangeError(`word is 0x${word.toString(16)}; expected bits 28 to 30 to be 0`);
  const count = (word >>> 24) & 3;
  const bytes = Uint8Array.from({ length: count }, (_, i) => (word >>> (8 * i)) & 0xff);
  return { bytes, flush: (word & FLUSH) !== 0, hardwareFlush: (word & HARDWARE_FLUSH) !== 0 };
}

/** A text as words, in UTF-8. The last one flushes, also where there is no text. */
export function encodeText(text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  const count = Math.max(1, Math.ceil(bytes.length / TCU_BYTES));
  return Array.from({ length: count }, (_, i) =>
    encodeWord({ bytes: bytes.subarray(TCU_BYTES * i, TCU_BYTES * (i + 1)), flush: i === count - 1 }),
  );
}

/** Makes a reader of words: to each, the text that it completes. A character whose bytes are in two words comes with the second. */
export function textReader(): (word: number) => string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return (word) => decoder.decode(decodeWord(word).bytes, { stream: true });
}
