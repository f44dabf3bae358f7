import type { TxMachineSettings } from '../../../src/core/TxMachine';
import { CoreBench } from './CoreBench';

describe('polling', () => {
  it('asks about every slot that is in use, oldest first, and about nothing else', () => {
    const bench = new CoreBench({ correlation: 'ordered', quarantine: Infinity, window: 2 });
    bench.tracing = false;
    bench.send('ABC');
    bench.leaves('A');
    bench.take();
    bench.machine.poll();
    expect(bench.take()).toBe('lastTxDone 1, lastTxDone 2');
  });

  it('asks about all of them before the first one settles', () => {
    const bench = new CoreBench({ window: 2 });
    bench.tracing = false;
    bench.send('ABC');
    bench.take();
    bench.onAsk = () => true;
    bench.machine.poll();
    expect(bench.take()).toBe('lastTxDone 1, lastTxDone 2, sendData C, A ok undefined, B ok undefined');
  });
});

describe('an answer of lastTxDone that is none', () => {
  /** A and B are in flight; only effects are written down. */
  function asked(answer: () => unknown, settings: Partial<TxMachineSettings> = {}): CoreBench {
    const bench = new CoreBench({ window: 2, ...settings });
    bench.tracing = false;
    bench.send('AB');
    bench.take();
    bench.onAsk = (token) => token === 1 && (answer() as boolean);
    return bench;
  }
  const oops = (): never => {
    throw new Error('bus error');
  };

  it.each<[string, () => unknown]>([
    ['it throws', oops],
    ['undefined', () => undefined],
    ['null', () => null],
    ['0', () => 0],
    ['an empty text', () => ''],
    ['NaN', () => NaN],
    ['a text', () => 'done'],
    ['a promise', () => Promise.resolve(true)],
    ['a promise that is rejected', () => Promise.reject(new Error('nobody handles this'))],
    ['a function', () => oops],
  ])('fails the message on a tagged link, and frees its slot: %s', (_what, answer) => {
    const bench = asked(answer);
    bench.machine.poll();
    expect(bench.take()).toBe('lastTxDone 1, lastTxDone 2, A EIO unknown');
    expect(bench.machine.slots.used).toBe(1);
  });

  it('is as if the sender had left on any other link', () => {
    const bench = asked(oops, { correlation: 'ordered', quarantine: 5 });
    bench.machine.poll();
    expect(bench.take()).toBe('lastTxDone 1, lastTxDone 2, abort 1, held 1, A EIO unknown');
    expect([bench.machine.slots.used, bench.machine.slots.held]).toEqual([2, 1]);
  });

  it('about a held slot is the last: it is not asked about again', () => {
    const bench = asked(oops, { correlation: 'ordered', quarantine: Infinity });
    bench.leaves('A');
    bench.take();
    bench.machine.poll();
    bench.machine.poll();
    expect(bench.take()).toBe('lastTxDone 1, lastTxDone 2, lastTxDone 2');
    expect(bench.machine.slots.asked).toBe(1);
  });

  it('and a late tx-done all the same frees that slot', () => {
    const bench = asked(oops, { correlation: 'ordered', quarantine: Infinity });
    bench.leaves('A');
    bench.machine.poll();
    bench.machine.txDone(1, 'late', undefined);
    expect([bench.machine.slots.used, bench.machine.slots.asked]).toEqual([1, 1]);
  });

  it.each<[string, () => unknown, string]>([
    ['what it threw', oops, 'TypeError: lastTxDone threw'],
    ['what it answered', () => 0, 'TypeError: lastTxDone returned 0; expected true, false, or an object with ack or error'],
  ])('is shown as broken, by %s', (_by, answer, text) => {
    const bench = asked(answer);
    bench.tracing = true;
    bench.machine.poll();
    expect(bench.take()).toContain(`broken 1 ${text}, `);
  });

  it('has what it threw as cause, or else the TypeError that names the callback', () => {
    const causes = [oops, () => 0].map((answer) => {
      const bench = asked(answer);
      bench.machine.poll();
      return String((bench.entries.get('A')!.outcome as Error).cause);
    });
    expect(causes).toEqual(['Error: bus error', 'TypeError: lastTxDone returned 0; expected true, false, or an object with ack or error']);
  });
});
