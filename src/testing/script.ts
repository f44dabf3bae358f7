import type { Observable } from 'rxjs';
import type { LinkEvent, TxDoneResult } from '../contract/LinkEvent';

/**
 * One step of a script: a link event as it is, or one of two steps that depend on what the link has done so far.
 *
 * - `{ type: 'taken' }` ends the oldest outstanding message, by whatever means the link has: a `txDone` with its token on a `'tagged'`
 *   link, a `txDone` without one on the others, an answer of `lastTxDone` where tx-dones are polled. Nothing outstanding: a `txDone`
 *   without a token, which belongs to nobody.
 * - `{ type: 'busy' }` lets the link refuse every message from here to the next `ready`.
 *
 * @typeParam Rx - Messages received.
 * @typeParam Ack - What a tx-done carries.
 */
export type ScriptStep<Rx, Ack> = LinkEvent<Rx, Ack> | TakenStep<Ack> | BusyStep;

/** The oldest outstanding message has been taken. */
export interface TakenStep<Ack> extends TxDoneResult<Ack> {
  /** Says which step it is. */
  type: 'taken';
}

/** From here on the link refuses every message. */
export interface BusyStep {
  /** Says which step it is. */
  type: 'busy';
}

/**
 * The letters of a script and what they stand for.
 *
 * `d` done (the oldest outstanding message has been taken) · `b` busy from here on · `r` ready again · `x` down · `u` up.
 */
export const scriptLetters: Readonly<Record<'d' | 'b' | 'r' | 'x' | 'u', ScriptStep<never, never>>> = {
  d: { type: 'taken' },
  b: { type: 'busy' },
  r: { type: 'ready' },
  x: { type: 'down' },
  u: { type: 'up' },
};

/**
 * Writes a script as marbles.
 *
 * Letters are those of {@link scriptLetters}, `values` adds to them or replaces them, and any other letter is a received message: the
 * letter itself. `#` and `|` are the error and the completion of the link's `events$`.
 *
 * @typeParam Rx - Messages received.
 * @typeParam Ack - What a tx-done carries.
 * @param create - `hot` or `cold` of a `TestScheduler`: frames count from the start of the test, or from the link's start.
 * @param marbles - The diagram.
 * @param values - Further letters.
 * @param error - What `#` stands for.
 * @returns The steps, for the `script` option or `play()` of a {@link ScriptedController}.
 */
export function script<Rx = string, Ack = void>(
  create: <T>(marbles: string, values?: Record<string, T>, error?: unknown) => Observable<T>,
  marbles: string,
  values: Record<string, ScriptStep<Rx, Ack>> = {},
  error?: unknown,
): Observable<ScriptStep<Rx, Ack>> {
  const steps: Record<string, ScriptStep<Rx, Ack>> = {};
  // Some of these are not letters of the diagram (the "ms" of a time progression); nothing looks those up.
  for (const letter of marbles) steps[letter] = { type: 'received', message: letter as Rx };
  return create(marbles, { ...steps, ...scriptLetters, ...values }, error);
}
