import type { TxMachineSettings } from '../../../src/core/TxMachine';
import { CoreBench } from './CoreBench';

/** Each letter has been sent; only effects are written down, no events. */
function benchWith(messages: string, settings: Partial<TxMachineSettings> = {}): CoreBench {
  const bench = new CoreBench(settings);
  bench.tracing = false;
  bench.send(messages);
  bench.take();
  return bench;
}

describe('a sender that unsubscribes', () => {
  it('in flight begins a pause: nothing is handed over before the turn ends', () => {
    const bench = benchWith('AB');
    bench.unsubscribes('A');
    expect(bench.take()).toBe('abort 1, turn end needed, A ECANCELED unknown');
    bench.machine.turnEnded();
    expect(bench.take()).toBe('sendData B');
  });

  it('as the head begins a pause, too', () => {
    const bench = benchWith('ABCD', { window: 2 });
    bench.onSend = () => 'busy';
    bench.machine.txDone(1, 'ok', undefined);
    bench.onSend = () => 'accepted';
    bench.take();
    bench.unsubscribes('C');
    expect(bench.take()).toBe('turn end needed, C ECANCELED not-sent');
    bench.machine.turnEnded();
    expect(bench.take()).toBe('sendData D');
  });

  it('further behind begins none: the queue goes on', () => {
    const bench = benchWith('ABC');
    bench.unsubscribes('C');
    expect(bench.take()).toBe('C ECANCELED not-sent');
    bench.machine.txDone(1, 'ok', undefined);
    expect(bench.take()).toBe('sendData B, A ok ok');
  });

  it('while others wait for the end of the turn says when nobody does any more', () => {
    const bench = benchWith('ABC');
    bench.unsubscribes('A');
    bench.unsubscribes('B');
    bench.take();
    bench.unsubscribes('C');
    expect(bench.take()).toBe('turn end, C ECANCELED not-sent');
  });

  it('and has settled already changes nothing', () => {
    const bench = benchWith('AB', { window: 2 });
    bench.machine.txDone(1, 'ok', undefined);
    bench.take();
    bench.unsubscribes('A');
    expect(bench.take()).toBe('');
  });
});

describe('a sender whose limit runs out', () => {
  it('in flight makes room for the next message at once', () => {
    const bench = benchWith('AB');
    bench.leaves('A');
    expect(bench.take()).toBe('abort 1, sendData B, A ECANCELED unknown');
  });

  it('as a refused head passes its turn on at once', () => {
    const bench = new CoreBench();
    bench.tracing = false;
    bench.onSend = () => 'busy';
    bench.send('AB');
    bench.onSend = () => 'accepted';
    bench.take();
    bench.leaves('A');
    expect(bench.take()).toBe('sendData B, A ECANCELED not-sent');
  });

  it('further behind is no reason to bother a link that said busy', () => {
    const bench = new CoreBench();
    bench.tracing = false;
    bench.onSend = () => 'busy';
    bench.send('AB');
    bench.take();
    bench.leaves('B');
    expect(bench.take()).toBe('B ECANCELED not-sent');
  });

  it('in a pause hands nothing over', () => {
    const bench = benchWith('ABC', { window: 2 });
    bench.unsubscribes('A');
    bench.take();
    bench.leaves('B');
    expect(bench.take()).toBe('abort 2, B ECANCELED unknown');
  });

  it('in a pause says anew whether anybody waits for its end', () => {
    const bench = benchWith('AB');
    bench.unsubscribes('A');
    bench.take();
    bench.leaves('B');
    expect(bench.take()).toBe('turn end, B ECANCELED not-sent');
  });
});

describe('in a pause', () => {
  /** A's sender has left; B is in flight, C waits. */
  const paused = (settings: Partial<TxMachineSettings> = {}): CoreBench => {
    const bench = benchWith('ABC', { window: 2, ...settings });
    bench.unsubscribes('A');
    bench.take();
    return bench;
  };

  it('tx-dones and their senders go on', () => {
    const bench = paused();
    bench.machine.txDone(2, 'ok', undefined);
    expect(bench.take()).toBe('B ok ok');
  });

  it.each<[string, (bench: CoreBench) => void]>([
    ['ready', ({ machine }) => machine.ready()],
    ['a poll', ({ machine }) => machine.poll()],
    ['down and up', ({ machine }) => (machine.down('cable'), machine.up())],
    ['a late tx-done', ({ machine }) => machine.txDone(1, 'late', undefined)],
    ['the end of a reset', ({ machine }) => machine.resetDone()],
  ])('%s hands nothing over', (_what, act) => {
    const bench = paused();
    act(bench);
    expect(bench.take()).not.toContain('sendData');
    bench.machine.turnEnded();
    expect(bench.take()).toContain('sendData C');
  });

  it('a message that is sent waits for its end, and says so', () => {
    const bench = benchWith('A');
    bench.unsubscribes('A');
    expect(bench.take()).toBe('abort 1, turn end, A ECANCELED unknown');
    bench.send('B');
    expect(bench.take()).toBe('turn end needed');
    bench.machine.turnEnded();
    expect(bench.take()).toBe('sendData B');
  });

  it.each([
    ['none may wait, one slot is free', 0, 1, 1],
    ['none may wait, three slots are free', 0, 3, 3],
    ['two may wait, one slot is free', 2, 1, 3],
  ])('as many are accepted as there are places and free slots: %s', (_case, txQueueLength, window, accepted) => {
    const bench = benchWith('A', { txQueueLength, window });
    bench.unsubscribes('A');
    bench.take();
    bench.send('123456');
    expect(bench.machine.backlog.length).toBe(accepted);
  });

  it('closing leaves nothing for its end', () => {
    const bench = paused();
    bench.machine.close();
    bench.take();
    bench.machine.turnEnded();
    expect(bench.take()).toBe('');
  });

  it('the end of the turn begins no second hand-over of what went already', () => {
    const bench = paused();
    bench.machine.turnEnded();
    bench.machine.turnEnded();
    expect(bench.take()).toBe('sendData C');
  });
});

describe('a leave from inside a call into the link', () => {
  it('waits until that call has returned, and begins its pause then', () => {
    const bench = new CoreBench({ window: 2 });
    bench.tracing = false;
    bench.onSend = (message) => {
      if (message === 'A') {
        bench.unsubscribes('A');
        bench.send('B');
      }
      return 'accepted';
    };
    bench.send('A');
    expect(bench.take()).toBe('sendData A, abort 1, turn end needed, A ECANCELED unknown');
    bench.machine.turnEnded();
    expect(bench.take()).toBe('sendData B');
  });

  it.each<[string, (bench: CoreBench) => void]>([
    ['a send', (bench) => bench.send('X')],
    ['ready', ({ machine }) => machine.ready()],
    ['a tx-done of another message', ({ machine }) => machine.txDone(2, 'ok', undefined)],
    ['the end of a reset', ({ machine }) => machine.resetDone()],
  ])('nothing is handed over from inside abort, by %s', (_what, act) => {
    const bench = benchWith('ABC', { window: 2 });
    bench.onAbort = () => {
      act(bench);
      bench.lines.push('abort has returned');
    };
    bench.leaves('A');
    const lines = bench.take().split(', ');
    expect(lines.slice(0, 3)).toEqual(['abort 1', 'abort has returned', 'sendData C']);
  });
});

describe('from inside txPrepare', () => {
  it('a leave of the message that is being prepared pauses it and all others', () => {
    const bench = new CoreBench({ window: 3 });
    bench.tracing = false;
    bench.onPrepare = (message) => message === 'A' && bench.unsubscribes('A');
    bench.send('A');
    bench.send('B');
    expect(bench.take()).toBe('turn end, A ECANCELED not-sent, turn end needed');
    bench.machine.turnEnded();
    expect(bench.take()).toBe('sendData B');
  });

  it('a leave of a message in flight pauses the one that is being prepared, which is prepared once', () => {
    const bench = new CoreBench({ window: 2 });
    bench.tracing = false;
    const prepared: string[] = [];
    bench.onPrepare = (message) => {
      prepared.push(message);
      if (message === 'B') bench.unsubscribes('A');
    };
    bench.send('AB');
    expect(bench.take()).toBe('sendData A, abort 1, turn end needed, A ECANCELED unknown');
    bench.machine.turnEnded();
    expect(bench.take()).toBe('sendData B');
    expect(prepared).toEqual(['A', 'B']);
  });
});
