import { scribbled } from './scribbled';
import { TARGETS } from './targets';
import { start } from './start';

it('a third thread that writes over the shared memory breaks only the link', async () => {
  const result = await scribbled({ rounds: 2 * TARGETS.length, seed: 3, start });
  expect(Object.fromEntries(result.wrong)).toEqual({});
  expect(result.outcomes.get('done')).toBeGreaterThan(0);
  // Some links end, and some go on.
  for (const end of [/index: the link went down, or ended/, /doorbell: went on/]) {
    expect(result.notes).toContainEqual(expect.stringMatching(end));
  }
}, 60_000);
