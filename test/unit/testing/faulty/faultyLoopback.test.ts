import type { FaultType, FaultyOptions } from 'rx-mailbox/testing';
import { faultTypes } from 'rx-mailbox/testing';
import { FaultyWorld, type WorldOptions } from './FaultyWorld';

const SEEDS = Number(process.env['FAULT_SEEDS'] ?? 300);

const always = {
  delayTxDone: 0.2,
  dropTxDone: 0.05,
  dropReceived: 0.05,
  delayReceived: 0.1,
  dropSent: 0.04,
  refuse: 0.1,
  throwOnSend: 0.05,
  giveBack: 0.1,
  progress: 0.2,
  lateProgress: 0.2,
};
const unordered = { duplicateReceived: 0.1, reorderReceived: 0.1, down: 0.03 };

/** The faults that a link of each kind can have. */
const worlds: [name: string, options: Omit<WorldOptions, 'seed'>][] = [
  ['tagged, window 1', { ...irq('tagged', 1), faults: { ...always, ...unordered, duplicateTxDone: 0.2, reorderTxDone: 0.2 } }],
  ['tagged, window 4', { ...irq('tagged', 4), faults: { ...always, ...unordered, duplicateTxDone: 0.2, reorderTxDone: 0.2 } }],
  ['tagged, polled, window 4', { ...poll('tagged', 4), faults: { ...always, ...unordered } }],
  ['ordered, window 1', { ...irq('ordered', 1), faults: { ...always, duplicateTxDone: 0.2, down: 0.03 } }],
  ['ordered, window 4', { ...irq('ordered', 4), faults: { ...always, duplicateTxDone: 0.2, down: 0.03 } }],
  ['ordered, polled, window 4', { ...poll('ordered', 4), faults: { ...always, down: 0.03 } }],
  ['untagged', { ...irq('untagged', 1), faults: { ...always, ...unordered, duplicateTxDone: 0.2 } }],
  ['untagged, polled', { ...poll('untagged', 1), faults: { ...always, ...unordered } }],
  [
    'ordered, declared untagged',
    { ...irq('ordered', 4), faults: { ...always, correlation: 'untagged', duplicateTxDone: 0.2, down: 0.03 } },
  ],
];

function irq(correlation: WorldOptions['correlation'], window: number) {
  return { txDone: 'irq' as const, correlation, window };
}

function poll(correlation: WorldOptions['correlation'], window: number) {
  return { txDone: 'poll' as const, correlation, window };
}

interface Tally {
  mistakes: string[];
  settled: number;
  ok: number;
  faults: Partial<Record<FaultType, number>>;
}

function runAll(options: Omit<WorldOptions, 'seed'>): Tally {
  const tally: Tally = { mistakes: [], settled: 0, ok: 0, faults: {} };
  for (let seed = 1; seed <= SEEDS; seed++) {
    const world = new FaultyWorld({ ...options, seed }).run();
    tally.mistakes.push(...world.mistakes.map((mistake) => `seed ${seed}: ${mistake}`));
    tally.settled += world.settled;
    tally.ok += world.ok;
    for (const { faults } of world.controllers) for (const { type } of faults) tally.faults[type] = (tally.faults[type] ?? 0) + 1;
  }
  return tally;
}

describe('a faulty loopback, for every seed', () => {
  it.each(worlds)('%s: every send has one outcome, its own, and nothing is left over', (_name, options) => {
    const { mistakes, settled, ok, faults } = runAll(options);
    expect(mistakes.slice(0, 20)).toEqual([]);
    // Enough messages of both kinds, otherwise this proves nothing.
    expect(settled).toBe(SEEDS * 48);
    expect(ok / settled).toBeGreaterThan(0.1);
    expect(ok / settled).toBeLessThan(0.9);
    const { correlation: _, ...rates } = options.faults;
    expect(Object.keys(faults).sort()).toEqual(Object.keys(rates).sort());
  });

  // No mailbox can detect a link that breaks what it declares. These tests would find the mistakes.
  it.each(['ordered', 'untagged'] as const)('an %s link that breaks what it declares causes mistakes that are found', (correlation) => {
    const faults: Omit<FaultyOptions, 'seed'> = { dropTxDone: 0.1, duplicateTxDone: 0.1, delayTxDone: 0.2, honest: false };
    const { mistakes } = runAll({ ...irq(correlation, correlation === 'ordered' ? 4 : 1), faults });
    expect(mistakes.filter((mistake) => mistake.includes('got the outcome of')).length).toBeGreaterThan(10);
  });

  it('the same seed makes the same faults', () => {
    const [, options] = worlds[1]!;
    const log = (world: FaultyWorld) => world.controllers.map(({ faults }) => faults);
    const first = log(new FaultyWorld({ ...options, seed: 7 }).run());
    expect(first[0]!.length).toBeGreaterThan(10);
    expect(log(new FaultyWorld({ ...options, seed: 7 }).run())).toEqual(first);
    expect(log(new FaultyWorld({ ...options, seed: 8 }).run())).not.toEqual(first);
  });

  it('every type of fault is tested', () => {
    const made = new Set(worlds.flatMap(([, { faults }]) => Object.keys(faults)));
    expect(faultTypes.filter((type) => !made.has(type))).toEqual([]);
  });
});
