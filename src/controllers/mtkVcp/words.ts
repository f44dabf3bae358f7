/** Bytes as the words that carry them: the first byte is in bits 7 to 0. The length has to be a multiple of 4. */
export function toWords(data: ArrayBufferView): number[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: data.byteLength / 4 }, (_, i) => view.getUint32(4 * i, true));
}

/** The bytes that the words carry. */
export function toBytes(words: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  words.forEach((word, i) => view.setUint32(4 * i, word, true));
  return bytes;
}
