import type { Outcome } from './Outcome';

/** What `lastTxDone` answers, by token. Each entry is removed once its answer was given, or once nobody will ask for it any more. */
export class PolledAnswers<Ack> {
  /** Not taken yet; not taken yet, and nobody will ask; or the answer. */
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
