import type { SchedulerLike } from 'rxjs';

type Answer<Ack> = boolean | { ack?: Ack; error?: unknown };

/** What a polled link has been told and does not say yet, or never says, by token. */
export class LateAnswers<Ack> {
  private readonly late = new Map<number, { answer: Answer<Ack>; due: number }>();
  /** In order: no answer before this moment. */
  private latest = 0;

  constructor(
    private readonly scheduler: SchedulerLike,
    private readonly inOrder: boolean,
  ) {}

  /** What to say about this message; undefined: ask. */
  get(token: number): Answer<Ack> | undefined {
    const found = this.late.get(token);
    if (found === undefined) return undefined;
    if (found.due > this.scheduler.now()) return false;
    this.late.delete(token);
    return found.answer;
  }

  /** Says so after `ms` milliseconds; in order, not before those ahead. */
  give(token: number, answer: Answer<Ack>, ms: number): Answer<Ack> {
    const now = this.scheduler.now();
    const due = Math.max(now + ms, this.inOrder ? this.latest : 0);
    this.latest = Math.max(this.latest, due);
    if (due <= now) return answer;
    this.late.set(token, { answer, due });
    return false;
  }

  never(token: number): void {
    this.late.set(token, { answer: false, due: Infinity });
  }

  clear(): void {
    this.late.clear();
    this.latest = 0;
  }
}
