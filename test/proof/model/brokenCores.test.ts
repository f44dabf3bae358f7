import fc from 'fast-check';
import { withBroken } from './broken';
import { brokenCores } from './brokenCores';
import { brokenOptions } from './brokenOptions';
import { brokenRules } from './brokenRules';
import { smallWorlds } from './smallWorlds';
import { countUnhandled } from './unhandled';

// Fixed: whether a mistake is found must not depend on luck.
const seed = 20;
const numRuns = 10_000;

describe('a broken core is found', () => {
  it('and the whole one is not', async () => {
    await countUnhandled(() => fc.assert(smallWorlds(), { seed, numRuns: 200 }));
  });

  it.each([...brokenCores, ...brokenRules, ...brokenOptions].map((core) => [core.name, core] as const))('that %s', async (_, core) => {
    let details!: fc.RunDetails<unknown>;
    await countUnhandled(async () => {
      details = await withBroken(core, () => fc.check(smallWorlds(), { seed, numRuns, endOnFailure: true }));
    });
    if (process.env['MODEL_SHOW']) console.log(core.name, details.numRuns, String(details.errorInstance).slice(0, 300));
    expect(details.failed).toBe(true);
  });
});
