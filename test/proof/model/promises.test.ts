import fc from 'fast-check';
import { sparse } from './arbitraries';
import { withBroken } from './broken';
import { brokenCores } from './brokenCores';
import { LONGEST, PromiseWorld, type AsyncSender, type PromiseSetup } from './PromiseWorld';

const { MODEL_SEED, MODEL_RUNS = 0 } = process.env;
const seed = MODEL_SEED === undefined ? {} : { seed: Number(MODEL_SEED) };

const settled = fc.constantFrom(undefined, undefined, 'fulfilled' as const, 'rejected' as const);

const sender = sparse<AsyncSender>({
  how: fc.constantFrom('first' as const, 'last' as const, 'next' as const, 'async' as const),
  limit: fc.option(fc.integer({ min: 1, max: LONGEST }), { nil: undefined }),
  notifier: settled,
  signal: fc.constantFrom(undefined, true as const),
  device: fc.constantFrom('answers' as const, 'answers' as const, 'answers' as const, 'fails' as const, 'loses' as const),
  times: fc.integer({ min: 1, max: 3 }),
});

const setup = sparse<PromiseSetup>({
  correlation: fc.constantFrom('tagged' as const, 'ordered' as const, 'untagged' as const),
  window: fc.integer({ min: 1, max: 3 }),
  queue: fc.integer({ min: 0, max: 4 }),
  reset: settled,
  flush: settled,
  senders: fc.array(sender, { minLength: 1, maxLength: 5 }),
}).map((value) => (value.correlation === 'untagged' ? { ...value, window: 1 } : value));

/** Played in every order that promises, timers and the device allow. */
function promiseWorlds(played: (outcomes: Readonly<Record<string, number>>) => void = () => undefined) {
  return fc.asyncProperty(fc.scheduler(), setup, async (scheduler, value) => {
    const world = new PromiseWorld(scheduler, value);
    await world.run();
    played(world.outcomes);
    if (world.fouls.length > 0) throw new Error(world.fouls.join('; '));
  });
}

describe('promises settled in any order', () => {
  it('get the outcome of their own message', async () => {
    const sum: Record<string, number> = {};
    const worlds = promiseWorlds((outcomes) => {
      for (const [outcome, count] of Object.entries(outcomes)) sum[outcome] = (sum[outcome] ?? 0) + count;
    });
    await fc.assert(worlds, { ...seed, numRuns: Math.max(300, Number(MODEL_RUNS)) });
    // All this happened, so all this was judged.
    expect(Object.keys(sum)).toEqual(
      expect.arrayContaining(['ok', 'EIO', 'ETIME', 'ECANCELED', 'ENOBUFS', 'ESHUTDOWN', 'flushed', 'not flushed']),
    );
  }, 3_600_000);

  it.each([
    'credits a late tx-done to the oldest in flight',
    'frees the slot at once when a sender leaves',
    'sends a message whose sender has left',
    'reports twice',
    'loses what is in flight on close and down',
    'gives the sender another error than the report',
  ])('find a broken core that %s', async (name) => {
    const core = brokenCores.find((candidate) => candidate.name === name)!;
    const { failed } = await withBroken(core, () => fc.check(promiseWorlds(), { seed: 20, numRuns: 1000, endOnFailure: true }));
    expect(failed).toBe(true);
  });
});
