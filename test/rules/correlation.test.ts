import { NEVER, of, Subject, throwError } from 'rxjs';
import { Mailbox, txTimeout } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { timeline } from '../support/timeline';

describe('tagged: a tx-done carries the token', () => {
  it(
    'it settles which message it names, in any order, within a window of N',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'tagged', window: 3 });
      for (const name of ['A', 'B', 'C']) channel.send(name).subscribe(t.sender(name));
      t.at(1, () => link.txDone({ token: 3, ack: 'c' }));
      t.at(2, () => link.txDone({ token: 1, ack: 'a' }));
      t.at(3, () => link.txDone({ token: 2, ack: 'b' }));
      t.expect('0 sendData A', '0 sendData B', '0 sendData C', '1 C told ok c', '2 A told ok a', '3 B told ok b');
    }),
  );

  it(
    'the slot is free at once',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'tagged' });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.expect('0 sendData A', '3 sendData B', '3 A told ETIME unknown');
    }),
  );

  it(
    'a late tx-done does not touch the message that has the slot now',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'tagged', events: ['lateTxDone'] });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(4, () => link.txDone({ token: 1, error: 'NAK' }));
      t.at(9, () => link.txDone({ token: 2, ack: 'b' }));
      t.expect('0 sendData A', '3 sendData B', '3 A told ETIME unknown', '4 lateTxDone 1', '9 B told ok b');
    }),
  );

  it(
    'or after quarantine ms, where the peer counts the message against a quota',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'tagged', quarantine: 5 });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.expect('0 sendData A', '3 A told ETIME unknown', '8 sendData B');
    }),
  );

  it(
    'quarantine is the longest time: its own tx-done frees the slot before',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'tagged', quarantine: 50, events: ['lateTxDone'] });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.at(7, () => link.txDone({ token: 1 }));
      t.expect('0 sendData A', '3 A told ETIME unknown', '7 sendData B', '7 lateTxDone 1');
    }),
  );

  it(
    'is not stalled',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'tagged', quarantine: 5, events: ['stalled'] });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      t.expect('0 sendData A', '3 A told ETIME unknown');
    }),
  );

  it(
    'another channel of the mailbox never sees it',
    timeline((t) => {
      const { mailbox, channel, controller } = t.open({ correlation: 'tagged', channelCount: 2, events: ['lateTxDone', 'unknownTxDone'] });
      const other = mailbox.requestChannel(1);
      channel.send('A').subscribe(t.sender('A'));
      other.send('B').subscribe(t.sender('B'));
      t.at(3, () => controller.link(0).txDone({ token: 2 }));
      t.at(5, () => controller.link(1).txDone({ token: 2 }));
      t.expect('0 sendData A', '0 sendData B', '3 lateTxDone 2', '5 B told ok');
    }),
  );
});

describe('ordered: a tx-done says the oldest in flight', () => {
  it(
    'it settles the oldest, within a window of N',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', window: 2 });
      for (const name of ['A', 'B', 'C']) channel.send(name).subscribe(t.sender(name));
      t.at(1, () => link.txDone({ ack: '1st' }));
      t.at(2, () => link.txDone({ ack: '2nd' }));
      t.at(3, () => link.txDone({ ack: '3rd' }));
      t.expect('0 sendData A', '0 sendData B', '1 sendData C', '1 A told ok 1st', '2 B told ok 2nd', '3 C told ok 3rd');
    }),
  );

  describe('the slot is held by a tombstone', () => {
    it(
      'that swallows its own tx-done',
      timeline((t) => {
        const { channel, link } = t.open({ correlation: 'ordered', events: ['lateTxDone'] });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        channel.send('B').subscribe(t.sender('B'));
        t.at(6, () => link.txDone({ ack: "A's" }));
        t.at(9, () => link.txDone({ ack: "B's" }));
        t.expect('0 sendData A', '3 A told ETIME unknown', '6 sendData B', '6 lateTxDone 1', "9 B told ok B's");
      }),
    );

    it(
      'that stands in the order of the messages',
      timeline((t) => {
        const { channel, link } = t.open({ correlation: 'ordered', window: 3, events: ['lateTxDone'] });
        channel.send('A').subscribe(t.sender('A'));
        channel.send('B').pipe(txTimeout(3)).subscribe(t.sender('B'));
        channel.send('C').subscribe(t.sender('C'));
        t.at(5, () => link.txDone({ ack: '1st' }));
        t.at(6, () => link.txDone({ ack: '2nd' }));
        t.at(7, () => link.txDone({ ack: '3rd' }));
        t.expect(
          '0 sendData A',
          '0 sendData B',
          '0 sendData C',
          '3 B told ETIME unknown',
          '5 A told ok 1st',
          '6 lateTxDone 2',
          '7 C told ok 3rd',
        );
      }),
    );

    it(
      'each of its own: two that left wait for two tx-dones',
      timeline((t) => {
        const { channel, link } = t.open({ correlation: 'ordered', window: 2, events: ['lateTxDone'] });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        channel.send('B').pipe(txTimeout(3)).subscribe(t.sender('B'));
        channel.next('C');
        channel.next('D');
        t.at(5, () => link.txDone());
        t.at(7, () => link.txDone());
        t.expect(
          '0 sendData A',
          '0 sendData B',
          '3 A told ETIME unknown',
          '3 B told ETIME unknown',
          '5 sendData C',
          '5 lateTxDone 1',
          '7 sendData D',
          '7 lateTxDone 2',
        );
      }),
    );

    it(
      'without end: the default quarantine is Infinity',
      timeline((t) => {
        const { channel } = t.open({ correlation: 'ordered' });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        channel.next('B');
        t.at(2 ** 31, () => t.write('weeks later'));
        t.expect('0 sendData A', '3 A told ETIME unknown', `${2 ** 31} weeks later`);
      }),
    );

    it(
      'freed by reset()',
      timeline((t) => {
        const { channel } = t.open({ correlation: 'ordered', reset: () => of('quiet') });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        channel.next('B');
        t.expect('0 sendData A', '3 reset', '3 sendData B', '3 A told ETIME unknown');
      }),
    );

    it(
      'freed by link down',
      timeline((t) => {
        const { channel, link } = t.open({ correlation: 'ordered' });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        channel.next('B');
        t.at(5, () => link.down());
        t.at(8, () => link.up());
        t.expect('0 sendData A', '3 A told ETIME unknown', '8 sendData B');
      }),
    );

    it(
      'freed after quarantine',
      timeline((t) => {
        const { channel } = t.open({ correlation: 'ordered', quarantine: 5 });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        channel.next('B');
        t.expect('0 sendData A', '3 A told ETIME unknown', '8 sendData B');
      }),
    );

    it(
      'not freed by ready',
      timeline((t) => {
        const { channel, link } = t.open({ correlation: 'ordered' });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        channel.next('B');
        t.at(5, () => link.ready());
        t.expect('0 sendData A', '3 A told ETIME unknown');
      }),
    );

    it(
      'while the rest of the window goes on',
      timeline((t) => {
        const { channel, link } = t.open({ correlation: 'ordered', window: 2 });
        channel.send('A').subscribe(t.sender('A'));
        channel.send('B').pipe(txTimeout(3)).subscribe(t.sender('B'));
        channel.next('C');
        t.at(5, () => link.txDone());
        t.expect('0 sendData A', '0 sendData B', '3 B told ETIME unknown', '5 sendData C', '5 A told ok');
      }),
    );
  });

  it(
    'says stalled for none of them',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'ordered', events: ['stalled'] });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      t.expect('0 sendData A', '3 A told ETIME unknown');
    }),
  );
});

describe('untagged: a tx-done says that something was taken', () => {
  it('allows only a window of 1', () => {
    expect(() => new Mailbox(new ScriptedController({ correlation: 'untagged', window: 2 }))).toThrow(RangeError);
    expect(() => new Mailbox(new ScriptedController({ correlation: 'untagged', window: 1 }))).not.toThrow();
  });

  describe('the slot is held', () => {
    it(
      'until the next tx-done',
      timeline((t) => {
        const { channel, link } = t.open({ correlation: 'untagged', events: ['lateTxDone'] });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        channel.send('B').subscribe(t.sender('B'));
        t.at(6, () => link.txDone({ ack: "A's" }));
        t.at(9, () => link.txDone({ ack: "B's" }));
        t.expect('0 sendData A', '3 A told ETIME unknown', '6 sendData B', '6 lateTxDone 1', "9 B told ok B's");
      }),
    );

    it(
      'until reset() completes',
      timeline((t) => {
        const { channel } = t.open({ correlation: 'untagged', reset: () => of('quiet') });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        channel.next('B');
        t.expect('0 sendData A', '3 reset', '3 sendData B', '3 A told ETIME unknown');
      }),
    );

    it(
      'until link down',
      timeline((t) => {
        const { channel, link } = t.open({ correlation: 'untagged' });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        channel.next('B');
        t.at(5, () => link.down());
        t.at(8, () => link.up());
        t.expect('0 sendData A', '3 A told ETIME unknown', '8 sendData B');
      }),
    );

    it(
      'until quarantine is over',
      timeline((t) => {
        const { channel } = t.open({ correlation: 'untagged', quarantine: 5 });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        channel.next('B');
        t.expect('0 sendData A', '3 A told ETIME unknown', '8 sendData B');
      }),
    );

    it(
      'without end: the default quarantine is Infinity',
      timeline((t) => {
        const { channel } = t.open({ correlation: 'untagged' });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        channel.next('B');
        t.at(2 ** 31, () => t.write('weeks later'));
        t.expect('0 sendData A', '3 A told ETIME unknown', `${2 ** 31} weeks later`);
      }),
    );
  });

  it(
    'events$ says stalled once for each message that was left',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'untagged', events: ['stalled', 'lateTxDone'] });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').pipe(txTimeout(9)).subscribe(t.sender('B'));
      t.at(6, () => link.txDone());
      t.expect(
        '0 sendData A',
        '3 A told ETIME unknown',
        '3 stalled 1',
        '6 sendData B',
        '6 lateTxDone 1',
        '9 B told ETIME unknown',
        '9 stalled 2',
      );
    }),
  );
});

describe('reset()', () => {
  const correlations = [['ordered'], ['untagged']] as const;

  it.each(correlations)('of a held slot is subscribed once, right away, %s', (correlation) =>
    timeline((t) => {
      const quiet = new Subject<void>();
      const { channel, link } = t.open({ correlation, reset: () => quiet });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      t.at(5, () => channel.next('B'));
      t.at(7, () => quiet.complete());
      t.expect('0 sendData A', '3 reset', '3 A told ETIME unknown', '7 sendData B');
      expect(link.resets).toBe(1);
    })(),
  );

  it(
    'its values free nothing, its completion does',
    timeline((t) => {
      const quiet = new Subject<void>();
      const { channel } = t.open({ correlation: 'ordered', reset: () => quiet });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.at(5, () => quiet.next());
      t.at(7, () => quiet.complete());
      t.expect('0 sendData A', '3 reset', '3 A told ETIME unknown', '7 sendData B');
    }),
  );

  it(
    'its completion frees every held slot of the channel',
    timeline((t) => {
      const quiet = new Subject<void>();
      const { channel } = t.open({ correlation: 'ordered', window: 3, reset: () => quiet });
      for (const [i, name] of ['A', 'B', 'C'].entries()) {
        channel
          .send(name)
          .pipe(txTimeout(3 + i))
          .subscribe(t.sender(name));
      }
      for (const name of ['D', 'E', 'F']) channel.next(name);
      t.at(9, () => quiet.complete());
      t.expect(
        '0 sendData A',
        '0 sendData B',
        '0 sendData C',
        '3 reset',
        '3 A told ETIME unknown',
        '4 B told ETIME unknown',
        '5 C told ETIME unknown',
        '9 sendData D',
        '9 sendData E',
        '9 sendData F',
      );
    }),
  );

  it(
    'its completion frees no slot of a message whose sender is still there',
    timeline((t) => {
      const quiet = new Subject<void>();
      const { channel, link } = t.open({ correlation: 'ordered', window: 2, reset: () => quiet });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(5, () => quiet.complete());
      t.at(7, () => link.txDone({ ack: "B's" }));
      t.expect('0 sendData A', '0 sendData B', '3 reset', '3 A told ETIME unknown', "7 B told ok B's");
    }),
  );

  it(
    'its error counts as down',
    timeline((t) => {
      const { channel, link } = t.open({
        correlation: 'ordered',
        window: 2,
        reset: () => throwError(() => 'no use'),
        events: ['down', 'up'],
      });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      channel.next('C');
      t.at(5, () => link.up());
      t.expect(
        '0 sendData A',
        '0 sendData B',
        '3 reset',
        '3 A told ETIME unknown',
        '3 B told ENETDOWN unknown',
        '3 down',
        '5 sendData C',
        '5 up',
      );
    }),
  );

  it(
    'that throws counts as down, too, with what it threw as the reason',
    timeline((t) => {
      const { channel } = t.open({
        correlation: 'untagged',
        reset: () => {
          throw new Error('no reset today');
        },
      });
      const reasons: unknown[] = [];
      channel.events$.subscribe(({ type, error }) => type === 'down' && reasons.push(error));
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      t.expect('0 sendData A', '3 reset', '3 A told ETIME unknown');
      expect(reasons).toEqual([new Error('no reset today')]);
    }),
  );

  it(
    'is stopped by link down, which has freed the slots already',
    timeline((t) => {
      const quiet = new Subject<void>();
      const { channel, link } = t.open({ correlation: 'ordered', reset: () => quiet });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      t.at(5, () => link.down());
      t.at(6, () => t.write(quiet.observed ? 'still resetting' : 'reset stopped'));
      t.expect('0 sendData A', '3 reset', '3 A told ETIME unknown', '6 reset stopped');
    }),
  );

  it(
    'is asked for again by the next message that is left',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'ordered', reset: () => of('quiet') });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').pipe(txTimeout(9)).subscribe(t.sender('B'));
      t.expect('0 sendData A', '3 reset', '3 sendData B', '3 A told ETIME unknown', '9 reset', '9 B told ETIME unknown');
    }),
  );

  it('may be a promise', async () => {
    const controller = new ScriptedController({ correlation: 'ordered', reset: () => Promise.resolve() });
    const channel = new Mailbox(controller).requestChannel(0);
    channel.send('A').subscribe().unsubscribe();
    channel.next('B');
    expect(controller.link().sent).toHaveLength(1);
    // What a promise has to say comes some microtasks later.
    for (let i = 0; i < 10; i++) await Promise.resolve();
    expect(controller.link().sent).toHaveLength(2);
  });

  it(
    'is not called where no slot is held: tagged, without quarantine',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'tagged', reset: () => NEVER });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      t.expect('0 sendData A', '3 A told ETIME unknown');
      expect(link.resets).toBe(0);
    }),
  );

  it(
    'is called for a held slot of a tagged link, too',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'tagged', quarantine: 50, reset: () => of('quiet') });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.expect('0 sendData A', '3 reset', '3 sendData B', '3 A told ETIME unknown');
    }),
  );

  it(
    'is not called for waiting messages',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', reset: () => NEVER });
      channel.next('A');
      channel.send('B').pipe(txTimeout(3)).subscribe(t.sender('B'));
      t.expect('0 sendData A', '3 B told ETIME not-sent');
      expect(link.resets).toBe(0);
    }),
  );
});
