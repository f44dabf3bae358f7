/** The clock is read once per this many polls. */
const POLLS_PER_ROUND = 64;
/** Milliseconds; a shorter limit counts as zero. */
const LEAST_LIMIT = 0.002;
/** While the limit is zero, every so many sleeps one probe polls longer: at first, and at most. */
const FIRST_PROBE = 4;
const MOST_SLEEPS = 32;
/** How much longer: long enough to also see an answer from a thread that has to be woken first. */
const PROBE_FACTOR = 4;
/** More rounds than fit into a millisecond: a bound for a clock that stands still or is coarse. */
const MOST_ROUNDS = 4000;

/**
 * Polls the memory for a while before a thread sleeps, because waking a thread takes longer than most answers.
 *
 * Polling in vain halves the limit, down to zero; polling with success restores it. Two threads that both sleep after each message would
 * never find out that polling pays, so a longer probe is made now and then. An idle channel costs a few polls, and a busy one stays awake.
 */
export class SpinWait {
  private limit: number;
  private until = 0;
  private roundsLeft = 0;
  private sleepsUntilProbe = FIRST_PROBE;
  private sleepsBetweenProbes = FIRST_PROBE;

  /** @param longest - Milliseconds; 0: never polls. */
  constructor(private readonly longest: number) {
    this.limit = longest;
  }

  /** Starts the clock; false if the thread should sleep at once. */
  begin(): boolean {
    let { limit } = this;
    if (limit < LEAST_LIMIT) {
      if (this.longest === 0 || --this.sleepsUntilProbe > 0) return false;
      this.sleepsUntilProbe = this.sleepsBetweenProbes = Math.min(2 * this.sleepsBetweenProbes, MOST_SLEEPS);
      limit = PROBE_FACTOR * this.longest;
    }
    this.until = performance.now() + limit;
    this.roundsLeft = Math.ceil(limit * MOST_ROUNDS);
    return true;
  }

  /** One round of polls; whether one of them succeeded. */
  poll(hasNews: () => boolean): boolean {
    for (let i = 0; i < POLLS_PER_ROUND; i++) {
      if (hasNews()) {
        this.limit = this.longest;
        this.sleepsUntilProbe = this.sleepsBetweenProbes = FIRST_PROBE;
        return true;
      }
    }
    return false;
  }

  /** Whether the time is up; to be asked once after each round. */
  get over(): boolean {
    if (--this.roundsLeft > 0 && performance.now() < this.until) return false;
    this.limit /= 2;
    return true;
  }
}
