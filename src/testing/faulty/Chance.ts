/** Numbers that look random but depend only on the seed, on every platform. */
export class Chance {
  private state: number;

  /** @param seed - Any integer. One seed gives a different sequence for each `stream`. */
  constructor(seed: number, stream = 0) {
    this.state = scramble(scramble(seed) ^ Math.imul(stream + 1, 0x5bd1e995));
  }

  /** A number from 0 (included) to 1 (excluded). */
  next(): number {
    // A counter with an odd step visits all 2^32 states; scrambling makes neighbours look unrelated.
    this.state = (this.state + 0x6a09e667) | 0;
    return (scramble(this.state) >>> 0) / 2 ** 32;
  }
}

/** A bijection of 32-bit integers: each input bit flips about half of the output bits. */
function scramble(value: number): number {
  let bits = value | 0;
  for (const factor of [0x2c1b3c6d, 0x297a2d39, 0x45d9f3b]) bits = Math.imul(bits ^ (bits >>> 15), factor);
  return bits ^ (bits >>> 16);
}
