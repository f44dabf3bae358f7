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
    bench.machine.notify();
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
