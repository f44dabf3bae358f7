import { measured, type Context, type Measured } from '../Measured';
import type { Contender } from '../measure/Contender';
import { sampleRounds, type Rounds } from '../measure/sampleRounds';

const FULL: Rounds = { rounds: 25, sampleMs: 20, warmUp: 100_000 };
const QUICK: Rounds = { rounds: 7, sampleMs: 8, warmUp: 30_000 };

/** Nanoseconds per message of contenders that take turns. */
export async function timed(contenders: readonly Contender[], { quick, progress }: Context, rounds?: Partial<Rounds>): Promise<Measured> {
  return measured(await sampleRounds(contenders, { ...(quick ? QUICK : FULL), ...rounds }, progress));
}
