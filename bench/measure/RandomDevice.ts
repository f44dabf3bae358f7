/**
 * A microtask device that finishes what is in it in random order, one message at a time, and stops after so many: what was in it stays there.
 *
 * The order is the same in every run.
 */
export class RandomDevice<Job> {
  done: (job: Job) => void = () => undefined;
  finished = 0;
  private readonly jobs: Job[] = [];
  private random = 1;
  private budget = 0;
  private spent: () => void = () => undefined;

  start(job: Job): void {
    this.jobs.push(job);
  }

  /** Finishes so many messages. */
  run(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.spent = resolve;
      this.budget = count;
      queueMicrotask(this.turn);
    });
  }

  private readonly turn = (): void => {
    this.budget--;
    this.finished++;
    this.done(this.takeAny());
    if (this.budget === 0) this.spent();
    else queueMicrotask(this.turn);
  };

  private takeAny(): Job {
    const { jobs } = this;
    this.random = (Math.imul(this.random, 1_664_525) + 1_013_904_223) >>> 0;
    const at = Math.floor((this.random / 2 ** 32) * jobs.length);
    const job = jobs[at]!;
    // The last one takes its place.
    const last = jobs.pop()!;
    if (at < jobs.length) jobs[at] = last;
    return job;
  }
}
