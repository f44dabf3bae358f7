import type { Result } from './Result';
import { steady } from './steady';
import { start } from './start';

// The soak (npm run soak) with small numbers.

const wrong = (result: Result) => Object.fromEntries(result.wrong);
const total = (result: Result) => [...result.outcomes.values()].reduce((sum, count) => sum + count, 0);
const SECONDS = 60_000;

it(
  'many senders, some with timeouts and cancels: each gets one outcome, its own',
  async () => {
    const result = await steady({ name: 'soak', messages: 12_000, seed: 7, start, receiver: { chance: 1 / 500, ms: 8 } });
    expect(wrong(result)).toEqual({});
    expect([result.messages, total(result)]).toEqual([12_000, 12_000]);
    // It was a mix.
    expect([...result.outcomes.keys()]).toEqual(
      expect.arrayContaining(['done', 'ECANCELED not-sent', 'ECANCELED unknown', 'ETIME not-sent', 'ETIME unknown']),
    );
  },
  SECONDS,
);

it(
  'both event loops are blocked again and again, in receivers and in senders’ completions',
  async () => {
    const blocking = { chance: 1 / 100, ms: 15 };
    const result = await steady({ name: 'blocking', messages: 2000, seed: 8, start, inPlace: true, receiver: blocking, senders: blocking });
    expect(wrong(result)).toEqual({});
    expect(total(result)).toBe(2000);
  },
  SECONDS,
);

it(
  'a receiver that does not say which messages it took is found out',
  async () => {
    const result = await steady({ name: 'forgetful', messages: 1000, seed: 9, start, forgetEvery: 10 });
    // Report and sender of a message that was done, and so many of them were sent with `next()` or left.
    expect(result.wrong.get('done, and not taken')).toBeGreaterThan(50);
  },
  SECONDS,
);
