/** Numbers that look random and are the same again for the same seed. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = Math.imul(seed + 1, 0x9e37_79b1) | 0;
  }

  /** 0 <= n < 2^32 */
  word(): number {
    this.state = (this.state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** An integer, both ends included. */
  between(least: number, most: number): number {
    return least + (this.word() % (most - least + 1));
  }

  chance(part: number): boolean {
    return this.word() < part * 2 ** 32;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.word() % from.length]!;
  }
}
