import {
  concatMap,
  EMPTY,
  map,
  mergeMap,
  NEVER,
  of,
  pipe,
  repeat,
  retry,
  Subject,
  take,
  VirtualTimeScheduler,
  type Observable,
} from 'rxjs';
import { isMailboxError, Mailbox, Transmission, txCancel, txTimeout, TxTimeoutError, type TimeLimit, type TxReceipt } from 'rx-mailbox';
import { marbles, ScriptedController, type ScriptedOptions } from 'rx-mailbox/testing';
import { timeline } from '../../support/timeline';

const open = (options: ScriptedOptions<string, string, string> = {}) => {
  const controller = new ScriptedController<string, string, string>(options);
  const channel = new Mailbox(controller).requestChannel(0);
  return { channel, link: controller.link() };
};

const receipt: TxReceipt<string> = { token: 1, ack: 'ok' };

describe('txTimeout', () => {
  // #region example
  it(
    'says which message was never sent and which may have been',
    marbles(({ script, expectObservable }) => {
      // d: the oldest message has been taken; the first one comes too late, and is credited to nobody
      const controller = new ScriptedController({ script: script('------------d----d') });
      const channel = new Mailbox(controller).requestChannel(0);

      const stuck$ = channel.send('stuck').pipe(txTimeout(10));
      const waiting$ = channel.send('waiting').pipe(txTimeout({ queued: 5 }));
      const next$ = channel.send('next').pipe(txTimeout({ queued: 15, inFlight: 8 }));

      expectObservable(stuck$).toBe('  ----------#', {}, new TxTimeoutError('total', 10, 'unknown'));
      expectObservable(waiting$).toBe('-----#', {}, new TxTimeoutError('queued', 5, 'not-sent'));
      expectObservable(next$).toBe('   -----------------(r|)', { r: { token: 3, ack: undefined } });
    }),
  );
  // #endregion example

  describe('on a Transmission', () => {
    it(
      'mirrors a receipt and a completion that come in time',
      marbles(({ script, expectObservable }) => {
        const { channel } = open({ script: script('---d', { d: { type: 'taken', ack: 'ok' } }) });
        expectObservable(channel.send('A').pipe(txTimeout(4))).toBe('---(r|)', { r: receipt });
      }),
    );

    it(
      'mirrors an error that comes in time',
      marbles(({ script, expectObservable }) => {
        const { channel } = open({ script: script('---d', { d: { type: 'taken', error: 'NAK' } }) });
        expectObservable(channel.send('A').pipe(txTimeout(4))).toBe('---#', {}, expect.objectContaining({ code: 'EIO', cause: 'NAK' }));
      }),
    );

    it(
      'fails a message that gets no tx-done',
      marbles(({ expectObservable }) => {
        const { channel } = open();
        expectObservable(channel.send('A').pipe(txTimeout(4))).toBe('----#', {}, new TxTimeoutError('total', 4, 'unknown'));
      }),
    );

    it(
      'stops its clocks with an early unsubscription',
      marbles(({ expectObservable }) => {
        const { channel } = open();
        expectObservable(channel.send('A').pipe(txTimeout({ total: 5, inFlight: 4 })), '^--!').toBe('----');
      }),
    );

    it(
      'lets an outcome from inside subscribe() pass and keeps no clock',
      timeline((t) => {
        const { channel } = t.open({ onSend: (_message, token, link) => link.txDone({ token, ack: 'at once' }) });
        channel.send('A').pipe(txTimeout(4)).subscribe(t.sender('A'));
        t.expect('0 sendData A', '0 A ok at once');
      }),
    );

    it(
      'does nothing before it is subscribed',
      timeline((t) => {
        const { channel } = t.open();
        channel.send('A').pipe(txTimeout(4));
        t.expect();
      }),
    );

    it(
      'starts its clocks anew for each subscription',
      timeline((t) => {
        const { channel } = t.open({ window: 2 });
        const sending$ = channel.send('A').pipe(txTimeout(10));
        sending$.subscribe(t.sender('first'));
        t.at(5, () => sending$.subscribe(t.sender('second')));
        t.expect('0 sendData A', '5 sendData A', '10 first ETIME unknown', '15 second ETIME unknown');
      }),
    );

    it(
      'settles exactly once: a late tx-done changes nothing',
      timeline((t) => {
        const { channel, link } = t.open({ reports: true, events: ['lateTxDone', 'settled'] });
        channel.send('A').pipe(txTimeout(4)).subscribe(t.sender('A'));
        t.at(6, () => link.txDone({ token: 1 }));
        t.expect('0 sendData A', '4 report A ETIME unknown', '4 A ETIME unknown', '4 settled 1', '6 lateTxDone 1');
      }),
    );

    it(
      'settles exactly once when two clocks run out together',
      timeline((t) => {
        const { channel } = t.open({ reports: true });
        channel
          .send('A')
          .pipe(txTimeout({ inFlight: 4, total: 4 }), txTimeout(4))
          .subscribe({ error: () => t.write('A failed') });
        t.expect('0 sendData A', '4 report A ETIME unknown', '4 A failed');
      }),
    );

    it(
      'a late tx-done is not given to the message that is in flight by then',
      timeline((t) => {
        const { channel, link } = t.open();
        channel.send('A').pipe(txTimeout(4)).subscribe(t.sender('A'));
        channel.send('B').pipe(txTimeout(20)).subscribe(t.sender('B'));
        t.at(6, () => link.txDone({ token: 1, ack: "A's" }));
        t.at(8, () => link.txDone({ token: 2, ack: "B's" }));
        t.expect('0 sendData A', '4 sendData B', '4 A ETIME unknown', "8 B ok B's");
      }),
    );

    it(
      'ends with the channel: each pending send fails with ESHUTDOWN, and no clock goes on',
      timeline((t) => {
        const { channel } = t.open();
        channel.send('A').pipe(txTimeout(10)).subscribe(t.sender('A'));
        channel
          .send('B')
          .pipe(txTimeout({ queued: 10 }))
          .subscribe(t.sender('B'));
        t.at(5, () => channel.close());
        t.expect('0 sendData A', '5 A ESHUTDOWN unknown', '5 B ESHUTDOWN not-sent');
      }),
    );

    it.each([[''], [0], [false], [null], [undefined]])('sends the falsy message %p', (message) =>
      timeline((t) => {
        const controller = new ScriptedController<unknown>();
        const channel = new Mailbox(controller).requestChannel(0);
        const reports: unknown[] = [];
        channel.txDone$.subscribe((report) => reports.push(report));
        channel
          .send(message)
          .pipe(txTimeout(4))
          .subscribe({ error: () => t.write('failed') });
        t.expect('4 failed');
        expect(reports).toEqual([{ token: 1, message, error: new TxTimeoutError('total', 4, 'unknown') }]);
      })(),
    );

    it(
      'lets its sender send again from inside its error',
      timeline((t) => {
        const { channel } = t.open();
        const sending$ = channel.send('A').pipe(txTimeout(4));
        sending$.subscribe({ error: () => sending$.subscribe(t.sender('again')) });
        t.expect('0 sendData A', '4 sendData A', '8 again ETIME unknown');
      }),
    );

    it(
      'takes a message out of the middle of the queue',
      timeline((t) => {
        const { channel, link } = t.open();
        for (const name of ['A', 'B', 'C', 'D']) {
          channel
            .send(name)
            .pipe(txTimeout(name === 'C' ? 4 : 100))
            .subscribe(t.sender(name));
        }
        for (const [at, token] of [
          [5, 1],
          [6, 2],
          [7, 4],
        ] as const) {
          t.at(at, () => link.txDone({ token }));
        }
        t.expect('0 sendData A', '4 C ETIME not-sent', '5 sendData B', '5 A ok', '6 sendData D', '6 B ok', '7 D ok');
      }),
    );

    it(
      // As in Linux, where the first to give up hands the next one over, whose own timer fires after that.
      'ends messages whose time runs out at once one after the other, each by its own clock',
      timeline((t) => {
        const { channel } = t.open();
        for (const name of ['A', 'B', 'C']) channel.send(name).pipe(txTimeout(4)).subscribe(t.sender(name));
        const lines = ['4 A ETIME unknown', '4 sendData C', '4 B ETIME unknown', '4 C ETIME unknown'];
        t.expect('0 sendData A', '4 sendData B', ...lines);
      }),
    );

    it(
      'makes room in the queue at once',
      timeline((t) => {
        const { channel } = t.open({ channel: { txQueueLength: 1 } });
        channel.next('A');
        channel
          .send('B')
          .pipe(txTimeout(4))
          .subscribe({ error: () => t.write(`${channel.slotsAvailable} free`) });
        t.expect('0 sendData A', '4 1 free');
      }),
    );

    it(
      'a send that a full queue refuses fails at once and starts no clock',
      timeline((t) => {
        const { channel } = t.open({ channel: { txQueueLength: 0 } });
        channel.next('A');
        channel.send('B').pipe(txTimeout(4)).subscribe(t.sender('B'));
        t.expect('0 sendData A', '0 B ENOBUFS not-sent');
      }),
    );

    it(
      'inFlight does not start for a message that fails in sendData',
      timeline((t) => {
        const { channel, link } = t.open();
        link.throwOnSend('bad frame');
        channel
          .send('A')
          .pipe(txTimeout({ inFlight: 4 }))
          .subscribe(t.sender('A'));
        t.expect('0 sendData A → throws', '0 A EIO not-sent');
      }),
    );

    it('leaves no timer behind, whatever the outcome', () => {
      const scheduler = new VirtualTimeScheduler();
      const controller = new ScriptedController({ window: 3 });
      const channel = new Mailbox(controller, { scheduler }).requestChannel(0);
      const limits: TimeLimit = { queued: 10, inFlight: 20, total: 30 };
      const ignore = { error: () => undefined };
      channel.send('done').pipe(txTimeout(limits)).subscribe(ignore);
      channel.send('failed').pipe(txTimeout(limits)).subscribe(ignore);
      const left = channel.send('left').pipe(txTimeout(limits)).subscribe(ignore);
      channel.send('waits').pipe(txTimeout(limits)).subscribe(ignore);
      controller.link().txDone({ token: 1 });
      controller.link().txDone({ token: 2, error: 'NAK' });
      left.unsubscribe();
      channel.close();
      expect(scheduler.actions.filter(({ closed }) => !closed)).toEqual([]);
    });

    it('shares one timer among equal limits', () => {
      const scheduler = new VirtualTimeScheduler();
      const channel = new Mailbox(new ScriptedController({ window: 1000 }), { scheduler }).requestChannel(0);
      for (let i = 0; i < 1000; i++)
        channel
          .send('A')
          .pipe(txTimeout(10))
          .subscribe({ error: () => undefined });
      expect(scheduler.actions.filter(({ closed }) => !closed)).toHaveLength(1);
    });
  });

  describe('stacks on a Transmission in any order', () => {
    it(
      'the clock that runs out first counts',
      timeline((t) => {
        const { channel } = t.open({ window: 2 });
        channel.send('A').pipe(txTimeout(4), txTimeout(9)).subscribe(t.sender('A'));
        channel.send('B').pipe(txTimeout(9), txTimeout(5)).subscribe(t.sender('B'));
        t.expect('0 sendData A', '0 sendData B', '4 A ETIME unknown', '5 B ETIME unknown');
      }),
    );

    it(
      'with txCancel before and after',
      timeline((t) => {
        const cancel = new Subject<void>();
        const { channel } = t.open({ window: 2 });
        channel.send('A').pipe(txTimeout(4), txCancel(cancel)).subscribe(t.sender('A'));
        channel
          .send('B')
          .pipe(txCancel(cancel), txTimeout({ inFlight: 9 }))
          .subscribe(t.sender('B'));
        t.at(6, () => cancel.next());
        t.expect('0 sendData A', '0 sendData B', '4 A ETIME unknown', '6 B ECANCELED unknown');
      }),
    );

    it('and gives a Transmission each time', () => {
      const { channel } = open();
      expect(channel.send('A').pipe(txTimeout(4), txCancel(NEVER), txTimeout({ queued: 3 }))).toBeInstanceOf(Transmission);
    });

    it(
      'one policy serves several channels and messages',
      timeline((t) => {
        const policy = pipe(txTimeout(10), retry(1));
        const { channel } = t.open();
        const other = t.open();
        channel.send('A').pipe(policy).subscribe(t.sender('A'));
        other.channel.send('B').pipe(policy).subscribe(t.sender('B'));
        t.expect('0 sendData A', '0 sendData B', '10 sendData A', '10 sendData B', '20 A ETIME unknown', '20 B ETIME unknown');
      }),
    );
  });

  describe('on any other source', () => {
    it(
      'never: fails it in time',
      marbles(({ expectObservable }) => {
        const never$: Observable<TxReceipt<string>> = NEVER;
        expectObservable(never$.pipe(txTimeout(4))).toBe('----#', {}, expect.objectContaining({ code: 'ETIME', clock: 'total', limit: 4 }));
      }),
    );

    it(
      'empty: completes',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const empty$ = cold<TxReceipt<string>>('--|');
        expectObservable(empty$.pipe(txTimeout(4))).toBe('--|');
        expectObservable((EMPTY as Observable<TxReceipt<string>>).pipe(txTimeout(4))).toBe('|');
        expectSubscriptions(empty$.subscriptions).toBe('^-!');
      }),
    );

    it(
      'single and many: mirrors them',
      marbles(({ cold, expectObservable }) => {
        const values = { r: receipt };
        expectObservable(cold('-r|', values).pipe(txTimeout(4))).toBe('-r|', values);
        expectObservable(cold('rrr|', values).pipe(txTimeout(4))).toBe('rrr|', values);
      }),
    );

    it(
      'error: mirrors it',
      marbles(({ cold, expectObservable }) => {
        expectObservable(cold<TxReceipt<string>>('--#', {}, 'NAK').pipe(txTimeout(4))).toBe('--#', {}, 'NAK');
      }),
    );

    it(
      'a source that goes on after its first value: total is the time to its end',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source$ = cold('-r-r-r-r', { r: receipt });
        expectObservable(source$.pipe(txTimeout(4))).toBe('-r-r#', { r: receipt }, expect.objectContaining({ code: 'ETIME' }));
        expectSubscriptions(source$.subscriptions).toBe('  ^---!');
      }),
    );

    it(
      'early unsubscription: unsubscribes the source',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source$ = cold<TxReceipt<string>>('-----');
        expectObservable(source$.pipe(txTimeout(9)), '     ^--!').toBe('----');
        expectSubscriptions(source$.subscriptions).toBe('    ^--!');
      }),
    );

    it('a synchronous source without end can be stopped', () => {
      let produced = 0;
      const seen: unknown[] = [];
      of(receipt)
        .pipe(
          repeat(1000),
          map((each) => (produced++, each)),
          txTimeout(4),
          take(3),
        )
        .subscribe((each) => seen.push(each));
      expect([seen.length, produced]).toEqual([3, 3]);
    });

    it(
      'each subscription has its own clock',
      timeline((t) => {
        const { channel } = t.open({ window: 2 });
        const sending$ = channel.send('A').pipe(
          map((each) => each),
          txTimeout(10),
        );
        sending$.subscribe(t.sender('first'));
        t.at(5, () => sending$.subscribe(t.sender('second')));
        t.expect('0 sendData A', '5 sendData A', '10 first ETIME unknown', '15 second ETIME unknown');
      }),
    );

    it(
      'a waiting message that it leaves is not-sent, and never sent',
      timeline((t) => {
        const { channel, link } = t.open({ reports: true });
        channel.next('A');
        channel
          .send('B')
          .pipe(
            map((each) => each),
            txTimeout(4),
          )
          .subscribe(t.sender('B'));
        t.at(6, () => link.txDone({ token: 1 }));
        t.expect('0 sendData A', '4 report B ETIME not-sent', '4 B ETIME not-sent', '6 report A ok');
      }),
    );

    it(
      'notifies the sender after the report, with the same object',
      timeline((t) => {
        const { channel } = t.open();
        const errors: unknown[] = [];
        channel.txDone$.subscribe(({ error }) => errors.push('report', error));
        channel
          .send('A')
          .pipe(
            map((each) => each),
            txTimeout(4),
          )
          .subscribe({ error: (error: unknown) => errors.push('sender', error) });
        t.expect('0 sendData A');
        expect(errors.filter((each) => typeof each === 'string')).toEqual(['report', 'sender']);
        expect(errors[3]).toBe(errors[1]);
      }),
    );

    it(
      'over several messages it leaves all of them, and each report has the error',
      timeline((t) => {
        const { channel } = t.open({ reports: true });
        of('A', 'B')
          .pipe(
            mergeMap((message) => channel.send(message)),
            txTimeout(4),
          )
          .subscribe(t.sender('both'));
        t.flush();
        expect(t.lines.filter((line) => line.includes('report')).map((line) => line.slice(0, 16))).toEqual([
          '4 report A ETIME',
          '4 report B ETIME',
        ]);
        expect(t.lines.at(-1)).toBe('4 both ETIME unknown');
      }),
    );

    it(
      'between two attempts nothing is in flight; the error says ETIME all the same',
      timeline((t) => {
        const { channel } = t.open({ onSend: (_message, token, link) => link.txDone({ token, error: 'NAK' }) });
        channel
          .send('A')
          .pipe(retry({ delay: 100 }), txTimeout(4))
          .subscribe({ error: (error: unknown) => t.write(String(isMailboxError(error, 'ETIME'))) });
        t.expect('0 sendData A', '4 true');
      }),
    );

    it(
      'may be subscribed again from inside its error',
      timeline((t) => {
        const { channel } = t.open();
        const sending$ = channel.send('A').pipe(
          map((each) => each),
          txTimeout(4),
        );
        sending$.subscribe({ error: () => sending$.subscribe(t.sender('again')) });
        t.expect('0 sendData A', '4 sendData A', '8 again ETIME unknown');
      }),
    );

    it(
      'does not give its error to other messages that are left meanwhile',
      timeline((t) => {
        const { channel } = t.open({ window: 2, reports: true });
        const other = channel.send('other').subscribe();
        channel
          .send('A')
          .pipe(
            map((each) => each),
            txTimeout(4),
          )
          .subscribe({ error: () => other.unsubscribe() });
        t.expect('0 sendData other', '0 sendData A', '4 report A ETIME unknown', '4 report other ECANCELED unknown');
      }),
    );

    it(
      'does not give its error to other messages that are left from inside its report',
      timeline((t) => {
        const { channel } = t.open({ window: 2, reports: true });
        const other = channel.send('other').subscribe();
        channel.txDone$.subscribe(({ message }) => message === 'A' && other.unsubscribe());
        channel
          .send('A')
          .pipe(
            map((each) => each),
            txTimeout(4),
          )
          .subscribe(t.sender('A'));
        t.flush();
        expect(t.lines.filter((line) => line.includes('report'))).toEqual(['4 report A ETIME unknown', '4 report other ECANCELED unknown']);
      }),
    );

    it(
      'gives each message that it leaves its own delivery',
      timeline((t) => {
        const { channel } = t.open({ reports: true });
        channel.next('first');
        of('A', 'B')
          .pipe(
            mergeMap((message) => channel.send(message)),
            txTimeout(4),
          )
          .subscribe(t.sender('both'));
        t.expect('0 sendData first', '4 report A ETIME not-sent', '4 report B ETIME not-sent', '4 both ETIME not-sent');
      }),
    );
  });

  describe('takes its time from', () => {
    const left = (setUp: (scheduler: VirtualTimeScheduler) => Observable<unknown>) => {
      const scheduler = new VirtualTimeScheduler();
      let seen = 'nothing';
      setUp(scheduler).subscribe({ error: () => (seen = `failed at ${scheduler.now()}`) });
      scheduler.flush();
      return seen;
    };
    const on = (scheduler?: VirtualTimeScheduler) =>
      new Mailbox(new ScriptedController(), scheduler && { scheduler }).requestChannel(0).send('A');

    it('the scheduler of the mailbox by default', () => {
      expect(left((scheduler) => on(scheduler).pipe(txTimeout(10)))).toBe('failed at 10');
    });

    it('a scheduler of its own', () => {
      expect(left((scheduler) => on().pipe(txTimeout(10, scheduler)))).toBe('failed at 10');
    });

    it('a scheduler of its own on any other source', () => {
      expect(left((scheduler) => on().pipe(retry(1), txTimeout(10, scheduler)))).toBe('failed at 10');
    });
  });

  describe('checks its arguments at the call', () => {
    it.each<[unknown, new (message: string) => Error, RegExp]>([
      [0, RangeError, /limit is 0; expected .*> 0.*2147483647/],
      [-1, RangeError, /limit is -1/],
      [NaN, RangeError, /limit is NaN/],
      [Infinity, RangeError, /limit is Infinity/],
      [2 ** 31, RangeError, /limit is 2147483648/],
      ['10', TypeError, /limit is "10"/],
      [undefined, TypeError, /limit is undefined/],
      [null, TypeError, /limit is null/],
      [{}, TypeError, /limit .*queued.*inFlight.*total/],
      [{ queued: 0 }, RangeError, /limit\.queued is 0/],
      [{ inFlight: 2 ** 31 }, RangeError, /limit\.inFlight is 2147483648/],
      [{ total: '5' }, TypeError, /limit\.total is "5"/],
      [{ total: 5, queued: NaN }, RangeError, /limit\.queued is NaN/],
    ])('%p', (limit, error, message) => {
      expect(() => txTimeout(limit as TimeLimit)).toThrow(error);
      expect(() => txTimeout(limit as TimeLimit)).toThrow(message);
    });

    it.each<[TimeLimit]>([[0.5], [1], [2 ** 31 - 1], [{ queued: 1 }], [{ inFlight: 1 }], [{ queued: 1, inFlight: 2, total: 3 }]])(
      'takes %p',
      (limit) => {
        expect(() => txTimeout(limit)).not.toThrow();
      },
    );

    it('copies the limits: what is changed afterwards changes nothing', () => {
      const scheduler = new VirtualTimeScheduler();
      const limit = { total: 10 };
      const policy = txTimeout(limit);
      limit.total = 0;
      let at: number | undefined;
      new Mailbox(new ScriptedController(), { scheduler })
        .requestChannel(0)
        .send('A')
        .pipe(policy)
        .subscribe({ error: () => (at = scheduler.now()) });
      scheduler.flush();
      expect(at).toBe(10);
    });

    it.each([[{ queued: 5 }], [{ inFlight: 5 }]])('%p on a source that is no Transmission: TypeError when it is applied', (limit) => {
      const operator = txTimeout(limit);
      const { channel } = open();
      expect(() => channel.send('A').pipe(retry(1), operator)).toThrow(TypeError);
      expect(() => channel.send('A').pipe(retry(1), operator)).toThrow(/limit\.queued and limit\.inFlight/);
      expect(() => of(receipt).pipe(operator)).toThrow(TypeError);
      expect(() => operator(channel.send('A'))).not.toThrow();
    });
  });

  it(
    'works with concatMap: a slow message does not hold up the rest',
    timeline((t) => {
      const { channel, link } = t.open();
      of('A', 'B')
        .pipe(concatMap((message) => channel.send(message).pipe(txTimeout(10), retry(1))))
        .subscribe({ complete: () => t.write('all sent') });
      t.at(15, () => link.txDone({ token: 2 }));
      t.at(17, () => link.txDone({ token: 3 }));
      t.expect('0 sendData A', '10 sendData A', '15 sendData B', '17 all sent');
    }),
  );
});
