import { isThenable } from '../contract/checks';
import { threwInstead, wrongAnswer } from '../contract/guards';
import type { MailboxLink } from '../contract/MailboxLink';

/** Hears of what somebody else's code did that it must not (rule 8). */
export type OnBroken = (error: TypeError, token?: number) => void;

/** Runs txPrepare. What it throws fails the message, and so does a promise: nobody waits for it, so the message would go out unprepared. */
export function prepareMessage<Tx>(txPrepare: (message: Tx) => unknown, message: Tx, token: number, onBroken: OnBroken): void {
  const answer = txPrepare(message);
  if (answer === undefined || !isThenable(answer)) return;
  const error = wrongAnswer('txPrepare', answer, 'nothing, since it is not awaited');
  onBroken(error, token);
  throw error;
}

/** Tells the link that a sender has left. It is only advice: leaving is safe without it. */
export function abortMessage(link: MailboxLink<never, unknown, unknown>, token: number, onBroken: OnBroken): void {
  callOut('abort', () => link.abort?.(token), token, onBroken);
}

/** Calls code of the application that can fail nothing. */
export function callOut(name: string, callback: () => unknown, token: number, onBroken: OnBroken): void {
  try {
    const answer = callback();
    if (isThenable(answer)) onBroken(wrongAnswer(name, answer, 'nothing, since it is not awaited'), token);
  } catch (error) {
    onBroken(threwInstead(name, error), token);
  }
}

/** Whether data wait to be received. */
export function peekData(link: MailboxLink<never, unknown, unknown>, onBroken: OnBroken): boolean {
  if (!link.peekData) return false;
  const answer: unknown = link.peekData();
  if (typeof answer === 'boolean') return answer;
  onBroken(wrongAnswer('peekData', answer, 'true or false'));
  return false;
}
