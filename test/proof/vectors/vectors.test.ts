import { readFileSync } from 'node:fs';
import { loadScenarios } from './loadScenarios';
import { report } from './report';
import { CORRELATIONS, runVectors } from './runVectors';

const scenarios = loadScenarios();
const byName = new Map(scenarios.map((scenario) => [scenario.name, scenario]));
const result = runVectors(scenarios);

describe('the vectors recorded from the kernel', () => {
  it('are all there', () => {
    expect(scenarios).toHaveLength(158 + 1010);
    expect(byName.size).toBe(scenarios.length);
  });

  it('show that the judge finds the mistakes of the kernel, each of them and no other', () => {
    expect(result.recordings).toEqual({ judged: 609, same: 609, issues: 2671 });
  });

  it('show that the judge notices every falsified log', () => {
    expect(result.falsified.unnoticed).toEqual([]);
    expect(result.falsified.changed).toBeGreaterThan(8000);
  });

  it.each(['ordered', 'untagged'] as const)('show that an %s wire goes wrong when abandoned slots are not held', (correlation) => {
    const { wrong } = result.unheld[correlation];
    expect(wrong.scenarios.get('wrongAttribution')).toBeGreaterThan(50);
    expect(wrong.scenarios.get('falseSuccess')).toBeGreaterThan(50);
  });

  describe.each(CORRELATIONS)('played over a controller that is %s', (correlation) => {
    const judged = result.judged[correlation];
    const compared = result.compared[correlation];

    it('give no sender the outcome of another message', () => {
      expect(judged.wrong.first).toEqual([]);
      expect(judged.wrong.wrong).toBe(0);
      expect(judged.returns).toBeGreaterThan(11_000);
      expect(judged.reports).toBeGreaterThan(9_000);
    });

    it('excuse only tx-dones for no message on an untagged wire', () => {
      const spurious = [...judged.excused.names].filter((name) =>
        byName.get(name)?.steps.some((step) => (step[0] === 'txdone' || step[0] === 'clientTxdone') && step[3] === 1),
      );
      expect(spurious).toEqual([...judged.excused.names]);
      if (correlation !== 'untagged') expect(judged.excused.names).toEqual([]);
    });

    it('happen in the order, the steps and the milliseconds of the kernel, wherever the kernel made no mistake', () => {
      expect(compared.different).toEqual([]);
      const leftOut = [...compared.leftOut.values()].reduce((sum, count) => sum + count, 0);
      expect(compared.equal + leftOut).toBe(scenarios.length);
      expect(compared.equal).toBe(355);
    });
  });

  it('are described by docs/vectors.md as they were run; `npm run vectors -- --write` writes it', () => {
    expect(readFileSync('docs/vectors.md', 'utf8')).toBe(report(result));
  });
});
