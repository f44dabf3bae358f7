import type { SharedMemoryCodec } from 'rx-mailbox/shared-memory';

/** A message names itself and its sender, so that its sender is known without the library. */
export interface Message {
  readonly id: number;
  readonly sender: number;
}

export interface Received extends Message {
  /** The check agrees: these are bytes that a sender wrote, all of them. */
  readonly intact: boolean;
}

export const SENDERS = 97;
export const SLOT_SIZE = 64;
const HEADER = 12;

export function senderOf(id: number): number {
  return id % SENDERS;
}

function checkOf(id: number, sender: number): number {
  return (Math.imul(id ^ 0x5bd1_e995, 0x2c1b_3c6d) ^ Math.imul(sender + 1, 0x297a_2d39)) >>> 0;
}

function put(slot: Uint8Array, at: number, word: number): void {
  for (let i = 0; i < 4; i++) slot[at + i] = word >>> (8 * i);
}

function get(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

export interface CodecOptions {
  readonly inPlace?: boolean;
  /** Hears of bytes that no slot can hold. */
  readonly outOfRange: () => void;
}

/** 12 bytes, then 0 to 32 that repeat the lowest byte of the id. */
export function makeCodec({ inPlace = false, outOfRange }: CodecOptions): SharedMemoryCodec<Message, Received> {
  return {
    inPlace,
    encodeInto({ id, sender }, slot) {
      const length = HEADER + 8 * (id % 5);
      put(slot, 0, id);
      put(slot, 4, sender);
      put(slot, 8, checkOf(id, sender));
      slot.fill(id, HEADER, length);
      return length;
    },
    decode(bytes) {
      const { length } = bytes;
      if (length > SLOT_SIZE || bytes.byteOffset + length > bytes.buffer.byteLength) outOfRange();
      if (length < HEADER) return { id: 0, sender: 0, intact: false };
      const id = get(bytes, 0);
      const sender = get(bytes, 4);
      let intact = sender === senderOf(id) && get(bytes, 8) === checkOf(id, sender) && length === HEADER + 8 * (id % 5);
      for (let i = HEADER; i < length; i++) intact &&= bytes[i] === (id & 255);
      return { id, sender, intact };
    },
  };
}
