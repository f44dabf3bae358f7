import { isThenable, show } from './checks';

/**
 * What is wrong with an answer of somebody else's code.
 *
 * If the answer is a promise that is rejected, nobody handles that rejection: what was expected is not a promise. It ends here.
 */
export function wrongAnswer(callback: string, answer: unknown, expected: string): TypeError {
  if (isThenable(answer)) mute(answer);
  return new TypeError(`${callback} returned ${show(answer)}; expected ${expected}`);
}

/** What is wrong with a callback that threw where it must not. */
export function threwInstead(callback: string, cause: unknown): TypeError {
  return new TypeError(`${callback} threw`, { cause });
}

function mute(thenable: PromiseLike<unknown>): void {
  try {
    thenable.then(ignore, ignore);
  } catch {
    // What can be said of it is said by the TypeError.
  }
}

function ignore(): void {
  // Nobody waits for it.
}
