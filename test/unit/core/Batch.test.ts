import { Batch, type BatchMember } from '../../../src/core/Batch';
import { CoreBench } from './CoreBench';

/** A batch, and members that write down what they are asked to do. */
function set() {
  const batch = new Batch();
  const lines: string[] = [];
  const member = (name: string, onHandOver: () => void = () => undefined): BatchMember => ({
    handOver: () => (lines.push(`${name} hands over`), onHandOver()),
    notify: () => lines.push(`${name} notifies`),
  });
  return { batch, lines, member };
}

describe('a batch', () => {
  it('makes the transitions, then all hand-overs, then all notifications, each in the order of joining', () => {
    const { batch, lines, member } = set();
    const [a, b] = [member('a'), member('b')];
    batch.run(() => {
      batch.join(a);
      lines.push('one leaves');
      batch.join(b);
      lines.push('another leaves');
    });
    expect(lines).toEqual(['one leaves', 'another leaves', 'a hands over', 'b hands over', 'a notifies', 'b notifies']);
  });

  it('has each member once, at the place where it joined first', () => {
    const { batch, lines, member } = set();
    const [a, b] = [member('a'), member('b')];
    batch.run(() => {
      for (const each of [a, b, a]) batch.join(each);
    });
    expect(lines).toEqual(['a hands over', 'b hands over', 'a notifies', 'b notifies']);
  });

  it('tells those who join to wait with their hand-overs, and those who join meanwhile not to', () => {
    const { batch, member } = set();
    const waits: boolean[] = [];
    const late = member('late');
    batch.run(() => {
      waits.push(batch.join(member('a', () => waits.push(batch.join(late)))));
    });
    expect(waits).toEqual([true, false]);
  });

  it('visits those who join while hand-overs are made', () => {
    const { batch, lines, member } = set();
    batch.run(() => {
      batch.join(member('a', () => batch.join(member('late'))));
    });
    expect(lines).toEqual(['a hands over', 'late hands over', 'a notifies', 'late notifies']);
  });

  it('inside another one is a part of that', () => {
    const { batch, lines, member } = set();
    batch.run(() => {
      batch.run(() => batch.join(member('a')));
      lines.push('the outer one goes on');
    });
    expect(lines).toEqual(['the outer one goes on', 'a hands over', 'a notifies']);
  });

  it('without members does nothing', () => {
    const { batch, lines } = set();
    batch.run(() => lines.push('nobody was concerned'));
    expect([lines, batch.active]).toEqual([['nobody was concerned'], false]);
  });

  it('is active until the hand-overs are made, and not while notifying', () => {
    const { batch } = set();
    const active: boolean[] = [];
    const look = (): unknown => active.push(batch.active);
    look();
    batch.run(() => {
      look();
      batch.join({ handOver: look, notify: look });
    });
    look();
    expect(active).toEqual([false, true, true, false, false]);
  });

  it('finishes what has joined when a transition throws, and lets the error through', () => {
    const { batch, lines, member } = set();
    const run = () =>
      batch.run(() => {
        batch.join(member('a'));
        throw new Error('oops');
      });
    expect(run).toThrow('oops');
    expect([lines, batch.active]).toEqual([['a hands over', 'a notifies'], false]);
  });

  it('is over when a hand-over throws: the next one has none of its members', () => {
    const { batch, lines, member } = set();
    const oops = (): never => {
      throw new Error('oops');
    };
    expect(() => batch.run(() => batch.join(member('a', oops)))).toThrow('oops');
    expect(batch.active).toBe(false);
    lines.length = 0;
    batch.run(() => batch.join(member('b')));
    expect(lines).toEqual(['b hands over', 'b notifies']);
  });
});

describe('limits that run out in one batch', () => {
  /** Two channels of one mailbox. On each, one message is in flight and three wait. */
  function two() {
    const batch = new Batch();
    const tokens = { next: 1 };
    const lines: string[] = [];
    const open = (messages: string): CoreBench => {
      const bench = new CoreBench({}, tokens, batch);
      Object.assign(bench, { lines, tracing: false });
      bench.send(messages);
      return bench;
    };
    const [one, other] = [open('ABCD'), open('KLMN')];
    lines.length = 0;
    return { batch, lines, one, other };
  }

  it('leave on all channels, then the next messages are handed over, then everybody is told', () => {
    const { batch, lines, one, other } = two();
    batch.run(() => {
      for (const message of 'LK') other.leaves(message);
      for (const message of 'AB') one.leaves(message);
    });
    const told = ['L ECANCELED not-sent', 'K ECANCELED unknown', 'A ECANCELED unknown', 'B ECANCELED not-sent'];
    expect(lines).toEqual(['abort 5', 'abort 1', 'sendData M', 'sendData C', ...told]);
  });

  it('put nothing of what leaves with them on the wire', () => {
    const { batch, lines, one } = two();
    batch.run(() => {
      for (const message of 'ABCD') one.leaves(message);
    });
    expect(lines.filter((line) => line.startsWith('sendData'))).toEqual([]);
  });

  it('what abort emits meanwhile is dealt with when all have left', () => {
    const bench = new CoreBench({ window: 2 });
    bench.tracing = false;
    bench.send('ABCD');
    bench.onAbort = () => bench.machine.txDone(2, 'ok', undefined);
    bench.take();
    bench.batch.run(() => {
      bench.leaves('A');
      bench.leaves('B');
    });
    expect(bench.take()).toBe('abort 1, abort 2, sendData C, sendData D, A ECANCELED unknown, B ECANCELED unknown');
  });

  it('what abort emits about a message of another channel counts at once, and hands nothing over', () => {
    const { batch, lines, one, other } = two();
    one.onAbort = () => other.machine.txDone(5, 'ok', undefined);
    batch.run(() => {
      one.leaves('A');
      expect(lines).toEqual(['abort 1']);
      other.leaves('L');
    });
    expect(lines).toEqual(['abort 1', 'sendData M', 'sendData B', 'K ok ok', 'L ECANCELED not-sent', 'A ECANCELED unknown']);
  });

  it('a tx-done of a message that would be the only outcome waits with the others', () => {
    const { batch, lines, one, other } = two();
    batch.run(() => {
      one.leaves('A');
      other.machine.txDone(5, 'ok', undefined);
      expect(lines).toEqual(['abort 1']);
    });
    expect(lines).toEqual(['abort 1', 'sendData B', 'sendData L', 'A ECANCELED unknown', 'K ok ok']);
  });

  it('a message that is sent meanwhile goes with the hand-overs', () => {
    const { batch, lines, one, other } = two();
    for (const token of [5, 6, 7, 8]) other.machine.txDone(token, 'ok', undefined);
    lines.length = 0;
    batch.run(() => {
      other.send('X');
      one.leaves('A');
      expect(lines).toEqual(['abort 1']);
    });
    expect(lines.slice(0, 3)).toEqual(['abort 1', 'sendData X', 'sendData B']);
  });

  it('who sends when told sends at once', () => {
    const { batch, lines, one, other } = two();
    one.onDeliver = (message) => message === 'A' && other.machine.txDone(5, 'ok', undefined);
    batch.run(() => one.leaves('A'));
    expect(lines).toEqual(['abort 1', 'sendData B', 'A ECANCELED unknown', 'sendData L', 'K ok ok']);
  });
});
