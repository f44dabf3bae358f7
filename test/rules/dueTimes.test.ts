import { map, VirtualTimeScheduler } from 'rxjs';
import { Mailbox, txTimeout } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { Journal } from '../support/Journal';
import { timeline } from '../support/timeline';
import { turnEnd } from '../support/turn';
import { advance, virtual } from '../support/virtual';

/** Timers that are scheduled and not given back. */
function pending(scheduler: VirtualTimeScheduler): number {
  return scheduler.actions.filter(({ closed }) => !closed).length;
}

describe('limits that begin in one turn (semantics 13.2)', () => {
  it('of one length, have one due time, counted from the end of the turn: none runs out early', async () => {
    const { scheduler, channel, link } = virtual();
    const journal = new Journal();
    const send = (name: string, ms: number): void => void channel.send(name).pipe(txTimeout(ms)).subscribe(journal.sender(name));
    send('A', 10);
    // The turn takes 4 ms.
    scheduler.frame = 4;
    send('B', 10);
    await turnEnd();
    advance(scheduler, 9);
    expect(journal.lines).toEqual([]);
    advance(scheduler, 1);
    expect(journal.lines).toEqual(['A ETIME unknown', 'B ETIME not-sent']);
    expect(link.sent).toHaveLength(1);
  });

  it('of other lengths, have due times of their own', async () => {
    const { scheduler, channel, link } = virtual();
    const journal = new Journal();
    for (const [name, ms] of [
      ['A', 10],
      ['B', 11],
      ['C', 10.5],
    ] as const)
      channel.send(name).pipe(txTimeout(ms)).subscribe(journal.sender(name));
    await turnEnd();
    advance(scheduler, 10);
    expect([journal.lines, link.sent.length]).toEqual([['A ETIME unknown'], 2]);
    advance(scheduler, 0.5);
    expect(journal.lines).toEqual(['A ETIME unknown', 'C ETIME not-sent']);
    advance(scheduler, 0.5);
    expect(journal.lines).toEqual(['A ETIME unknown', 'C ETIME not-sent', 'B ETIME unknown']);
  });

  it('share one timer, and another length has another one', async () => {
    const { scheduler, channel } = virtual();
    for (let i = 0; i < 5; i++) channel.send('A').pipe(txTimeout(10)).subscribe();
    for (let i = 0; i < 5; i++) channel.send('A').pipe(txTimeout(20)).subscribe();
    await turnEnd();
    expect(pending(scheduler)).toBe(2);
  });

  it(
    'of one length, on one message or many, run out once each',
    timeline((t) => {
      const { channel } = t.open({ window: 2 });
      channel.send('A').pipe(txTimeout(5), txTimeout(5)).subscribe(t.sender('A'));
      channel
        .send('B')
        .pipe(txTimeout({ queued: 5, inFlight: 5, total: 5 }))
        .subscribe(t.sender('B'));
      t.expect('0 sendData A', '0 sendData B', '5 A ETIME unknown', '5 B ETIME unknown');
    }),
  );
});

describe('limits that begin in other turns (semantics 13.2)', () => {
  it(
    'run out each in its time, where time is virtual',
    timeline((t) => {
      const { channel } = t.open({ window: 3 });
      for (const [name, ms] of [
        ['A', 0],
        ['B', 1],
        ['C', 2],
      ] as const) {
        t.at(ms, () => channel.send(name).pipe(txTimeout(10)).subscribe(t.sender(name)));
      }
      t.expect(...['0 sendData A', '1 sendData B', '2 sendData C'], ...['10 A ETIME unknown', '11 B ETIME unknown', '12 C ETIME unknown']);
    }),
  );

  it(
    'of one virtual millisecond do not leave together: the slot of the first may go to the second',
    timeline((t) => {
      const { channel } = t.open();
      const send = (name: string): void => void channel.send(name).pipe(txTimeout(10)).subscribe(t.sender(name));
      t.at(1, () => {
        send('A');
        // After the end of this turn.
        t.at(1, () => t.at(1, () => send('B')));
      });
      t.expect('1 sendData A', '11 sendData B', '11 A ETIME unknown', '11 B ETIME unknown');
    }),
  );

  it(
    'a limit that begins in a completion belongs to the turn of that completion',
    timeline((t) => {
      const { channel, link } = t.open();
      channel.send('A').subscribe({ complete: () => channel.send('B').pipe(txTimeout(10)).subscribe(t.sender('B')) });
      t.at(3, () => link.txDone({ token: 1 }));
      t.expect('0 sendData A', '3 sendData B', '13 B ETIME unknown');
    }),
  );
});

describe('a limit (semantics 13.2)', () => {
  it.each([[0.5], [0.999], [0], [-1], [2 ** 31], [Infinity], [Number.NaN]])('of %p ms is a RangeError', (limit) => {
    const { channel } = virtual();
    expect(() => channel.send('A').pipe(txTimeout(limit))).toThrow(RangeError);
    expect(() => channel.flush(limit)).toThrow(RangeError);
    expect(() => channel.sendAsync('A', { timeout: limit })).toThrow(RangeError);
  });

  it.each([[1], [1.5]])('may be %p ms', (limit) =>
    timeline((t) => {
      const { channel } = t.open();
      channel.send('A').pipe(txTimeout(limit)).subscribe(t.sender('A'));
      t.expect('0 sendData A', `${limit} A ETIME unknown`);
    })(),
  );

  it('leaves no timer behind when its message has settled', async () => {
    const { scheduler, channel, link } = virtual();
    channel.send('A').pipe(txTimeout(10)).subscribe();
    await turnEnd();
    expect(pending(scheduler)).toBe(1);
    link.txDoneOldest();
    expect(pending(scheduler)).toBe(0);
  });

  it('nor when its message settles in the same turn', () => {
    const { scheduler, channel, link } = virtual();
    channel.send('A').pipe(txTimeout(10)).subscribe();
    link.txDoneOldest();
    expect(pending(scheduler)).toBe(0);
  });
});

describe('a scheduler that is given (semantics 13.1)', () => {
  it('counts as virtual time: its next task of 0 ms ends the turn', () => {
    const { scheduler, channel } = virtual();
    const journal = new Journal();
    for (const name of ['A', 'B']) channel.send(name).pipe(txTimeout(10)).subscribe(journal.sender(name));
    expect(pending(scheduler)).toBe(1);
    advance(scheduler, 10);
    expect(journal.lines).toEqual(['A ETIME unknown', 'B ETIME not-sent']);
  });

  it('to txTimeout ends the turn of its own limits, which run out together', () => {
    const { scheduler, channel, link } = virtual();
    const own = new VirtualTimeScheduler();
    const journal = new Journal();
    for (const name of ['A', 'B']) channel.send(name).pipe(txTimeout(10, own)).subscribe(journal.sender(name));
    channel.next('C');
    advance(scheduler, 1000);
    expect(journal.lines).toEqual([]);
    advance(own, 10);
    expect(journal.lines).toEqual(['A ETIME unknown', 'B ETIME not-sent']);
    expect(link.sent.map(({ message }) => message)).toEqual(['A', 'C']);
  });

  it('to txTimeout behind other operators is used, too', () => {
    const { channel } = virtual();
    const own = new VirtualTimeScheduler();
    const journal = new Journal();
    channel
      .send('A')
      .pipe(
        map((receipt) => receipt),
        txTimeout(10, own),
      )
      .subscribe(journal.sender('A'));
    advance(own, 9);
    expect(journal.lines).toEqual([]);
    advance(own, 1);
    expect(journal.lines).toEqual(['A ETIME unknown']);
  });
});

describe('the default scheduler (semantics 13.1)', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const HOUR = 3_600_000;

  it.each([
    ['set forward', 3 * HOUR],
    ['set back', -3 * HOUR],
  ])('counts by a clock that nobody sets: the wall clock is %s, and a limit lasts what it says', async (_what, by) => {
    const channel = new Mailbox(new ScriptedController<string>()).requestChannel(0);
    const journal = new Journal();
    channel.send('A').pipe(txTimeout(100)).subscribe(journal.sender('A'));
    await turnEnd();
    jest.advanceTimersByTime(40);
    jest.setSystemTime(Date.now() + by);
    jest.advanceTimersByTime(59);
    expect(journal.lines).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(journal.lines).toEqual(['A ETIME unknown']);
  });

  it('follows fake timers, also where no microtask comes in between', () => {
    const channel = new Mailbox(new ScriptedController<string>()).requestChannel(0);
    const journal = new Journal();
    for (const name of ['A', 'B']) channel.send(name).pipe(txTimeout(100)).subscribe(journal.sender(name));
    jest.advanceTimersByTime(99);
    expect(journal.lines).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(journal.lines).toEqual(['A ETIME unknown', 'B ETIME not-sent']);
  });

  it('sets no timer for a pause that nothing waits for', () => {
    const channel = new Mailbox(new ScriptedController<string>()).requestChannel(0);
    const a = channel.send('A').subscribe();
    a.unsubscribe();
    expect(jest.getTimerCount()).toBe(0);
    channel.next('B');
    expect(jest.getTimerCount()).toBe(1);
    channel.close();
    expect(jest.getTimerCount()).toBe(0);
  });
});
