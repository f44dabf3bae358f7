import type { TxMachineSettings } from '../../../src/core/TxMachine';
import { CoreBench } from './CoreBench';

const oops = (): never => {
  throw new Error('oops');
};

/** A and B are in flight, C waits, and A's sender has left. What stops the quarantine clock of its slot throws. */
function withBadClock(): CoreBench {
  const bench = new CoreBench({ correlation: 'ordered', window: 2, quarantine: 5 });
  bench.tracing = false;
  bench.onHeld = (slot) => (slot.clock = { stop: oops });
  bench.send('ABC');
  bench.leaves('A');
  bench.take();
  return bench;
}

describe('when something throws while the next message is handed over', () => {
  it('the outcome that was to be delivered alone is delivered later', () => {
    const bench = withBadClock();
    bench.onSend = () => (bench.machine.txDone(1, 'late', undefined), 'accepted');
    expect(() => bench.machine.txDone(2, 'ok', undefined)).toThrow('oops');
    expect(bench.take()).toBe('sendData C');
    bench.machine.handOver.notify();
    expect(bench.take()).toBe('B ok ok');
  });

  it('it is delivered before those that have settled since', () => {
    const bench = withBadClock();
    bench.send('D');
    bench.onSend = (message) => {
      if (message === 'C') {
        bench.machine.txDone(3, 'ok', undefined);
        bench.machine.txDone(1, 'late', undefined);
      }
      return 'accepted';
    };
    expect(() => bench.machine.txDone(2, 'ok', undefined)).toThrow('oops');
    bench.take();
    bench.leaves('D');
    expect(bench.take()).toMatch(/^B ok ok, C ok ok, D /);
  });
});

describe('an answer that is neither accepted nor busy', () => {
  /** A, whose answer is nonsense, and B wait for the link to come up. */
  function nonsense(): CoreBench {
    const bench = new CoreBench({ window: 2 });
    bench.tracing = false;
    bench.machine.down('cable');
    bench.send('AB');
    bench.onSend = (message) => (message === 'A' ? 'nonsense' : 'accepted');
    bench.take();
    bench.machine.up();
    return bench;
  }

  it('does not keep the next message from its turn', () => {
    expect(nonsense().take()).toBe('sendData A, abort 1, sendData B, A EIO unknown');
  });

  it('leaves as many slots as there were', () => {
    const { machine } = nonsense();
    expect([machine.slots.used, machine.backlog.length]).toEqual([1, 0]);
  });
});

it('what comes from inside a sendData that then throws is dealt with before the next hand-over', () => {
  const bench = new CoreBench({ window: 2 });
  bench.send('A');
  bench.machine.down('cable');
  bench.machine.up();
  bench.send('B');
  bench.machine.ready();
  bench.onSend = (message) => {
    if (message !== 'C') return 'accepted';
    bench.machine.txDone(2, 'ok', undefined);
    return oops();
  };
  bench.take();
  bench.send('C');
  expect(bench.take()).toMatch(/settled 3 EIO.*settled 2/);
  bench.send('D');
  expect(bench.take()).toContain('sendData D');
});

describe('a head that the link refuses', () => {
  /** A is refused as often as said, and the link does something from inside each refusal. */
  function refusing(times: number, inside: (bench: CoreBench) => void, settings: Partial<TxMachineSettings> = {}): CoreBench {
    const bench = new CoreBench(settings);
    bench.tracing = false;
    let left = times;
    bench.onSend = (message) => {
      if (message !== 'A' || left-- <= 0) return 'accepted';
      inside(bench);
      return 'busy';
    };
    return bench;
  }

  it.each<[string, (bench: CoreBench) => void]>([
    ['ready', ({ machine }) => machine.ready()],
    ['up', ({ machine }) => machine.up()],
    ['a tx-done that belongs to nothing', ({ machine }) => machine.txDone(99, 'ok', undefined)],
    ['down and up', ({ machine }) => (machine.down('cable'), machine.up())],
    ['several of these', ({ machine }) => (machine.ready(), machine.ready(), machine.txDone(99, 'ok', undefined))],
  ])('and that says %s meanwhile is tried again once, later, and not at once', (what, inside) => {
    const bench = refusing(1, inside);
    bench.send('A');
    const later = what === 'up' ? '' : ', retryLater';
    expect(bench.take().replace(', epochEnded', '')).toBe(`sendData A${later}`);
    bench.machine.ready();
    expect(bench.take()).toBe('sendData A');
  });

  it('because it is down is not tried later: its up is the next occasion', () => {
    const bench = refusing(1, ({ machine }) => machine.down('cable'));
    bench.send('A');
    expect(bench.take()).toBe('sendData A, epochEnded');
    bench.machine.up();
    expect(bench.take()).toBe('sendData A');
  });

  it('because the channel closes is not tried later', () => {
    const bench = refusing(1, ({ machine }) => machine.close());
    bench.send('A');
    expect(bench.take()).toBe('sendData A, epochEnded, shutdown, A ESHUTDOWN not-sent, ended');
  });

  it('is tried again at once where a tx-done from inside has freed a slot', () => {
    const bench = refusing(1, ({ machine }) => machine.txDone(1, 'ok', undefined), { window: 2 });
    bench.send('XA');
    expect(bench.take()).toBe('sendData X, sendData A, sendData A, X ok ok');
  });

  it('is not tried at once where down has freed the slots', () => {
    const bench = refusing(1, ({ machine }) => (machine.down('cable'), machine.up()), { window: 2 });
    bench.send('XA');
    expect(bench.take()).toBe('sendData X, sendData A, epochEnded, retryLater, X ENETDOWN unknown');
  });

  it('is prepared once, however often it is tried', () => {
    const bench = refusing(3, () => undefined);
    const prepared: string[] = [];
    bench.onPrepare = (message) => prepared.push(message);
    bench.send('A');
    for (let i = 0; i < 3; i++) bench.machine.ready();
    bench.send('B');
    bench.machine.txDone(1, 'ok', undefined);
    expect([bench.take(), prepared]).toEqual(['sendData A, sendData A, sendData A, sendData A, sendData B, A ok ok', ['A', 'B']]);
  });
});
