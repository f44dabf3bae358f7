/** How often the clock is read: once per so many looks. */
const LOOKS = 64;
/** A wait that is shorter than this, in milliseconds, is none. */
const LEAST = 0.002;
/** Where it does not look any more it tries once every so often, first and at most; so much longer, to see also who has to be woken first. */
const SELDOM = 4;
const MOST_SELDOM = 32;
const LONGER = 4;
/** More looks than fit into a millisecond: a clock that stands still, or goes in long steps, must not keep a thread looking. */
const MOST_LOOKS = 4000;

/**
 * How long a thread goes on looking at the memory before it sleeps: being woken takes longer than most answers.
 *
 * Each time that it looked in vain it looks half as long, down to not at all; when it was right to look, as long as it may. Since two threads
 * that both sleep after each word never find out that they need not, it tries a longer look now and then. So a channel that is quiet costs
 * a handful of looks, and a busy one is not put to sleep.
 */
export class SpinWait {
  private limit: number;
  private until = 0;
  private left = 0;
  /** Sleeps until the next try, and after that. */
  private rests = SELDOM;
  private seldom = SELDOM;

  /** @param most - Milliseconds. */
  constructor(private readonly most: number) {
    this.limit = most;
  }

  /** Whether to look on for a while, beginning now. */
  begin(): boolean {
    let { limit } = this;
    if (limit < LEAST) {
      if (this.most === 0 || --this.rests > 0) return false;
      this.rests = this.seldom = Math.min(2 * this.seldom, MOST_SELDOM);
      limit = LONGER * this.most;
    }
    this.until = performance.now() + limit;
    this.left = Math.ceil(limit * MOST_LOOKS);
    return true;
  }

  /** Looks for a moment. */
  look(news: () => boolean): boolean {
    for (let i = 0; i < LOOKS; i++) {
      if (news()) {
        this.limit = this.most;
        this.rests = this.seldom = SELDOM;
        return true;
      }
    }
    return false;
  }

  /** Whether it has looked long enough. */
  get over(): boolean {
    if (--this.left > 0 && performance.now() < this.until) return false;
    this.limit /= 2;
    return true;
  }
}
