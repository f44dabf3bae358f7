import fc from 'fast-check';
import type { Match } from './Match';
import { smallWorlds } from './smallWorlds';
import { countUnhandled } from './unhandled';
import { walk } from './walk';

// MODEL_SEED repeats a run; MODEL_RUNS (small worlds) and MODEL_STEPS (of the walk) make it longer, or stop it where it failed.
const { MODEL_SEED, MODEL_RUNS = 600, MODEL_STEPS = 100_000 } = process.env;
const seed = Number(MODEL_SEED ?? Math.trunc(Math.random() * 0x7fffffff));

describe('the library and the model agree on every random run', () => {
  it('in small worlds of every kind', async () => {
    let expected = 0;
    const worlds = smallWorlds(({ model }) => (expected += model.unhandled));
    const unhandled = await countUnhandled(() => fc.assert(worlds, { seed, numRuns: Number(MODEL_RUNS) }));
    expect(unhandled).toBe(expected);
  }, 3_600_000);

  it('on a long walk of a thousand senders', async () => {
    let match!: Match;
    const unhandled = await countUnhandled(async () => (match = await walk(seed, Number(MODEL_STEPS))));
    console.log(`MODEL_SEED=${seed}: ${match.steps} steps, ${match.real.nextId - 1} messages`, match.real.referee.outcomes);
    expect(unhandled).toBe(match.model.unhandled);
  }, 3_600_000);
});
