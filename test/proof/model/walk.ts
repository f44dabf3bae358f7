import fc from 'fast-check';
import { mailboxSetups, sending, step } from './arbitraries';
import { Match } from './Match';

const CHUNK = 500;
const SENDERS = 1000;

/** Odd lengths, so that few of a thousand clocks run out in the same moment; they are exact in binary, so that sums are, too. */
const odd = (min: number, max: number) => fc.integer({ min: min * 1024, max: max * 1024 }).map((n) => n / 1024);

/**
 * A thousand senders on many mailboxes of all kinds, each of which does at random whatever can be done; judged after every step.
 *
 * @param seed - The same seed gives the same walk; a shorter walk is the beginning of a longer one.
 */
export async function walk(seed: number, steps: number): Promise<Match> {
  try {
    return await play(seed, steps, false);
  } catch {
    // Only what is found with care is a difference.
    return play(seed, steps, true);
  }
}

async function play(seed: number, steps: number, careful: boolean): Promise<Match> {
  const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number, part: number): T[] =>
    fc.sample(arbitrary, { seed: seed + part, numRuns });
  const senders = sample(sending(odd(1, 40)), SENDERS, -2);
  const alphabet = { how: fc.constantFrom(...senders), by: odd(0, 3), channels: 100, back: 200 };
  const setup = sample(mailboxSetups(odd(1, 8), alphabet), 7, -1).flat();
  const match = new Match(setup, careful);
  try {
    for (let done = 0; done < steps; done += CHUNK) {
      for (const action of sample(step(alphabet), CHUNK, done).slice(0, steps - done)) {
        match.step(action);
        if (match.turnIsOver) await match.endTurn();
      }
    }
    match.finish();
  } catch (error) {
    throw new Error(`MODEL_SEED=${seed} MODEL_STEPS=${match.steps}: ${String(error)}`, { cause: error });
  }
  return match;
}
