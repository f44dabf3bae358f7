import type { Observable, Subscription, VirtualTimeScheduler } from 'rxjs';
import { txTimeout } from 'rx-mailbox';
import { handedOver, open } from '../support/open';
import { timeline } from '../support/timeline';
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

describe('a leave begins a pause (rule 4)', () => {
  it(
    'when a message in flight is left: the next one goes when the turn ends',
    timeline((t) => {
      const { channel } = t.open();
      const a = run(channel.send('A'));
      channel.next('B');
      t.at(3, () => {
        a.unsubscribe();
        t.write('the turn goes on');
      });
      t.expect('0 sendData A', '3 the turn goes on', '3 sendData B');
    }),
  );

  it('and a turn ends with the next microtask', async () => {
    const { channel, link } = open();
    run(channel.send('A')).unsubscribe();
    channel.next('B');
    expect(handedOver(link)).toBe('A');
    await turnEnd();
    expect(handedOver(link)).toBe('A B');
  });

  it('also where nothing waited when it began', async () => {
    const { channel, link } = open();
    run(channel.send('A')).unsubscribe();
    await turnEnd();
    channel.next('B');
    expect(handedOver(link)).toBe('A B');
  });

  it(
    'when the head is left while it waits',
    timeline((t) => {
      const { channel, link } = t.open();
      channel.next('A');
      const b = run(channel.send('B'));
      channel.next('C');
      t.at(3, () => {
        b.unsubscribe();
        link.txDone({ token: 1 });
        t.write('the turn goes on');
      });
      t.expect('0 sendData A', '3 the turn goes on', '3 sendData C');
    }),
  );

  it(
    'but not when a message behind the head is left',
    timeline((t) => {
      const { channel, link } = t.open();
      channel.next('A');
      channel.next('B');
      const c = run(channel.send('C'));
      t.at(3, () => {
        c.unsubscribe();
        link.txDone({ token: 1 });
        t.write('the turn goes on');
      });
      t.expect('0 sendData A', '3 sendData B', '3 the turn goes on');
    }),
  );

  it(
    'but not when a limit on the transmission itself runs out',
    timeline((t) => {
      const { channel } = t.open();
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.expect('0 sendData A', '3 sendData B', '3 A ETIME unknown');
    }),
  );

  it(
    'but not when a message that has settled is unsubscribed',
    timeline((t) => {
      const { channel, link } = t.open();
      const a = channel.send('A').subscribe(t.sender('A'));
      t.at(3, () => {
        link.txDone({ token: 1 });
        a.unsubscribe();
        channel.next('B');
        t.write('the turn goes on');
      });
      t.expect('0 sendData A', '3 A ok', '3 sendData B', '3 the turn goes on');
    }),
  );

  it(
    'on its own channel: the others go on',
    timeline((t) => {
      const { channel, mailbox } = t.open({ channelCount: 2 });
      const other = mailbox.requestChannel(1);
      const a = run(channel.send('A'));
      channel.next('B');
      t.at(3, () => {
        a.unsubscribe();
        other.next('C');
        t.write('the turn goes on');
      });
      t.expect('0 sendData A', '3 sendData C', '3 the turn goes on', '3 sendData B');
    }),
  );
});

describe('a pause lasts until the end of the turn (rule 4)', () => {
  type Opened = ReturnType<typeof open<string>>;

  const acts: [string, (opened: Opened) => void, string[]][] = [
    ['a tx-done', ({ link }) => link.txDone({ token: 2 }), ['3 X ok']],
    ['a tx-done with an error', ({ link }) => link.txDone({ token: 2, error: 'NAK' }), ['3 X EIO sent']],
    ['a late tx-done', ({ link }) => link.txDone({ token: 1 }), []],
    ['an unknown tx-done', ({ link }) => link.txDone({ token: 99 }), []],
    ['ready', ({ link }) => link.ready(), []],
    ['a send()', ({ channel }) => run(channel.send('more')), []],
    ['a next()', ({ channel }) => channel.next('more'), []],
    ['down and up', ({ link }) => (link.down(), link.up()), ['3 X ENETDOWN unknown']],
    ['another leave', ({ channel }) => run(channel.send('more')).unsubscribe(), []],
  ];

  it.each(acts)('%s hands nothing over', (_what, act, told) =>
    timeline((t) => {
      const opened = t.open({ window: 2 });
      const { channel } = opened;
      const a = run(channel.send('A'));
      channel.send('X').subscribe(t.sender('X'));
      channel.next('B');
      t.at(3, () => {
        a.unsubscribe();
        act(opened);
        t.write('the turn goes on');
      });
      t.flush();
      expect(t.lines.filter((line) => line.startsWith('3 '))).toEqual([...told, '3 the turn goes on', '3 sendData B']);
    })(),
  );

  it(
    'an acknowledge() hands nothing over',
    timeline((t) => {
      const { channel } = t.open({ window: 2, txDone: 'ack' });
      const a = run(channel.send('A'));
      channel.send('X').subscribe(t.sender('X'));
      channel.next('B');
      t.at(3, () => {
        a.unsubscribe();
        channel.acknowledge({ token: 2 });
        t.write('the turn goes on');
      });
      t.expect('0 sendData A', '0 sendData X', '3 X ok', '3 the turn goes on', '3 sendData B');
    }),
  );

  it(
    'a poll hands nothing over',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2, txDone: 'poll', txPollPeriod: 10, reports: true });
      const a = run(channel.send('A'));
      channel.send('X').subscribe(t.sender('X'));
      channel.next('B');
      // Before the poll of the same millisecond.
      t.at(10, () => {
        link.setLastTxDone(2, true);
        a.unsubscribe();
      });
      t.at(11, () => channel.close());
      t.flush();
      expect(t.lines.slice(2, 6)).toEqual(['10 report A ECANCELED unknown', '10 report X ok', '10 X ok', '10 sendData B']);
    }),
  );

  it(
    'the end of a quarantine hands nothing over',
    timeline((t) => {
      const { channel } = t.open({ window: 2, quarantine: 5, reports: true });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      const x = run(channel.send('X'));
      channel.next('B');
      // Before the end of A's quarantine in the same millisecond.
      t.at(8, () => {
        x.unsubscribe();
        t.write('the pause has begun');
      });
      t.expect(
        '0 sendData A',
        '0 sendData X',
        '3 report A ETIME unknown',
        '3 A ETIME unknown',
        '8 report X ECANCELED unknown',
        '8 the pause has begun',
        '8 sendData B',
      );
    }),
  );

  it(
    'reports and senders are told at once meanwhile',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2, reports: true });
      const a = run(channel.send('A'));
      channel.send('X').subscribe(t.sender('X'));
      channel.next('B');
      t.at(3, () => {
        a.unsubscribe();
        link.txDone({ token: 2 });
        t.write('the turn goes on');
      });
      t.expect(
        '0 sendData A',
        '0 sendData X',
        '3 report A ECANCELED unknown',
        '3 report X ok',
        '3 X ok',
        '3 the turn goes on',
        '3 sendData B',
      );
    }),
  );

  it(
    'a refused head is tried again when it ends',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2 });
      const a = run(channel.send('A'));
      link.refuse(1);
      channel.next('B');
      t.at(3, () => {
        a.unsubscribe();
        link.ready();
        t.write('the turn goes on');
      });
      t.expect('0 sendData A', '0 sendData B → busy', '3 the turn goes on', '3 sendData B');
    }),
  );
});

describe('in a pause as many more messages are accepted as there are free slots (rule 4)', () => {
  it(
    'beyond the length of the queue',
    timeline((t) => {
      const { channel } = t.open({ window: 3, channel: { txQueueLength: 1 } });
      const leaving = ['A', 'B'].map((message) => run(channel.send(message)));
      channel.next('X');
      channel.send('C').subscribe(t.sender('C'));
      t.at(3, () => {
        for (const each of leaving) each.unsubscribe();
        for (const message of ['D', 'E', 'F']) channel.send(message).subscribe(t.sender(message));
        t.write(`${channel.slotsAvailable} available`);
      });
      t.expect(
        ...['0 sendData A', '0 sendData B', '0 sendData X'],
        ...['3 F ENOBUFS not-sent', '3 0 available'],
        ...['3 sendData C', '3 sendData D'],
      );
    }),
  );

  it(
    'also by a queue of 0',
    timeline((t) => {
      const { channel } = t.open({ channel: { txQueueLength: 0 } });
      const a = run(channel.send('A'));
      t.at(3, () => {
        a.unsubscribe();
        for (const message of ['B', 'C']) channel.send(message).subscribe(t.sender(message));
      });
      t.expect('0 sendData A', '3 C ENOBUFS not-sent', '3 sendData B');
    }),
  );

  it(
    'which are none where the slot is held',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'ordered', channel: { txQueueLength: 0 } });
      const a = run(channel.send('A'));
      t.at(3, () => {
        a.unsubscribe();
        channel.send('B').subscribe(t.sender('B'));
      });
      t.expect('0 sendData A', '3 B ENOBUFS not-sent');
    }),
  );

  it(
    'and none while the link is down',
    timeline((t) => {
      const { channel, link } = t.open({ channel: { txQueueLength: 0 } });
      const a = run(channel.send('A'));
      t.at(3, () => {
        a.unsubscribe();
        link.down();
        channel.send('B').subscribe(t.sender('B'));
      });
      t.expect('0 sendData A', '3 B ENOBUFS not-sent');
    }),
  );
});

describe('where no microtask comes, a task of 0 ms ends the turn (rule 4)', () => {
  it('only if a message waits for it', () => {
    const { scheduler, channel, link } = virtual();
    const a = run(channel.send('A'));
    a.unsubscribe();
    expect(pending(scheduler)).toBe(0);
    channel.next('B');
    expect([pending(scheduler), handedOver(link)]).toEqual([1, 'A']);
    advance(scheduler, 0);
    expect([pending(scheduler), handedOver(link)]).toEqual([0, 'A B']);
  });

  it('also if the message waited before', () => {
    const { scheduler, channel, link } = virtual();
    const a = run(channel.send('A'));
    channel.next('B');
    a.unsubscribe();
    expect(pending(scheduler)).toBe(1);
    advance(scheduler, 0);
    expect([pending(scheduler), handedOver(link)]).toEqual([0, 'A B']);
  });

  it('and is given back when all that waited has left', () => {
    const { scheduler, channel } = virtual();
    const all = ['A', 'B', 'C'].map((message) => run(channel.send(message)));
    all[0]!.unsubscribe();
    expect(pending(scheduler)).toBe(1);
    all[2]!.unsubscribe();
    expect(pending(scheduler)).toBe(1);
    all[1]!.unsubscribe();
    expect(pending(scheduler)).toBe(0);
  });

  it('but not while a message of another channel waits for it', () => {
    const { scheduler, mailbox, channel, controller } = virtual({ channelCount: 2 });
    const pausing = [channel, mailbox.requestChannel(1)].map((each) => {
      const all = ['A', 'B'].map((message) => run(each.send(message)));
      all[0]!.unsubscribe();
      return all;
    });
    expect(pending(scheduler)).toBe(1);
    pausing[0]![1]!.unsubscribe();
    expect(pending(scheduler)).toBe(1);
    advance(scheduler, 0);
    expect([handedOver(controller.link(0)), handedOver(controller.link(1))]).toEqual(['A', 'A B']);
  });

  it('also if the last of them leaves by a limit', () => {
    const { scheduler, channel } = virtual();
    const timers: number[] = [];
    const a = run(channel.send('A'));
    // Scheduled before the limit, so it comes first in that millisecond.
    scheduler.schedule(() => {
      a.unsubscribe();
      timers.push(pending(scheduler));
    }, 3);
    channel
      .send('B')
      .pipe(txTimeout(3))
      .subscribe({ error: () => timers.push(pending(scheduler)) });
    advance(scheduler, 3);
    // The limit and the task; then neither.
    expect(timers).toEqual([2, 0]);
  });

  it('and is given back when the channel closes', () => {
    const { scheduler, channel } = virtual();
    const a = run(channel.send('A'));
    channel.next('B');
    a.unsubscribe();
    channel.close();
    expect(pending(scheduler)).toBe(0);
  });

  it(
    'so a pause that nothing waited for ends 0 ms after the next send',
    timeline((t) => {
      const { channel } = t.open();
      const a = run(channel.send('A'));
      t.at(3, () => a.unsubscribe());
      t.at(5, () => {
        channel.next('B');
        t.write('accepted');
      });
      t.expect('0 sendData A', '5 accepted', '5 sendData B');
    }),
  );

  it('a microtask ends it, too, and the task is given back', async () => {
    const { scheduler, channel, link } = virtual();
    const a = run(channel.send('A'));
    channel.next('B');
    a.unsubscribe();
    await turnEnd();
    expect([pending(scheduler), handedOver(link)]).toEqual([0, 'A B']);
  });
});

describe('leaving from inside a callback (rule 4)', () => {
  it(
    'from inside txPrepare: the message that is prepared waits for the end of the turn, and is not prepared again',
    timeline((t) => {
      const leaving: Subscription[] = [];
      const txPrepare = (message: string): void => {
        t.write(`prepare ${message}`);
        if (message === 'B') leaving[0]!.unsubscribe();
      };
      const { channel } = t.open({ window: 2, channel: { txPrepare } });
      leaving.push(run(channel.send('A')));
      t.at(3, () => {
        channel.next('B');
        t.write('the turn goes on');
      });
      t.expect('0 prepare A', '0 sendData A', '3 prepare B', '3 the turn goes on', '3 sendData B');
    }),
  );

  it(
    'from inside sendData: the next message waits for the end of the turn',
    timeline((t) => {
      const leaving: Subscription[] = [];
      const { channel } = t.open({ window: 3, onSend: (message) => message === 'B' && leaving[0]!.unsubscribe() });
      leaving.push(run(channel.send('A')));
      t.at(3, () => {
        channel.next('B');
        channel.next('C');
        t.write('the turn goes on');
      });
      t.expect('0 sendData A', '3 sendData B', '3 the turn goes on', '3 sendData C');
    }),
  );

  it.each(['report', 'completion'] as const)('from inside a %s: what had to go went before, the next one waits', (where) =>
    timeline((t) => {
      const { channel, link } = t.open();
      const leaving: Subscription[] = [];
      const leave = (): void => leaving[0]!.unsubscribe();
      if (where === 'report') channel.txDone$.subscribe(({ message }) => message === 'A' && leave());
      channel.send('A').subscribe({ complete: () => where === 'completion' && leave() });
      leaving.push(run(channel.send('B')));
      channel.next('C');
      t.at(3, () => {
        link.txDone({ token: 1 });
        t.write('the turn goes on');
      });
      t.expect('0 sendData A', '3 sendData B', '3 the turn goes on', '3 sendData C');
    })(),
  );

  it(
    'from inside a received message',
    timeline((t) => {
      const { channel, link } = t.open();
      const a = run(channel.send('A'));
      channel.next('B');
      channel.subscribe(() => a.unsubscribe());
      t.at(3, () => {
        link.received('stop');
        t.write('the turn goes on');
      });
      t.expect('0 sendData A', '3 the turn goes on', '3 sendData B');
    }),
  );
});

describe('the end of a channel or an epoch in a pause (rule 4)', () => {
  it(
    'close(): what waits fails as not-sent',
    timeline((t) => {
      const { channel } = t.open();
      const a = run(channel.send('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(3, () => {
        a.unsubscribe();
        channel.close();
      });
      t.expect('0 sendData A', '3 B ESHUTDOWN not-sent');
    }),
  );

  it(
    'complete(): what waits is sent when the turn ends',
    timeline((t) => {
      const { channel, link } = t.open();
      const a = run(channel.send('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(3, () => {
        a.unsubscribe();
        channel.complete();
      });
      t.at(5, () => link.txDone({ token: 2 }));
      t.expect('0 sendData A', '3 sendData B', '5 B ok');
      expect(channel.closed).toBe(true);
    }),
  );

  it(
    'down: what waits is sent when the link is up',
    timeline((t) => {
      const { channel, link } = t.open();
      const a = run(channel.send('A'));
      channel.next('B');
      t.at(3, () => {
        a.unsubscribe();
        link.down();
      });
      t.at(7, () => link.up());
      t.expect('0 sendData A', '7 sendData B');
    }),
  );

  it(
    'down and up: what waits is sent when the turn ends',
    timeline((t) => {
      const { channel, link } = t.open();
      const a = run(channel.send('A'));
      channel.next('B');
      t.at(3, () => {
        a.unsubscribe();
        link.down();
        link.up();
        t.write('the turn goes on');
      });
      t.expect('0 sendData A', '3 the turn goes on', '3 sendData B');
    }),
  );

  it(
    'up: what waits is sent when the turn ends, if the head was left before in that turn',
    timeline((t) => {
      const { channel, link } = t.open();
      link.down();
      const a = run(channel.send('A'));
      channel.next('B');
      t.at(3, () => {
        a.unsubscribe();
        link.up();
        t.write('the turn goes on');
      });
      t.expect('3 the turn goes on', '3 sendData B');
    }),
  );
});
