/** How the device gets the thread back: at the end of this microtask, or in the next turn of the event loop. */
export type Hop = (turn: () => void) => void;

/** `Device` tells what it has finished; the same class carries every contender's messages. */
const CAPACITY = 4096;

/**
 * What all the queues feed: takes jobs in order, and one hop later finishes all that it has taken by then.
 *
 * It checks nothing but that no more jobs are in it than there may be, and does nothing else, so what it costs alone is the limit for
 * everybody. A job is whatever the contender needs to find its message again: a callback, a token.
 */
export class Device<Job> {
  /** Called with each finished job. */
  done: (job: Job) => void = () => undefined;
  finished = 0;
  private readonly jobs = new Array<Job | undefined>(CAPACITY);
  private first = 0;
  private size = 0;
  private hopping = false;

  constructor(
    private readonly hop: Hop,
    private readonly window: number,
  ) {
    if (window > CAPACITY) throw new RangeError(`window is ${window}; expected at most ${CAPACITY}`);
    this.jobs.fill(undefined);
  }

  start(job: Job): void {
    if (this.size === this.window) throw new Error(`more than ${this.window} messages in flight`);
    this.jobs[(this.first + this.size) & (CAPACITY - 1)] = job;
    this.size++;
    if (this.hopping) return;
    this.hopping = true;
    this.hop(this.turn);
  }

  private readonly turn = (): void => {
    this.hopping = false;
    for (let { size } = this; size > 0; size--) {
      const job = this.jobs[this.first] as Job;
      this.jobs[this.first] = undefined;
      this.first = (this.first + 1) & (CAPACITY - 1);
      this.size--;
      this.finished++;
      this.done(job);
    }
  };
}
