import { assertInteger, show } from '../../contract/checks';
import type { HspBlock } from './HspBlock';
import type { HspWords } from './HspWords';
import { IS_FULL, SHRD_MBOX, TYPE1_DATA, TYPE1_TAG } from './layout';

/** How messages of one width are stored in the registers of a mailbox, which begin at `base`. */
export interface HspPayload<Tx, Rx> {
  readonly bits: 32 | 128;
  /** Throws if the message does not fit. */
  check(message: Tx): void;
  isFull(block: HspBlock, base: number): boolean;
  /** Writes the message, the flag last. */
  put(block: HspBlock, base: number, message: Tx): void;
  /** Reads the message and clears all its words, because some producers check more than the flag. `undefined` if there is none. */
  take(block: HspBlock, base: number): Rx | undefined;
}

/** 31 bits and the flag in one word. */
export const narrow: HspPayload<number, number> = {
  bits: 32,
  check: (message) => assertInteger('message', message, 0, IS_FULL - 1),
  isFull: (block, base) => block.word(base + SHRD_MBOX) >= IS_FULL,
  put: (block, base, message) => block.write(base + SHRD_MBOX, IS_FULL + message),
  take(block, base) {
    const word = block.word(base + SHRD_MBOX);
    if (word < IS_FULL) return undefined;
    block.write(base + SHRD_MBOX, 0);
    return word - IS_FULL;
  },
};

const WORDS = [0, 1, 2, 3];

/** Four words, and the flag in a word of its own. */
export const wide: HspPayload<HspWords, Uint32Array> = {
  bits: 128,
  check(message) {
    const words = message as Uint32Array | unknown[];
    // Not instanceof: it may come from another realm.
    if (!Array.isArray(words) && Object.prototype.toString.call(words) !== '[object Uint32Array]') {
      throw new TypeError(`message is ${show(words)}; expected a Uint32Array or an array, of 4 words`);
    }
    if (words.length !== WORDS.length) throw new RangeError(`message has ${words.length} words; expected 4, which are 128 bits`);
    for (const word of WORDS) assertInteger(`message[${word}]`, words[word], 0, 2 ** 32 - 1);
  },
  isFull: (block, base) => block.word(base + TYPE1_TAG) >= IS_FULL,
  put(block, base, message) {
    for (const word of WORDS) block.write(base + TYPE1_DATA(word), message[word]!);
    block.write(base + TYPE1_TAG, IS_FULL);
  },
  take(block, base) {
    if (!this.isFull(block, base)) return undefined;
    const message = Uint32Array.from(WORDS, (word) => block.word(base + TYPE1_DATA(word)));
    for (const word of WORDS) block.write(base + TYPE1_DATA(word), 0);
    // Last, because the producer may write from here on.
    block.write(base + TYPE1_TAG, 0);
    return message;
  },
};
