import { finalize, NEVER, Subject, switchMap, takeUntil, timer, type MonoTypeOperatorFunction } from 'rxjs';
import { TxTimeoutError, isMailboxError, txCancel, txTimeout, type MailboxError, type TxReceipt } from 'rx-mailbox';
import { timeline, type Timeline } from '../support/timeline';

type Policy = MonoTypeOperatorFunction<TxReceipt<string>>;

describe('when a sender leaves a message in flight (semantics 5.1)', () => {
  describe('the message settles at that moment', () => {
    it(
      'in the order of rule 7: slot freed, next message handed over, report, then the sender',
      timeline((t) => {
        const { channel } = t.open({ reports: true, abort: true });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        channel.send('B').pipe(txTimeout(9)).subscribe(t.sender('B'));
        t.expect(
          '0 sendData A',
          '3 abort 1',
          '3 sendData B',
          '3 report A ETIME unknown',
          '3 A ETIME unknown',
          '9 abort 2',
          '9 report B ETIME unknown',
          '9 B ETIME unknown',
        );
      }),
    );

    it(
      'also if its slot stays held',
      timeline((t) => {
        const { channel } = t.open({ correlation: 'untagged', reports: true });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        channel.next('B');
        t.expect('0 sendData A', '3 report A ETIME unknown', '3 A ETIME unknown');
      }),
    );

    it.each<[string, Policy, string]>([
      ['a timeout', txTimeout(3), 'ETIME unknown'],
      ['a timeout of its time in flight', txTimeout({ inFlight: 3 }), 'ETIME unknown'],
      ['txCancel with a notifier', txCancel(timer(3)), 'ECANCELED unknown'],
      ['takeUntil', takeUntil(timer(3)), 'ECANCELED unknown'],
    ])('with delivery unknown, when it is left by %s', (_how, policy, outcome) =>
      timeline((t) => {
        const { channel } = t.open({ reports: true });
        channel
          .send('A')
          .pipe(policy)
          .subscribe({ error: () => undefined });
        t.expect('0 sendData A', `3 report A ${outcome}`);
      })(),
    );

    it(
      'with delivery unknown, when its subscriber unsubscribes: then only the report says so',
      timeline((t) => {
        const { channel } = t.open({ reports: true });
        const sending = channel.send('A').subscribe(t.sender('A'));
        t.at(3, () => sending.unsubscribe());
        t.expect('0 sendData A', '3 report A ECANCELED unknown');
      }),
    );

    it(
      'with delivery unknown, when switchMap goes on to the next message',
      timeline((t) => {
        const { channel } = t.open({ reports: true });
        const messages = new Subject<string>();
        messages.pipe(switchMap((message) => channel.send(message))).subscribe();
        t.at(1, () => messages.next('A'));
        t.at(3, () => messages.next('B'));
        t.expect('1 sendData A', '3 report A ECANCELED unknown', '3 sendData B');
      }),
    );
  });

  it(
    'a later tx-done only shows on events$',
    timeline((t) => {
      const { channel, link } = t.open({ reports: true, events: ['lateTxDone', 'settled'] });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(5, () => link.txDone({ token: 1, ack: "A's" }));
      t.at(7, () => link.txDone({ token: 2, ack: "B's" }));
      t.expect(
        '0 sendData A',
        '3 sendData B',
        '3 report A ETIME unknown',
        '3 A ETIME unknown',
        '3 settled 1',
        '5 lateTxDone 1',
        '7 report B ok',
        "7 B ok B's",
        '7 settled 2',
      );
    }),
  );

  it(
    'a later tx-done with an error shows that error on events$ only',
    timeline((t) => {
      const { channel, link } = t.open();
      const late: unknown[] = [];
      channel.events$.subscribe(({ type, error }) => type === 'lateTxDone' && late.push(error));
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      t.at(5, () => link.txDone({ token: 1, error: 'NAK' }));
      t.expect('0 sendData A', '3 A ETIME unknown');
      expect(late).toEqual(['NAK']);
    }),
  );

  it(
    'the report and the sender get the same error object',
    timeline((t) => {
      const { channel } = t.open();
      const errors: unknown[] = [];
      channel.txDone$.subscribe(({ error }) => errors.push(error));
      channel
        .send('A')
        .pipe(txTimeout(3))
        .subscribe({ error: (error: unknown) => errors.push(error) });
      t.expect('0 sendData A');
      expect(errors).toHaveLength(2);
      expect(errors[0]).toBe(errors[1]);
      expect(errors[0]).toBeInstanceOf(TxTimeoutError);
    }),
  );

  describe('abort(token)', () => {
    it(
      'is called once, whatever else makes the sender leave afterwards',
      timeline((t) => {
        const { channel, link } = t.open({ abort: true, correlation: 'ordered' });
        const sending = channel
          .send('A')
          .pipe(txTimeout({ inFlight: 3, total: 4 }), txCancel(timer(3)))
          .subscribe(t.sender('A'));
        t.at(3, () => sending.unsubscribe());
        t.at(5, () => sending.unsubscribe());
        t.expect('0 sendData A', '3 abort 1', expect.stringMatching(/^3 A /) as string);
        expect(link.aborted).toEqual([1]);
      }),
    );

    it(
      'comes before the slot goes to the next message',
      timeline((t) => {
        const { channel } = t.open({ abort: true });
        const sending = channel.send('A').subscribe();
        channel.next('B');
        t.at(3, () => sending.unsubscribe());
        t.expect('0 sendData A', '3 abort 1', '3 sendData B');
      }),
    );

    it(
      'names the message whose sender left, also among several in flight',
      timeline((t) => {
        const { channel, link } = t.open({ abort: true, window: 3 });
        channel.next('A');
        const sending = channel.send('B').subscribe();
        channel.next('C');
        t.at(3, () => sending.unsubscribe());
        t.expect('0 sendData A', '0 sendData B', '0 sendData C', '3 abort 2');
        expect(link.aborted).toEqual([2]);
      }),
    );

    it(
      'is not called for a waiting message',
      timeline((t) => {
        const { channel, link } = t.open({ abort: true });
        channel.next('A');
        channel.send('B').pipe(txTimeout(3)).subscribe(t.sender('B'));
        t.expect('0 sendData A', '3 B ETIME not-sent');
        expect(link.aborted).toEqual([]);
      }),
    );

    it(
      'is not called for the head that was refused',
      timeline((t) => {
        const { channel, link } = t.open({ abort: true });
        link.refuseUntilReady();
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        t.expect('0 sendData A → busy', '3 A ETIME not-sent');
        expect(link.aborted).toEqual([]);
      }),
    );

    it(
      'is not called by close()',
      timeline((t) => {
        const { channel, link } = t.open({ abort: true });
        channel.send('A').subscribe(t.sender('A'));
        t.at(3, () => channel.close());
        t.expect('0 sendData A', '3 A ESHUTDOWN unknown');
        expect(link.aborted).toEqual([]);
      }),
    );

    it(
      'is not called for a message that has settled',
      timeline((t) => {
        const { channel, link } = t.open({ abort: true });
        const sending = channel.send('A').subscribe(t.sender('A'));
        t.at(3, () => link.txDone({ token: 1 }));
        t.at(4, () => sending.unsubscribe());
        t.expect('0 sendData A', '3 A ok');
        expect(link.aborted).toEqual([]);
      }),
    );

    it(
      'may emit a tx-done from inside, which is late: the message has settled',
      timeline((t) => {
        const { channel, link } = t.open({ abort: true, events: ['lateTxDone'], reports: true });
        link.txDone = link.txDone.bind(link);
        Object.assign(link, { abort: (token: number) => link.txDone({ token }) });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        t.at(5, () => channel.send('B').subscribe(t.sender('B')));
        t.at(7, () => link.txDone({ token: 2 }));
        t.expect(
          '0 sendData A',
          '3 report A ETIME unknown',
          '3 A ETIME unknown',
          '3 lateTxDone 1',
          '5 sendData B',
          '7 report B ok',
          '7 B ok',
        );
      }),
    );

    it(
      'may throw: that changes nothing, and shows on events$ as broken',
      timeline((t) => {
        const { channel, link } = t.open({ abort: true, events: ['broken'] });
        Object.assign(link, {
          abort: () => {
            throw new Error('no abort today');
          },
        });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        channel.next('B');
        t.expect('0 sendData A', '3 sendData B', '3 A ETIME unknown', '3 broken 1');
      }),
    );
  });

  it.each<['tagged' | 'ordered' | 'untagged']>([['tagged'], ['ordered'], ['untagged']])(
    'leaving works without an abort of the link, %s',
    (correlation) =>
      timeline((t) => {
        const { channel, link } = t.open({ correlation });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        expect(link.abort).toBeUndefined();
        t.expect('0 sendData A', '3 A ETIME unknown');
      })(),
  );

  it(
    'leaving from inside sendData is handled when that has returned: the message is in flight by then',
    timeline((t) => {
      const leave = new Subject<void>();
      const { channel } = t.open({ abort: true, reports: true, onSend: (message) => message === 'A' && leave.next() });
      channel.send('A').pipe(txCancel(leave)).subscribe(t.sender('A'));
      channel.next('B');
      t.expect('0 sendData A', '0 abort 1', '0 report A ECANCELED unknown', '0 A ECANCELED unknown', '0 sendData B');
    }),
  );

  it(
    'a tx-done and a leave in the same moment: the first one counts',
    timeline((t) => {
      const { channel, link } = t.open({ reports: true, events: ['lateTxDone'] });
      const left = channel.send('A').subscribe(t.sender('A'));
      t.at(3, () => {
        left.unsubscribe();
        link.txDone({ token: 1 });
      });
      const done = channel.send('B').subscribe(t.sender('B'));
      t.at(5, () => {
        link.txDone({ token: 2 });
        done.unsubscribe();
      });
      t.expect('0 sendData A', '3 report A ECANCELED unknown', '3 sendData B', '3 lateTxDone 1', '5 report B ok', '5 B ok');
    }),
  );

  it(
    'says left on events$, with the error that the report has',
    timeline((t) => {
      const { channel } = t.open();
      const errors: unknown[] = [];
      channel.events$.subscribe(({ type, error }) => type === 'left' && errors.push(error));
      channel.txDone$.subscribe(({ error }) => errors.push(error));
      channel
        .send('A')
        .pipe(txTimeout(3))
        .subscribe({ error: () => undefined });
      t.expect('0 sendData A');
      expect(errors).toHaveLength(2);
      expect(errors[0]).toBe(errors[1]);
      expect(isMailboxError(errors[0], 'ETIME') && (errors[0] as MailboxError).delivery).toBe('unknown');
    }),
  );
});

describe('close() (semantics 10)', () => {
  const closing = (t: Timeline, correlation: 'tagged' | 'ordered' | 'untagged') =>
    t.open({ correlation, abort: true, reset: () => NEVER, reports: true });

  it.each<['tagged' | 'ordered' | 'untagged']>([['tagged'], ['ordered'], ['untagged']])(
    'calls neither abort nor reset, %s',
    (correlation) =>
      timeline((t) => {
        const { channel, link } = closing(t, correlation);
        channel.send('A').subscribe(t.sender('A'));
        channel.send('B').subscribe(t.sender('B'));
        t.at(3, () => channel.close());
        t.expect(
          '0 sendData A',
          '3 report A ESHUTDOWN unknown',
          '3 A ESHUTDOWN unknown',
          '3 report B ESHUTDOWN not-sent',
          '3 B ESHUTDOWN not-sent',
        );
        expect([link.stopped, link.aborted, link.resets]).toEqual([1, [], 0]);
      })(),
  );

  it(
    'unsubscribes a reset that is under way',
    timeline((t) => {
      const { channel } = t.open({
        correlation: 'ordered',
        reset: () => NEVER.pipe(finalize(() => t.write('reset stopped'))),
      });
      const sending = channel.send('A').subscribe();
      t.at(3, () => sending.unsubscribe());
      t.at(5, () => channel.close());
      t.expect('0 sendData A', '3 reset', '5 reset stopped');
    }),
  );
});
