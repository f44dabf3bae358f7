import type { Outcome } from './Outcome';

/** What `lastTxDone` answers, by token. An entry is removed when its answer has been given, or when its message will not be polled again. */
export class PolledAnswers<Ack> {
  /** `'abandoned'`: not taken yet, and the sender has left. */
  private readonly answers = new Map<number, 'waiting' | 'abandoned' | Outcome<Ack>>();

  sent(token: number): void {
    this.answers.set(token, 'waiting');
  }

  taken(token: number, outcome: () => Outcome<Ack>): void {
    if (this.answers.get(token) === 'abandoned') this.answers.delete(token);
    else this.answers.set(token, outcome());
  }

  answer(token: number): boolean | Outcome<Ack> {
    const answer = this.answers.get(token);
    if (answer === 'waiting' || answer === 'abandoned') return false;
    this.answers.delete(token);
    return answer ?? true;
  }

  /** The sender has left. Its message may never be asked about, so its answer must not stay here. */
  abandon(token: number): void {
    if (this.answers.get(token) === 'waiting') this.answers.set(token, 'abandoned');
    else this.answers.delete(token);
  }

  clear(): void {
    this.answers.clear();
  }
}
