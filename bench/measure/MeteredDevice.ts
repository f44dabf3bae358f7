/** A microtask device for one message that stops after so many, with the next one in it: the queue stays as long as it is. */
export class MeteredDevice<Job> {
  done: (job: Job) => void = () => undefined;
  finished = 0;
  private job: Job | undefined = undefined;
  private budget = 0;
  private spent: () => void = () => undefined;

  start(job: Job): void {
    this.job = job;
    if (this.budget > 0) queueMicrotask(this.turn);
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
    this.done(this.job as Job);
    if (this.budget === 0) this.spent();
  };
}
