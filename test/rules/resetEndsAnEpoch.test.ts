import { EMPTY, finalize, NEVER, of, Subject, timer, type Observable, type Subscription, type VirtualTimeScheduler } from 'rxjs';
import { txTimeout } from 'rx-mailbox';
import { timeline, type Timeline } from '../support/timeline';
import { turnEnd } from '../support/turn';
import { advance, virtual } from '../support/virtual';

/** Subscribes, and ignores the outcome. */
function run(sending$: Observable<unknown>): Subscription {
  return sending$.subscribe({ error: () => undefined });
}

/** Timers that are scheduled and not given back. */
function pending(scheduler: VirtualTimeScheduler): number {
  return scheduler.actions.filter(({ closed }) => !closed).length;
}

describe('a reset begins (semantics 5.4)', () => {
  it.each([1, 2, 3, 4])('once, however many leave in one turn: window %i', (window) =>
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', window, reset: () => timer(4) });
      const names = ['A', 'B', 'C', 'D'].slice(0, window);
      for (const name of names) channel.send(name).pipe(txTimeout(3)).subscribe(t.sender(name));
      channel.next('E');
      t.expect(...names.map((name) => `0 sendData ${name}`), ...names.map((name) => `3 ${name} ETIME unknown`), '3 reset', '7 sendData E');
      expect(link.resets).toBe(1);
    })(),
  );

  it.each(['ordered', 'untagged'] as const)('after a leave by unsubscribing, too, %s', (correlation) =>
    timeline((t) => {
      const { channel } = t.open({ correlation, reset: () => timer(4) });
      const a = run(channel.send('A'));
      channel.next('B');
      t.at(3, () => {
        a.unsubscribe();
        t.write('the turn goes on');
      });
      t.expect('0 sendData A', '3 the turn goes on', '3 reset', '7 sendData B');
    })(),
  );

  it(
    'on a tagged link with a quarantine, too',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'tagged', quarantine: 50, window: 2, reset: () => timer(4) });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('X').subscribe(t.sender('X'));
      channel.next('B');
      t.expect('0 sendData A', '0 sendData X', '3 A ETIME unknown', '3 reset', '7 sendData B', '7 X ECONNRESET unknown');
    }),
  );

  it('with the next microtask where one comes', async () => {
    const { channel, link } = virtual({ correlation: 'ordered', reset: () => NEVER });
    run(channel.send('A')).unsubscribe();
    expect(link.resets).toBe(0);
    await turnEnd();
    expect(link.resets).toBe(1);
  });

  it('with a task of 0 ms where none does, also if nothing waits', () => {
    const { scheduler, channel, link } = virtual({ correlation: 'ordered', reset: () => NEVER });
    run(channel.send('A')).unsubscribe();
    expect(pending(scheduler)).toBe(1);
    advance(scheduler, 0);
    expect([link.resets, pending(scheduler)]).toEqual([1, 0]);
  });

  it(
    'not if the late tx-done has come in the same turn',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', reset: () => NEVER });
      const a = run(channel.send('A'));
      channel.next('B');
      t.at(3, () => {
        a.unsubscribe();
        link.txDone();
      });
      t.expect('0 sendData A', '3 sendData B');
      expect(link.resets).toBe(0);
    }),
  );

  it(
    'but if another slot is still held then',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', window: 2, reset: () => timer(4) });
      const all = ['A', 'B'].map((message) => run(channel.send(message)));
      channel.next('C');
      t.at(3, () => {
        for (const each of all) each.unsubscribe();
        link.txDone();
      });
      t.expect('0 sendData A', '0 sendData B', '3 reset', '7 sendData C');
    }),
  );

  it(
    'not if the link has gone down in the same turn',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', reset: () => NEVER });
      const a = run(channel.send('A'));
      channel.next('B');
      t.at(3, () => {
        a.unsubscribe();
        link.down();
        link.up();
      });
      t.expect('0 sendData A', '3 sendData B');
      expect(link.resets).toBe(0);
    }),
  );

  it('not if the channel has closed in the same turn', async () => {
    const { scheduler, channel, link } = virtual({ correlation: 'ordered', reset: () => NEVER });
    run(channel.send('A')).unsubscribe();
    channel.close();
    expect(pending(scheduler)).toBe(0);
    await turnEnd();
    expect(link.resets).toBe(0);
  });

  it(
    'never where the quarantine is 0',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', quarantine: 0, reset: () => NEVER });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.expect('0 sendData A', '3 sendData B', '3 A ETIME unknown');
      expect(link.resets).toBe(0);
    }),
  );

  it(
    'after a nonsense answer of sendData, which holds a slot',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', reset: () => timer(4) });
      const { sendData } = link;
      link.sendData = (message, token) => (message === 'A' ? ('ok' as never) : sendData(message, token));
      channel.send('A').subscribe(t.sender('A'));
      channel.next('B');
      t.expect('0 A EIO unknown', '0 reset', '4 sendData B');
    }),
  );
});

describe('while a reset is to come or under way (semantics 5.4)', () => {
  it.each<[string, (opened: ReturnType<Timeline['open']>) => void]>([
    ['a send', ({ channel }) => run(channel.send('more'))],
    ['a tx-done of a neighbour', ({ link }) => link.txDone({ token: 2 })],
    ['its own late tx-done', ({ link }) => link.txDone({ token: 1 })],
    ['an unknown tx-done', ({ link }) => link.txDone({ token: 99 })],
    ['ready', ({ link }) => link.ready()],
    ['up', ({ link }) => link.up()],
  ])('%s hands nothing over', (_what, act) =>
    timeline((t) => {
      const opened = t.open({ correlation: 'ordered', window: 2, reset: () => timer(4) });
      const { channel } = opened;
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      run(channel.send('X'));
      channel.next('B');
      t.at(5, () => act(opened));
      t.flush();
      expect(t.lines.filter((line) => line.includes('sendData')).slice(0, 3)).toEqual(['0 sendData A', '0 sendData X', '7 sendData B']);
    })(),
  );

  it(
    'tx-dones count: who has got one is not failed by the end of the reset',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', window: 3, reset: () => timer(4) });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      for (const name of ['B', 'C']) channel.send(name).subscribe(t.sender(name));
      t.at(5, () => link.txDone({ token: 2, ack: "B's" }));
      t.expect(
        ...['0 sendData A', '0 sendData B', '0 sendData C'],
        ...['3 A ETIME unknown', '3 reset'],
        ...["5 B ok B's", '7 C ECONNRESET unknown'],
      );
    }),
  );

  it(
    'a late tx-done frees its slot and does not end the reset',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'untagged', reset: () => timer(4), events: ['lateTxDone'] });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.at(5, () => link.txDone());
      t.expect('0 sendData A', '3 A ETIME unknown', '3 reset', '5 lateTxDone 1', '7 sendData B');
    }),
  );

  it(
    'nor does the end of a quarantine',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'ordered', quarantine: 2, reset: () => timer(4) });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.expect('0 sendData A', '3 A ETIME unknown', '3 reset', '7 sendData B');
    }),
  );

  it(
    'a neighbour that leaves is aborted, and begins no second reset',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', window: 3, abort: true, reset: () => timer(4) });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').pipe(txTimeout(5)).subscribe(t.sender('B'));
      channel.send('C').subscribe(t.sender('C'));
      channel.next('D');
      t.expect(
        ...['0 sendData A', '0 sendData B', '0 sendData C'],
        ...['3 abort 1', '3 A ETIME unknown', '3 reset'],
        ...['5 abort 2', '5 B ETIME unknown'],
        ...['7 sendData D', '7 C ECONNRESET unknown'],
      );
      expect([link.aborted, link.resets]).toEqual([[1, 2], 1]);
    }),
  );

  it(
    'the next reset is for who leaves after it',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'untagged', reset: () => timer(4) });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').pipe(txTimeout(9)).subscribe(t.sender('B'));
      channel.next('C');
      t.expect(...['0 sendData A', '3 A ETIME unknown', '3 reset'], ...['7 sendData B', '9 B ETIME unknown', '9 reset'], '13 sendData C');
      expect(link.resets).toBe(2);
    }),
  );

  it(
    'a queue of 0 rejects',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'ordered', window: 2, channel: { txQueueLength: 0 }, reset: () => timer(4) });
      const a = run(channel.send('A'));
      t.at(3, () => {
        a.unsubscribe();
        channel.send('B').subscribe(t.sender('B'));
      });
      t.at(5, () => channel.send('C').subscribe(t.sender('C')));
      t.at(9, () => channel.send('D').subscribe(t.sender('D')));
      t.expect('0 sendData A', '3 B ENOBUFS not-sent', '3 reset', '5 C ENOBUFS not-sent', '9 sendData D');
    }),
  );

  it(
    'a limit of a message that waits runs out, and hands nothing over',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'ordered', reset: () => timer(4) });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').pipe(txTimeout(5)).subscribe(t.sender('B'));
      channel.next('C');
      t.expect('0 sendData A', '3 A ETIME unknown', '3 reset', '5 B ETIME not-sent', '7 sendData C');
    }),
  );

  it(
    'the pause of a leave ends with its turn, and the reset goes on',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'ordered', window: 2, reset: () => timer(4) });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      const b = run(channel.send('B'));
      channel.next('C');
      t.at(5, () => b.unsubscribe());
      t.expect('0 sendData A', '0 sendData B', '3 A ETIME unknown', '3 reset', '7 sendData C');
    }),
  );

  it(
    'lastTxDone is not asked, not even about neighbours',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', window: 2, txDone: 'poll', txPollPeriod: 10, reset: () => timer(30) });
      channel.send('A').pipe(txTimeout(15)).subscribe(t.sender('A'));
      channel.send('X').subscribe(t.sender('X'));
      t.expect('0 sendData A', '0 sendData X', '15 A ETIME unknown', '15 reset', '45 X ECONNRESET unknown');
      expect(link.polled.map(({ token, at }) => `${token} at ${at}`)).toEqual(['1 at 0', '2 at 0', '1 at 10', '2 at 10']);
    }),
  );

  it('so the poll timer rests', () => {
    const { scheduler, channel } = virtual({ correlation: 'ordered', window: 2, txDone: 'poll', txPollPeriod: 10, reset: () => NEVER });
    const a = run(channel.send('A'));
    channel.next('X');
    advance(scheduler, 5);
    expect(pending(scheduler)).toBe(1);
    a.unsubscribe();
    advance(scheduler, 0);
    expect(pending(scheduler)).toBe(0);
  });

  it(
    'and is asked again about what goes when it has ended',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', txDone: 'poll', txPollPeriod: 10, reset: () => timer(30) });
      channel.send('A').pipe(txTimeout(15)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(50, () => link.setLastTxDone(2, true));
      t.expect('0 sendData A', '15 A ETIME unknown', '15 reset', '45 sendData B', '55 B ok');
      expect(link.polled.map(({ token, at }) => `${token} at ${at}`)).toEqual(['1 at 0', '1 at 10', '2 at 45', '2 at 55']);
    }),
  );
});

describe('when a reset completes (semantics 5.4)', () => {
  it(
    'everything handed over before has failed, in the order of the hand-over, after the next hand-overs',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'ordered', window: 4, reset: () => timer(4), reports: true });
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').pipe(txTimeout(3)).subscribe(t.sender('B'));
      for (const name of ['C', 'D']) channel.send(name).subscribe(t.sender(name));
      for (const message of ['E', 'F']) channel.next(message);
      t.expect(
        ...['0 sendData A', '0 sendData B', '0 sendData C', '0 sendData D'],
        ...['3 report B ETIME unknown', '3 B ETIME unknown', '3 reset'],
        ...['7 sendData E', '7 sendData F'],
        ...['7 report A ECONNRESET unknown', '7 A ECONNRESET unknown'],
        ...['7 report C ECONNRESET unknown', '7 C ECONNRESET unknown'],
        ...['7 report D ECONNRESET unknown', '7 D ECONNRESET unknown'],
      );
    }),
  );

  it(
    'no tx-done of theirs is credited to what goes then',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', window: 2, reset: () => timer(4) });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      channel.send('C').subscribe(t.sender('C'));
      // The reset has wiped what was in flight, so this is for C.
      t.at(8, () => link.txDone({ ack: "C's" }));
      t.expect('0 sendData A', '0 sendData B', '3 A ETIME unknown', '3 reset', '7 sendData C', '7 B ECONNRESET unknown', "8 C ok C's");
    }),
  );

  it.each<[string, () => Observable<unknown>]>([
    ['an Observable that is empty', () => EMPTY],
    ['an Observable of one value', () => of('quiet')],
  ])('it may do so at once: %s', (_what, reset) =>
    timeline((t) => {
      const { channel } = t.open({ correlation: 'ordered', window: 2, reset });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      channel.next('C');
      t.expect('0 sendData A', '0 sendData B', '3 A ETIME unknown', '3 reset', '3 sendData C', '3 B ECONNRESET unknown');
    })(),
  );

  it(
    'what leaves in the turn in which it completes is the next reset',
    timeline((t) => {
      const quiet = new Subject<never>();
      const { channel, link } = t.open({ correlation: 'untagged', reset: () => (link.resets === 1 ? quiet : timer(4)) });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      const b = run(channel.send('B'));
      channel.next('C');
      t.at(5, () => {
        quiet.complete();
        b.unsubscribe();
      });
      t.expect('0 sendData A', '3 A ETIME unknown', '3 reset', '5 sendData B', '5 reset', '9 sendData C');
    }),
  );

  it(
    'a head that was refused is tried again',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', window: 2, reset: () => timer(4) });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      link.refuse(1);
      channel.next('B');
      t.expect('0 sendData A', '0 sendData B → busy', '3 A ETIME unknown', '3 reset', '7 sendData B');
    }),
  );

  it(
    'a channel that completes closes, if nothing else is pending',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', window: 2, reset: () => timer(4) });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      channel.complete();
      t.at(6, () => t.write(channel.closed ? 'closed' : 'open'));
      t.expect('0 sendData A', '0 sendData B', '3 A ETIME unknown', '3 reset', '6 open', '7 B ECONNRESET unknown');
      expect([channel.closed, link.stopped]).toEqual([true, 1]);
    }),
  );
});

describe('only down and closing unsubscribe a reset (semantics 5.4)', () => {
  const watched = (t: Timeline) => (): Observable<never> => NEVER.pipe(finalize(() => t.write('reset stopped')));

  it(
    'down: its messages have failed with ENETDOWN, and what waits goes when the link is up',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', window: 2, reset: watched(t) });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      channel.next('C');
      t.at(5, () => link.down());
      t.at(8, () => link.up());
      t.expect(
        ...['0 sendData A', '0 sendData B', '3 A ETIME unknown', '3 reset'],
        ...['5 reset stopped', '5 B ENETDOWN unknown', '8 sendData C'],
      );
    }),
  );

  it(
    'close()',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'ordered', window: 2, reset: watched(t) });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(5, () => channel.close());
      t.expect(...['0 sendData A', '0 sendData B', '3 A ETIME unknown', '3 reset'], ...['5 reset stopped', '5 B ESHUTDOWN unknown']);
    }),
  );

  it(
    'and an end that a reset that was unsubscribed might have had does nothing',
    timeline((t) => {
      const quiet = new Subject<never>();
      const { channel, link } = t.open({ correlation: 'ordered', reset: () => quiet });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(5, () => (link.down(), link.up()));
      t.at(6, () => quiet.complete());
      t.at(7, () => link.txDone());
      t.expect('0 sendData A', '3 A ETIME unknown', '3 reset', '5 sendData B', '7 B ok');
    }),
  );

  it(
    'an error of it is a down with that error as the reason',
    timeline((t) => {
      const quiet = new Subject<never>();
      const { channel, link } = t.open({ correlation: 'ordered', window: 2, reset: () => quiet, events: ['down'] });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').subscribe({ error: (error: Error) => t.write(error.message) });
      channel.next('C');
      t.at(5, () => quiet.error(new Error('no answer')));
      t.at(8, () => link.up());
      t.expect(
        ...['0 sendData A', '0 sendData B', '3 A ETIME unknown', '3 reset'],
        ...['5 scripted[0]: link down while in flight: no answer', '5 down', '8 sendData C'],
      );
    }),
  );
});
