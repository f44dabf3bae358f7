import { Chance } from '../../../../src/testing/faulty/Chance';

describe('Chance', () => {
  const draw = (count: number, ...seed: [number, number?]) => {
    const chance = new Chance(...seed);
    return Array.from({ length: count }, () => chance.next());
  };

  it('is evenly distributed, even over neighbouring seeds', () => {
    const numbers = [...draw(50_000, 1), ...Array.from({ length: 50_000 }, (_, seed) => draw(1, seed)[0]!)];
    const buckets = new Array<number>(20).fill(0);
    for (const number of numbers) buckets[Math.floor(number * 20)]!++;
    // 100000 numbers in 20 buckets; 5 standard deviations of 69.
    expect(Math.min(...buckets)).toBeGreaterThan(4655);
    expect(Math.max(...buckets)).toBeLessThan(5345);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
  });

  it('gives different numbers for different seeds and streams', () => {
    expect(draw(5, 1)).toEqual(draw(5, 1));
    const first = [draw(1, 1, 0), draw(1, 1, 1), draw(1, 2, 0), draw(1, 2, 1), draw(1, 0, 0)].flat();
    expect(new Set(first).size).toBe(5);
    expect(new Set(draw(10_000, 3)).size).toBeGreaterThan(9_990);
  });
});
