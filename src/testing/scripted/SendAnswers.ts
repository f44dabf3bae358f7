/** What `sendData` answers next: accepts, unless the test asked it to refuse or to throw. */
export class SendAnswers {
  private refusals = 0;
  private readonly errors: unknown[] = [];

  refuse(times: number): void {
    this.refusals = times;
  }

  throwNext(error: unknown, times: number): void {
    for (let i = 0; i < times; i++) this.errors.push(error);
  }

  /** Errors come before refusals. */
  next(): 'accepted' | 'busy' {
    if (this.errors.length > 0) throw this.errors.shift();
    if (this.refusals === 0) return 'accepted';
    this.refusals--;
    return 'busy';
  }
}
