/** How often the clock is read: once per so many looks. */
const LOOKS = 64;
/** A wait that is shorter than this, in milliseconds, is none. */
const LEAST = 0.002;

/**
 * How long a thread goes on looking at the memory before it sleeps: being woken takes longer than most answers.
 *
 * Each time that it looked in vain it looks half as long, down to not at all; each time that it was right to look, or was woken so soon that
 * it would have been, as long as it may. So a channel that is quiet costs a handful of looks, and a busy one is not put to sleep.
 */
export class Patience {
  private limit: number;
  private until = 0;
  private asleepAt = 0;

  /** @param most - Milliseconds. */
  constructor(private readonly most: number) {
    this.limit = most;
  }

  /** Whether to look on for a while, beginning now. */
  begin(): boolean {
    if (this.limit < LEAST) return false;
    this.until = performance.now() + this.limit;
    return true;
  }

  /** Looks for a moment. */
  look(news: () => boolean): boolean {
    for (let i = 0; i < LOOKS; i++) {
      if (news()) {
        this.limit = this.most;
        return true;
      }
    }
    return false;
  }

  /** Whether it has looked long enough. */
  get over(): boolean {
    if (performance.now() < this.until) return false;
    this.limit /= 2;
    return true;
  }

  sleeps(): void {
    this.asleepAt = performance.now();
  }

  woken(): void {
    if (performance.now() - this.asleepAt < this.most) this.limit = this.most;
  }
}
