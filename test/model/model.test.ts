import fc from 'fast-check';
import { mailboxSetup, sending, step } from './arbitraries';
import { Match } from './Match';
import { MatchCommand } from './MatchCommand';
import { countUnhandled } from './unhandled';
import { walk } from './walk';

const { MODEL_SEED, MODEL_RUNS, MODEL_STEPS } = process.env;
const seed = Number(MODEL_SEED ?? Math.trunc(Math.random() * 0x7fffffff));
/** How many small worlds; each has up to a hundred steps. */
const numRuns = Number(MODEL_RUNS ?? 600);
/** How long the walk is. */
const steps = Number(MODEL_STEPS ?? 100_000);

const alphabet = { how: sending(fc.integer({ min: 1, max: 8 })), by: fc.integer({ min: 0, max: 6 }), channels: 6, back: 8 };
const commands = fc.commands([step(alphabet).map((action) => new MatchCommand(action))], { maxCommands: 100, size: '+1' });

describe('whatever is done, the library says what the contract says', () => {
  it('in small worlds of every kind', async () => {
    let expected = 0;
    const property = fc.property(fc.array(mailboxSetup, { minLength: 1, maxLength: 2 }), commands, (setup, run) => {
      const match = new Match(setup);
      fc.modelRun(() => ({ model: match, real: match }), run);
      match.finish();
      expected += match.model.unhandled;
    });
    const unhandled = await countUnhandled(() => fc.assert(property, { seed, numRuns }));
    expect(unhandled).toBe(expected);
  }, 600_000);

  it('on a long walk of a thousand senders', async () => {
    let match!: Match;
    const unhandled = await countUnhandled(() => (match = walk(seed, steps)));
    console.log(`MODEL_SEED=${seed}: ${match.steps} steps, ${match.real.nextId - 1} messages`, match.real.referee.outcomes);
    expect(unhandled).toBe(match.model.unhandled);
  }, 600_000);
});
