/** Marks sequences of register accesses that no interrupt handler may interrupt. */
export class Guard {
  private depth = 0;

  get entered(): boolean {
    return this.depth > 0;
  }

  run<T>(work: () => T): T {
    this.depth++;
    try {
      return work();
    } finally {
      this.depth--;
    }
  }
}
