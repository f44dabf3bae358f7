import type { TegraHspOptions } from 'rx-mailbox/tegra-hsp';
import { txTimeout } from 'rx-mailbox';
import { HspBench, outcome } from '../../support/devices/HspBench';
import { HspLoad, type Fault } from '../../support/devices/HspLoad';

const none: Fault = () => undefined;

/** Each fault of the model, switched while the load runs. */
const FAULTS: Record<string, Fault> = {
  none,
  latency: ({ model }, random) => model.set({ latency: random.between(0, 15) }),
  'late clear': ({ model }, random) => model.set({ lateClear: random.between(0, 15) }),
  'early receive': ({ model }, random) => model.set({ answersEarly: random.chance(0.7), latency: random.between(0, 9), lateClear: 3 }),
  'stuck FULL': ({ model }, random) => model.set({ stuck: random.between(0, 0x3f) & random.between(0, 0x3f), latency: 1 }),
  'lost interrupts': ({ model }, random) => model.loseInterrupts(random.between(0, 0xffff) & random.between(0, 0xffff)),
  'spurious interrupts': ({ model }, random) => {
    model.set({ latency: random.between(0, 5) });
    model.interruptForNothing();
  },
  'reset in the middle': ({ model }, random) => {
    model.set({ latency: random.between(0, 5) });
    if (random.chance(0.2)) model.reset();
  },
  'power lost and restored': ({ model, hsp }, random) => {
    model.set({ latency: random.between(0, 5) });
    if (random.chance(0.8)) return;
    model.powerOff();
    if (random.chance(0.5)) model.interruptForNothing();
    if (random.chance(0.5)) return;
    model.powerOn();
    hsp.resume();
  },
};

FAULTS['all of them'] = (bench, random) => {
  const { model, hsp } = bench;
  for (const [name, fault] of Object.entries(FAULTS)) if (name !== 'all of them' && random.chance(0.3)) fault(bench, random);
  if (random.chance(0.5)) return;
  model.powerOn();
  hsp.resume();
};

/** Outcomes that each fault has to cause; otherwise it was not a fault. */
const EXPECTED: Record<string, string[]> = {
  none: ['ok'],
  'stuck FULL': ['ok', 'ETIME unknown', 'ETIME not-sent'],
  'lost interrupts': ['ok', 'ETIME unknown', 'ETIME not-sent'],
  'reset in the middle': ['ok', 'ETIME unknown', 'ENETDOWN unknown'],
  'power lost and restored': ['ok', 'ETIME not-sent', 'ENETDOWN unknown'],
  'all of them': ['ok', 'ETIME unknown', 'ETIME not-sent', 'ENETDOWN unknown'],
};

const OPTIONS: [string, Partial<TegraHspOptions>][] = [
  ['Tegra234', {}],
  ['Tegra264, slots held no longer than 10 ms', { variant: 'tegra264', quarantine: 10 }],
];

describe.each(OPTIONS)('three channels under load: %s', (_, options) => {
  it.each(Object.keys(FAULTS))('%s: each sender gets one outcome, and it is true', (name) => {
    const outcomes = new Set<string>();
    for (const seed of [1, 2]) {
      const load = new HspLoad(seed, FAULTS[name]!, options).run(1000).heal().judge();
      expect(load.wrong).toEqual([]);
      expect(load.sent.length).toBeGreaterThan(600);
      for (const each of Object.keys(load.outcomes())) outcomes.add(each);
    }
    expect([...outcomes]).toEqual(expect.arrayContaining(EXPECTED[name] ?? ['ok']));
  });
});

describe('a mailbox that stays full', () => {
  it('stalls only its own channel', () => {
    const run = (stuck: number) => new HspLoad(5, ({ model }) => model.set({ stuck, latency: 2 })).run(1000);
    const [good, bad] = [run(0), run(1)];
    expect(bad.logs.slice(1)).toEqual(good.logs.slice(1));
    expect(good.logs[1]!.length).toBeGreaterThan(200);
    expect(good.logs[0]!.some((line) => line.endsWith('ok'))).toBe(true);
    expect(bad.logs[0]!.filter((line) => line.endsWith('ok'))).toEqual([]);
    expect(bad.heal().judge().wrong).toEqual([]);
  });

  it('recovers by reset: when it is read at last, the held slot is freed, and no sender gets its tx-done', () => {
    const bench = new HspBench({ model: { stuck: 1 } });
    bench.model.loseInterrupts();
    const tx = bench.request('sm:0:tx');
    const events: string[] = [];
    tx.events$.subscribe(({ type }) => events.push(type));
    const sent = [outcome(tx.send(1).pipe(txTimeout(10, bench.scheduler))), outcome(tx.send(2))];
    bench.run(50);
    expect([sent.map(({ outcomes }) => outcomes), events]).toEqual([
      [['ETIME unknown'], []],
      ['queued', 'sent', 'queued', 'left', 'stalled', 'settled'],
    ]);
    bench.model.set({ stuck: 0 });
    bench.run(1);
    // By polling, because the interrupt is lost.
    expect(bench.messages).toEqual([1, 2]);
    bench.model.loseInterrupts(0);
    bench.run(1);
    expect(sent[1]!.outcomes).toEqual(['ok']);
  });

  it('recovers by flush, even if every interrupt is lost', () => {
    const bench = new HspBench({ model: { latency: 3 } });
    bench.model.loseInterrupts();
    const tx = bench.request('sm:0:tx');
    const sent = [1, 2, 3].map((message) => outcome(tx.send(message)));
    bench.run(50);
    expect(sent.map(({ outcomes }) => outcomes)).toEqual([[], [], []]);
    const flushed = outcome(tx.flush(100));
    bench.run(20);
    expect([sent.map(({ outcomes }) => outcomes), flushed.outcomes]).toEqual([[['ok'], ['ok'], ['ok']], ['ok']]);
  });

  it('frees the slot after the quarantine, but is not overwritten: the next messages wait in the queue, and may leave it', () => {
    const bench = new HspBench({ driver: { quarantine: 20 }, model: { stuck: 1 } });
    const tx = bench.request('sm:0:tx');
    const sent = [10, 25, 100].map((limit, i) => outcome(tx.send(i).pipe(txTimeout(limit, bench.scheduler))));
    bench.run(50);
    expect(sent.map(({ outcomes }) => outcomes)).toEqual([['ETIME unknown'], ['ETIME not-sent'], []]);
    bench.model.set({ stuck: 0 });
    bench.run(5);
    expect([sent[2]!.outcomes, bench.messages]).toEqual([['ok'], [0, 2]]);
  });

  it('makes a flush fail at its time limit, and no sender gets an outcome', () => {
    const bench = new HspBench({ model: { stuck: 1 } });
    const tx = bench.request('sm:0:tx');
    const sent = outcome(tx.send(1));
    const flushed = outcome(tx.flush(30));
    bench.run(100);
    expect([sent.outcomes, flushed.outcomes]).toEqual([[], ['ETIME unknown']]);
    bench.trace();
    bench.run(100);
    // It also stops polling.
    expect(bench.trace()).toEqual([]);
  });
});
