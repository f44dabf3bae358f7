import type { Observable } from 'rxjs';
import type { LinkEvent, TxDoneResult } from '../../contract/LinkEvent';

/**
 * One step of a script: a link event as it is, or one of three steps that depend on the state of the link.
 *
 * - `{ type: 'taken' }` reports the oldest outstanding message as taken: by a `txDone` with its token on a `'tagged'` link, by a `txDone`
 *   without a token on others, and by the answer of `lastTxDone` where tx-dones are polled. With nothing outstanding it is a `txDone`
 *   without a token, which no message matches.
 * - `{ type: 'returned' }` gives the oldest outstanding message back, by a `refused` with its token. With nothing outstanding it does nothing.
 * - `{ type: 'busy' }` makes the link refuse every message until the next `ready`.
 *
 * @typeParam Rx - Messages received.
 * @typeParam Ack - What a tx-done carries.
 */
export type ScriptStep<Rx, Ack> = LinkEvent<Rx, Ack> | TakenStep<Ack> | ReturnedStep | BusyStep;

/** The oldest outstanding message has been taken. */
export interface TakenStep<Ack> extends TxDoneResult<Ack> {
  /** Says which step it is. */
  type: 'taken';
}

/** The link gives the oldest outstanding message back, which it had accepted. */
export interface ReturnedStep {
  /** Says which step it is. */
  type: 'returned';
  /** Why. */
  error?: unknown;
}

/** The link refuses every message until it is ready again. */
export interface BusyStep {
  /** Says which step it is. */
  type: 'busy';
}

/**
 * The letters of a script and what they stand for.
 *
 * `d` done: the oldest outstanding message has been taken · `n` not taken: it is given back · `p` progress of the oldest in flight ·
 * `b` busy from now on · `r` ready again · `x` down · `u` up.
 */
export const scriptLetters: Readonly<Record<'d' | 'n' | 'p' | 'b' | 'r' | 'x' | 'u', ScriptStep<never, never>>> = {
  d: { type: 'taken' },
  n: { type: 'returned' },
  p: { type: 'progress' },
  b: { type: 'busy' },
  r: { type: 'ready' },
  x: { type: 'down' },
  u: { type: 'up' },
};

/**
 * Writes a script as marbles.
 *
 * Letters are those of {@link scriptLetters}; `values` adds to them or replaces them. Any other letter is a received message: the letter
 * itself. `#` and `|` are the error and the completion of the link's `events$`.
 *
 * @typeParam Rx - Messages received.
 * @typeParam Ack - What a tx-done carries.
 * @param create - `hot` or `cold` of a `TestScheduler`: frames count from the start of the test, or of the link.
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
  // This also adds characters that are no letters, such as the "ms" of a time progression. Nothing looks those up.
  for (const letter of marbles) steps[letter] = { type: 'received', message: letter as Rx };
  return create(marbles, { ...steps, ...scriptLetters, ...values }, error);
}
