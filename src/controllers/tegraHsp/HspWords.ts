/** A message of 128 bits: four words, 0 to 2³² − 1 each. */
export type HspWords = Uint32Array | readonly [number, number, number, number];
