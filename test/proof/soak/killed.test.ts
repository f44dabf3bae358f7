import { killed } from './killed';
import { start } from './start';

it.each([1, 2])(
  'workers die again and again on the same memory, and no sender gets a wrong outcome: seed %i',
  async (seed) => {
    const result = await killed({ kills: 6, seed, start });
    expect(Object.fromEntries(result.wrong)).toEqual({});
    expect(result.messages).toBeGreaterThan(100);
    expect(result.outcomes.get('done')).toBeGreaterThan(0);
    expect(result.outcomes.get('ENETDOWN unknown')).toBeGreaterThan(0);
  },
  60_000,
);
