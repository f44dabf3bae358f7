import { isThenable } from '../../contract/checks';
import { isReliable, type FaultSettings } from './FaultyLinkSettings';
import type { FaultSource } from './FaultSource';
import type { Fault } from './FaultyOptions';

type Answer<Ack> = boolean | { ack?: Ack; error?: unknown };

/** Answers of `lastTxDone` on their way from the real link to the mailbox: loses and delays them. */
export class FaultyPolls<Ack> {
  /** Answers that the real link has given and the mailbox has not had, by token. */
  private readonly withheld = new Map<number, { answer: Answer<Ack>; due: number }>();
  /** Where answers come in order: none is due before this moment. */
  private latest = 0;
  private readonly source: FaultSource;
  private readonly reliable: boolean;

  constructor(
    settings: FaultSettings,
    private readonly sever: (fault: Fault) => void,
  ) {
    this.source = settings.source;
    this.reliable = isReliable(settings);
  }

  ask(token: number, askReal: (token: number) => Answer<Ack>): Answer<Ack> {
    const known = this.withheldAnswer(token);
    if (known !== undefined) return known;
    const answer = askReal(token);
    // What is no answer is passed on: it can be neither lost nor late.
    if (answer !== true && (typeof answer !== 'object' || answer === null || isThenable(answer))) return answer;
    const dropped = this.source.strike('dropTxDone', token);
    if (dropped) {
      this.never(token);
      if (this.reliable) this.sever(dropped);
      return false;
    }
    return this.withhold(token, answer, this.source.strike('delayTxDone', token)?.ms ?? 0);
  }

  /** This message is never reported as taken. */
  never(token: number): void {
    this.withheld.set(token, { answer: false, due: Infinity });
  }

  /** This message has been given back, and may be handed over again. */
  notSent(token: number): void {
    this.withheld.delete(token);
  }

  endEpoch(): void {
    this.withheld.clear();
    this.latest = 0;
  }

  /** `undefined`: the real link has to be asked. */
  private withheldAnswer(token: number): Answer<Ack> | undefined {
    const found = this.withheld.get(token);
    if (found === undefined) return undefined;
    if (found.due > this.source.scheduler.now()) return false;
    this.withheld.delete(token);
    return found.answer;
  }

  /** Gives the answer now, or not before `ms` milliseconds have passed. */
  private withhold(token: number, answer: Answer<Ack>, ms: number): Answer<Ack> {
    const now = this.source.scheduler.now();
    const due = Math.max(now + ms, this.reliable ? this.latest : 0);
    this.latest = Math.max(this.latest, due);
    if (due <= now) return answer;
    this.withheld.set(token, { answer, due });
    return false;
  }
}
