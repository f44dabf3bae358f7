import type { TxMachineSettings } from '../../../src/core/TxMachine';
import { CoreBench } from './CoreBench';

/** A machine that was given each letter, of which the link took as many as the window allows. */
function machineWith(messages: string, settings: Partial<TxMachineSettings> = {}) {
  const bench = new CoreBench(settings);
  bench.send(messages);
  bench.take();
  return bench;
}

describe('tokens', () => {
  it('grow by one with every message that is accepted', () => {
    expect([...machineWith('ABC').entries.values()].map(({ token }) => token)).toEqual([1, 2, 3]);
  });

  it('are shared by the channels of a mailbox', () => {
    const tokens = { next: 5 };
    const [one, two] = [new CoreBench({}, tokens), new CoreBench({}, tokens)];
    one.send('A');
    two.send('B');
    expect([one.entries.get('A')!.token, two.entries.get('B')!.token, one.machine.takeToken()]).toEqual([5, 6, 7]);
  });
});

describe('the queue is full', () => {
  it.each<[string, Partial<TxMachineSettings>, string, boolean]>([
    ['nothing waits', { txQueueLength: 2 }, '', false],
    ['one waits of two', { txQueueLength: 2 }, 'AB', false],
    ['two wait of two', { txQueueLength: 2 }, 'ABC', true],
    ['none may wait, and the slot is free', { txQueueLength: 0 }, '', false],
    ['none may wait, and the slot is in use', { txQueueLength: 0 }, 'A', true],
  ])('or not, when %s', (_when, settings, messages, full) => {
    expect(machineWith(messages, settings).machine.full).toBe(full);
  });

  it('when none may wait and the link is down', () => {
    const { machine } = machineWith('', { txQueueLength: 0 });
    machine.down('cable');
    expect(machine.full).toBe(true);
  });

  it('when none may wait and a refused head does', () => {
    const bench = new CoreBench({ txQueueLength: 0 });
    bench.onSend = () => 'busy';
    bench.send('A');
    expect(bench.machine.full).toBe(true);
  });
});

describe('a machine is idle, and settled', () => {
  it.each<[string, string, (bench: CoreBench) => void, [boolean, boolean]]>([
    ['when new', '', () => undefined, [true, true]],
    ['with one in flight and one waiting: neither', 'AB', () => undefined, [false, false]],
    ['with one in flight: neither', 'A', () => undefined, [false, false]],
    ['with nothing left: both', 'A', ({ machine }) => machine.txDone(1, 'ok', undefined), [true, true]],
    ['with a held slot: settled, and not idle', 'A', (bench) => bench.leaves('A'), [false, true]],
    ['with a held slot and one waiting: neither', 'AB', (bench) => bench.leaves('A'), [false, false]],
  ])('%s', (_case, messages, change, expected) => {
    const bench = machineWith(messages, { correlation: 'ordered', quarantine: Infinity });
    change(bench);
    expect([bench.machine.idle, bench.machine.settled]).toEqual(expected);
  });
});

describe('nothing is handed over', () => {
  it('while every slot is in use', () => {
    const bench = machineWith('AB');
    expect(bench.entries.get('B')!.state).toBe(1);
  });

  it('while a held slot is the last one', () => {
    const bench = machineWith('AB', { correlation: 'ordered', quarantine: Infinity });
    bench.leaves('A');
    expect(bench.take()).not.toContain('sendData');
  });

  it('while the link is down; what waits goes when it is up again', () => {
    const bench = new CoreBench();
    bench.tracing = false;
    bench.machine.down('cable');
    bench.take();
    bench.send('A');
    expect(bench.take()).toBe('');
    bench.machine.up();
    expect(bench.take()).toBe('sendData A');
  });
});

describe('a tx-done with a token that is none', () => {
  it.each<[unknown, string]>([
    [null, 'token of a tx-done is null; expected a number, or undefined'],
    ['1', 'token of a tx-done is "1"; expected a number, or undefined'],
    [{}, 'token of a tx-done is an object; expected a number, or undefined'],
    [true, 'token of a tx-done is true; expected a number, or undefined'],
  ])('%p is shown as broken, and settles nothing', (token, text) => {
    const bench = machineWith('A', { correlation: 'ordered' });
    bench.machine.txDone(token as number, 'ok', undefined);
    expect([bench.take(), bench.machine.slots.used]).toEqual([`broken TypeError: ${text}`, 1]);
  });

  it.each([NaN, 0, -1, 1.5, 99])('%p is unknown', (token) => {
    const bench = machineWith('A', { correlation: 'ordered' });
    bench.machine.txDone(token, 'ok', undefined);
    expect(bench.take()).toBe(`unknownTxDone ${token}`);
  });
});

describe('an answer of sendData that is none', () => {
  it.each<[string, () => unknown, string]>([
    ['undefined', () => undefined, 'undefined'],
    ['a promise', () => Promise.resolve('accepted'), 'a promise'],
    ['a promise that is rejected', () => Promise.reject(new Error('nobody handles this')), 'a promise'],
    ['another text', () => 'ok', '"ok"'],
  ])('%s is shown as broken; its slot may be in use', (_what, answer, shown) => {
    const bench = new CoreBench({ correlation: 'ordered', quarantine: 5 });
    bench.onSend = answer;
    bench.send('A');
    const text = `TypeError: sendData returned ${shown}; expected 'accepted' or 'busy'`;
    expect(bench.take()).toBe(`sendData A, abort 1, held 1, queued 1, broken 1 ${text}, settled 1 EIO, A EIO unknown`);
    expect(bench.machine.slots.held).toBe(1);
  });
});
