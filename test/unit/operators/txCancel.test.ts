import { EMPTY, map, mergeMap, NEVER, Observable, of, pipe, repeat, retry, Subject, take, throwError, timer } from 'rxjs';
import { getEventListeners } from 'node:events';
import { isMailboxError, Mailbox, Transmission, txCancel, TxCanceledError, txTimeout, type MailboxError, type TxReceipt } from 'rx-mailbox';
import { marbles, ScriptedController, type ScriptedOptions } from 'rx-mailbox/testing';
import { timeline } from '../../support/timeline';

const open = (options: ScriptedOptions<string, string, string> = {}) => {
  const controller = new ScriptedController<string, string, string>(options);
  const channel = new Mailbox(controller).requestChannel(0);
  return { channel, link: controller.link() };
};

const receipt: TxReceipt<string> = { token: 1, ack: 'ok' };
const canceled = (delivery: string): unknown => expect.objectContaining({ code: 'ECANCELED', delivery });

/** How many listeners a signal has. */
const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

/** What the sender is notified of, and what the report says. */
function outcomes(channel: ReturnType<typeof open>['channel'], sending$: Observable<unknown>) {
  const seen: { notified: unknown[]; reported: unknown[] } = { notified: [], reported: [] };
  channel.txDone$.subscribe(({ error }) => seen.reported.push(error));
  sending$.subscribe({ error: (error: unknown) => seen.notified.push(error), complete: () => seen.notified.push('complete') });
  return seen;
}

describe('txCancel', () => {
  // #region example
  it('takes back a message that was not sent yet, and says when it may have been sent', () => {
    const channel = new Mailbox(new ScriptedController()).requestChannel(0);
    const user = new AbortController();
    const log: string[] = [];
    for (const message of ['in flight', 'waiting']) {
      channel
        .send(message)
        .pipe(txCancel(user.signal))
        .subscribe({
          error: (error: MailboxError) => log.push(`${message}: ${error.code}, ${error.delivery}, because ${String(error.cause)}`),
        });
    }

    user.abort('the user went away');

    expect(log).toEqual([
      'in flight: ECANCELED, unknown, because the user went away',
      'waiting: ECANCELED, not-sent, because the user went away',
    ]);
  });
  // #endregion example

  describe('with an AbortSignal', () => {
    it(
      'already aborted: sends nothing, makes no report, and errors at once',
      timeline((t) => {
        const { channel } = t.open({ reports: true, events: ['queued', 'settled', 'left'] });
        channel
          .send('A')
          .pipe(txCancel(AbortSignal.abort('too late')))
          .subscribe(t.sender('A'));
        t.expect('0 A ECANCELED not-sent');
      }),
    );

    it('already aborted: takes no place in the queue', () => {
      const { channel } = open();
      channel
        .send('A')
        .pipe(txCancel(AbortSignal.abort()))
        .subscribe({ error: () => undefined });
      expect(channel.slotsAvailable).toBe(20);
    });

    it.each<[string, unknown]>([
      ['a string', 'the user went away'],
      ['an error', new Error('stop')],
      ['null', null],
      ['zero', 0],
    ])('the cause is its reason: %s', (_what, reason) => {
      const { channel } = open();
      const aborted = new AbortController();
      const seen = outcomes(channel, channel.send('A').pipe(txCancel(aborted.signal)));
      aborted.abort(reason);
      expect((seen.notified[0] as Error).cause).toBe(reason);
      expect((outcomes(channel, channel.send('B').pipe(txCancel(aborted.signal))).notified[0] as Error).cause).toBe(reason);
    });

    it('without a reason: the cause is the AbortError of the platform', () => {
      const { channel } = open();
      const aborted = new AbortController();
      const seen = outcomes(channel, channel.send('A').pipe(txCancel(aborted.signal)));
      aborted.abort();
      expect((seen.notified[0] as Error).cause).toMatchObject({ name: 'AbortError' });
    });

    it('report and sender get the same error object', () => {
      const { channel } = open();
      const aborted = new AbortController();
      const { notified, reported } = outcomes(channel, channel.send('A').pipe(txCancel(aborted.signal)));
      aborted.abort();
      expect([notified.length, reported.length]).toEqual([1, 1]);
      expect(notified[0]).toBe(reported[0]);
      expect(notified[0]).toBeInstanceOf(TxCanceledError);
    });

    it('delivery is unknown for a message in flight, and not-sent for a waiting one', () => {
      const { channel, link } = open();
      const aborted = new AbortController();
      const seen = ['A', 'B'].map((message) => outcomes(channel, channel.send(message).pipe(txCancel(aborted.signal))).notified);
      aborted.abort();
      expect(seen).toEqual([[canceled('unknown')], [canceled('not-sent')]]);
      expect(link.sent.map(({ message }) => message)).toEqual(['A']);
    });

    it('aborting messages in flight and waiting ones together leaves the queue working', () => {
      const { channel, link } = open();
      const aborted = new AbortController();
      for (const message of ['A', 'B', 'C']) outcomes(channel, channel.send(message).pipe(txCancel(aborted.signal)));
      aborted.abort();
      channel.next('D');
      expect(link.sent.map(({ message }) => message)).toEqual(['A', 'D']);
    });

    it('aborted after the outcome changes nothing', () => {
      const { channel, link } = open();
      const aborted = new AbortController();
      const seen = outcomes(channel, channel.send('A').pipe(txCancel(aborted.signal)));
      link.txDone({ token: 1, ack: 'ok' });
      aborted.abort();
      expect(seen).toEqual({ notified: ['complete'], reported: [undefined] });
    });

    it('keeps at most one listener on a signal, however many sends it watches', () => {
      const { channel } = open({ window: 500 });
      const { signal } = new AbortController();
      for (let i = 0; i < 500; i++) channel.send('A').pipe(txCancel(signal)).subscribe();
      expect(listeners(signal)).toBe(1);
    });

    it.each<[string, (set: ReturnType<typeof open>, sending: { unsubscribe(): void }, aborted: AbortController) => void]>([
      ['an ack', ({ link }) => link.txDone({ token: 1 })],
      ['a failure', ({ link }) => link.txDone({ token: 1, error: 'NAK' })],
      ['an unsubscription', (_set, sending) => sending.unsubscribe()],
      ['link down', ({ link }) => link.down()],
      ['close()', ({ channel }) => channel.close()],
      ['the abort itself', (_set, _sending, aborted) => aborted.abort()],
    ])('keeps no listener after %s', (_how, end) => {
      const set = open();
      const aborted = new AbortController();
      const sending = set.channel
        .send('A')
        .pipe(txCancel(aborted.signal))
        .subscribe({ error: () => undefined });
      expect(listeners(aborted.signal)).toBe(1);
      end(set, sending, aborted);
      expect(listeners(aborted.signal)).toBe(0);
    });

    it('keeps no listener for a message that a full queue refused', () => {
      const controller = new ScriptedController();
      const channel = new Mailbox(controller).requestChannel(0, { txQueueLength: 0 });
      const { signal } = new AbortController();
      channel.next('A');
      channel
        .send('B')
        .pipe(txCancel(signal))
        .subscribe({ error: () => undefined });
      expect(listeners(signal)).toBe(0);
    });

    it('keeps no listener before it is subscribed', () => {
      const { signal } = new AbortController();
      open().channel.send('A').pipe(txCancel(signal));
      expect(listeners(signal)).toBe(0);
    });

    it('10⁵ sends over one long-lived signal leave no listener behind', () => {
      const { channel } = open({ onSend: (_message, token, link) => link.txDone({ token }) });
      const { signal } = new AbortController();
      for (let i = 0; i < 1e5; i++) channel.send('A').pipe(txCancel(signal)).subscribe();
      expect(listeners(signal)).toBe(0);
    });

    it('a sender may leave others that the same signal is about to cancel, from inside its error', () => {
      const { channel } = open({ window: 2 });
      const aborted = new AbortController();
      const log: unknown[] = [];
      channel
        .send('A')
        .pipe(txCancel(aborted.signal))
        .subscribe({ error: () => other.unsubscribe() });
      const other = channel
        .send('B')
        .pipe(txCancel(aborted.signal))
        .subscribe({ error: (error: unknown) => log.push(error) });
      channel.txDone$.subscribe(({ message, error }) => log.push(`${message} ${error?.code}`));
      aborted.abort();
      expect(log).toEqual(['A ECANCELED', 'B ECANCELED']);
    });
  });

  describe('with something that RxJS can subscribe', () => {
    it(
      'its first value cancels',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const { channel } = open();
        const when = cold('                                         ---x-y');
        expectObservable(channel.send('A').pipe(txCancel(when))).toBe('---#', {}, canceled('unknown'));
        expectSubscriptions(when.subscriptions).toBe('               ^--!');
      }),
    );

    it(
      'its completion alone does not',
      marbles(({ cold, script, expectObservable }) => {
        const { channel } = open({ script: script('                 ----d', { d: { type: 'taken', ack: 'ok' } }) });
        const when = cold('                                         ---|');
        expectObservable(channel.send('A').pipe(txCancel(when))).toBe('----(r|)', { r: receipt });
      }),
    );

    it(
      'its error cancels, with that error as cause',
      marbles(({ cold, expectObservable }) => {
        const { channel } = open();
        const when = cold('                                         ---#', {}, 'notifier broke');
        const error = expect.objectContaining({ code: 'ECANCELED', delivery: 'unknown', cause: 'notifier broke' }) as unknown;
        expectObservable(channel.send('A').pipe(txCancel(when))).toBe('---#', {}, error);
      }),
    );

    it(
      'is unsubscribed with the outcome',
      marbles(({ cold, script, expectObservable, expectSubscriptions }) => {
        const { channel } = open({ script: script('                 ---d', { d: { type: 'taken', ack: 'ok' } }) });
        const when = cold('                                         -----x');
        expectObservable(channel.send('A').pipe(txCancel(when))).toBe('---(r|)', { r: receipt });
        expectSubscriptions(when.subscriptions).toBe('               ^--!');
      }),
    );

    it(
      'is unsubscribed with an early unsubscription',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const { channel } = open();
        const when = cold('                                           -----x');
        expectObservable(channel.send('A').pipe(txCancel(when)), '     ^--!').toBe('----');
        expectSubscriptions(when.subscriptions).toBe('                 ^--!');
      }),
    );

    it(
      'that emits at once: sends nothing and makes no report',
      timeline((t) => {
        const { channel } = t.open({ reports: true });
        channel
          .send('A')
          .pipe(txCancel(of('now')))
          .subscribe(t.sender('A'));
        t.expect('0 A ECANCELED not-sent');
      }),
    );

    it(
      'that errors at once: sends nothing and makes no report',
      timeline((t) => {
        const { channel } = t.open({ reports: true });
        channel
          .send('A')
          .pipe(txCancel(throwError(() => 'broken')))
          .subscribe(t.sender('A'));
        t.expect('0 A ECANCELED not-sent');
      }),
    );

    it(
      'that emits for ever at once: is stopped',
      timeline((t) => {
        const { channel } = t.open();
        channel
          .send('A')
          .pipe(txCancel(of(1).pipe(repeat())))
          .subscribe(t.sender('A'));
        t.expect('0 A ECANCELED not-sent');
      }),
    );

    it(
      'is subscribed anew by each subscription',
      timeline((t) => {
        const { channel } = t.open({ window: 2 });
        const sending$ = channel.send('A').pipe(txCancel(timer(10)));
        sending$.subscribe(t.sender('first'));
        t.at(5, () => sending$.subscribe(t.sender('second')));
        t.expect('0 sendData A', '5 sendData A', '10 first ECANCELED unknown', '15 second ECANCELED unknown');
      }),
    );

    it('may be a promise', async () => {
      const { channel } = open();
      const stop = Promise.resolve('now');
      const seen = outcomes(channel, channel.send('A').pipe(txCancel(stop)));
      await stop;
      await Promise.resolve();
      expect(seen.notified).toEqual([canceled('unknown')]);
    });

    it('may be an array, which emits at once', () => {
      const { channel } = open();
      expect(outcomes(channel, channel.send('A').pipe(txCancel([1]))).notified).toEqual([canceled('not-sent')]);
      expect(outcomes(channel, channel.send('B').pipe(txCancel([]))).notified).toEqual([]);
    });
  });

  it.each([['when'], [EMPTY]])('is not fired by %p, which never emits', (when) => {
    // A string is something that RxJS can subscribe: its characters.
    const { channel } = open();
    const { notified } = outcomes(channel, channel.send('A').pipe(txCancel(when)));
    expect(notified).toEqual(when === EMPTY ? [] : [canceled('not-sent')]);
  });

  it.each([[undefined], [null], [5], [{}], [() => undefined], [new AbortController()]])('throws TypeError at the call for %p', (when) => {
    expect(() => txCancel(when as AbortSignal)).toThrow(TypeError);
    expect(() => txCancel(when as AbortSignal)).toThrow(/when is .*expected an AbortSignal/);
  });

  it(
    'settles exactly once: a late tx-done only shows on events$',
    timeline((t) => {
      const { channel, link } = t.open({ reports: true, events: ['lateTxDone', 'settled'] });
      channel
        .send('A')
        .pipe(txCancel(timer(4)))
        .subscribe(t.sender('A'));
      t.at(6, () => link.txDone({ token: 1 }));
      t.expect('0 sendData A', '4 report A ECANCELED unknown', '4 A ECANCELED unknown', '4 settled 1', '6 lateTxDone 1');
    }),
  );

  it(
    'ends with the channel: pending sends fail with ESHUTDOWN on close()',
    timeline((t) => {
      const { channel } = t.open();
      channel
        .send('A')
        .pipe(txCancel(timer(10)))
        .subscribe(t.sender('A'));
      channel
        .send('B')
        .pipe(txCancel(timer(10)))
        .subscribe(t.sender('B'));
      t.at(5, () => channel.close());
      t.expect('0 sendData A', '5 A ESHUTDOWN unknown', '5 B ESHUTDOWN not-sent');
    }),
  );

  it.each([[''], [0], [false], [null], [undefined]])('cancels the falsy message %p', (message) => {
    const channel = new Mailbox(new ScriptedController<unknown>()).requestChannel(0);
    const reports: unknown[] = [];
    channel.txDone$.subscribe((report) => reports.push(report));
    const cancel = new Subject<void>();
    channel
      .send(message)
      .pipe(txCancel(cancel))
      .subscribe({ error: () => undefined });
    cancel.next();
    expect(reports).toEqual([{ token: 1, message, error: canceled('unknown') }]);
  });

  describe('allows calls from inside', () => {
    it(
      'the error: sending again',
      timeline((t) => {
        const cancel = new Subject<void>();
        const { channel, link } = t.open();
        const sending$ = channel.send('A').pipe(txCancel(cancel));
        sending$.subscribe({ error: () => sending$.subscribe(t.sender('again')) });
        t.at(4, () => cancel.next());
        t.at(6, () => link.txDone({ token: 2 }));
        t.expect('0 sendData A', '4 sendData A', '6 again ok');
      }),
    );

    it(
      'another sender’s completion: canceling',
      timeline((t) => {
        const cancel = new Subject<void>();
        const { channel, link } = t.open({ window: 2 });
        channel.send('A').subscribe({ complete: () => cancel.next() });
        channel.send('B').pipe(txCancel(cancel)).subscribe(t.sender('B'));
        t.at(4, () => link.txDone({ token: 1 }));
        t.expect('0 sendData A', '0 sendData B', '4 B ECANCELED unknown');
      }),
    );

    it(
      'sendData: a cancel is handled when that has returned',
      timeline((t) => {
        const cancel = new Subject<void>();
        const { channel } = t.open({ reports: true, onSend: () => cancel.next() });
        channel.send('A').pipe(txCancel(cancel)).subscribe(t.sender('A'));
        t.expect('0 sendData A', '0 report A ECANCELED unknown', '0 A ECANCELED unknown');
      }),
    );

    it(
      'a sendData that refuses: a cancel is not-sent',
      timeline((t) => {
        const cancel = new Subject<void>();
        const { channel, link } = t.open({ reports: true });
        link.sendData = () => {
          cancel.next();
          return 'busy';
        };
        channel.send('A').pipe(txCancel(cancel)).subscribe(t.sender('A'));
        t.expect('0 report A ECANCELED not-sent', '0 A ECANCELED not-sent');
      }),
    );

    it(
      'sendData: of a tx-done and then a cancel the first counts',
      timeline((t) => {
        const cancel = new Subject<void>();
        const { channel } = t.open({
          reports: true,
          onSend: (_message, token, link) => {
            link.txDone({ token });
            cancel.next();
          },
        });
        channel.send('A').pipe(txCancel(cancel)).subscribe(t.sender('A'));
        t.expect('0 sendData A', '0 report A ok', '0 A ok');
      }),
    );
  });

  describe('stacks on a Transmission in any order', () => {
    it(
      'with itself: the first that fires counts',
      timeline((t) => {
        const { channel } = t.open({ window: 2 });
        channel
          .send('A')
          .pipe(txCancel(timer(4)), txCancel(timer(9)))
          .subscribe(t.sender('A'));
        channel
          .send('B')
          .pipe(txCancel(timer(9)), txCancel(timer(4)))
          .subscribe(t.sender('B'));
        t.expect('0 sendData A', '0 sendData B', '4 A ECANCELED unknown', '4 B ECANCELED unknown');
      }),
    );

    it(
      'with txTimeout and an aborted signal: nothing is sent, whichever comes first',
      timeline((t) => {
        const { channel } = t.open({ reports: true });
        const aborted = AbortSignal.abort();
        channel
          .send('A')
          .pipe(txTimeout({ inFlight: 3, total: 5 }), txCancel(aborted))
          .subscribe(t.sender('A'));
        channel
          .send('B')
          .pipe(txCancel(aborted), txTimeout({ queued: 5 }))
          .subscribe(t.sender('B'));
        t.expect('0 A ECANCELED not-sent', '0 B ECANCELED not-sent');
      }),
    );

    it('and gives a Transmission', () => {
      expect(open().channel.send('A').pipe(txCancel(NEVER), txTimeout(5), txCancel(new AbortController().signal))).toBeInstanceOf(
        Transmission,
      );
    });

    it(
      'one policy serves several channels',
      timeline((t) => {
        const cancel = new Subject<void>();
        const policy = pipe(txCancel(cancel), txTimeout({ total: 100 }));
        t.open().channel.send('A').pipe(policy).subscribe(t.sender('A'));
        t.open().channel.send('B').pipe(policy).subscribe(t.sender('B'));
        t.at(4, () => cancel.next());
        t.expect('0 sendData A', '0 sendData B', '4 A ECANCELED unknown', '4 B ECANCELED unknown');
      }),
    );

    it(
      'before retry it ends the attempt, after it all of them',
      timeline((t) => {
        const { channel } = t.open();
        channel
          .send('A')
          .pipe(txCancel(timer(4)), retry(9), txCancel(timer(10)))
          .subscribe(t.sender('A'));
        t.expect('0 sendData A', '4 sendData A', '8 sendData A', '10 A ECANCELED unknown');
      }),
    );
  });

  describe('on any other source', () => {
    it(
      'never, empty, single, many and error: mirrors them',
      marbles(({ cold, expectObservable }) => {
        const values = { r: receipt };
        for (const marble of ['-', '--|', '-r|', 'r-r|', '--#', '(r|)', '#', '|']) {
          expectObservable(cold(marble, values).pipe(txCancel(NEVER))).toBe(marble, values);
        }
      }),
    );

    it(
      'leaves it when it fires',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source$ = cold('                             -r---r', { r: receipt });
        const when = cold('                                ---x');
        expectObservable(source$.pipe(txCancel(when))).toBe('-r-#', { r: receipt }, expect.objectContaining({ code: 'ECANCELED' }));
        expectSubscriptions(source$.subscriptions).toBe('   ^--!');
        expectSubscriptions(when.subscriptions).toBe('      ^--!');
      }),
    );

    it(
      'early unsubscription: unsubscribes source and notifier',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source$ = cold<TxReceipt<string>>('            ------');
        const when = cold('                                  ------x');
        expectObservable(source$.pipe(txCancel(when)), '      ^--!').toBe('----');
        expectSubscriptions(source$.subscriptions).toBe('     ^--!');
        expectSubscriptions(when.subscriptions).toBe('        ^--!');
      }),
    );

    it('already aborted: does not subscribe the source', () => {
      let subscribed = 0;
      const source$ = new Observable<TxReceipt<string>>(() => {
        subscribed++;
      });
      let failure: unknown;
      source$.pipe(txCancel(AbortSignal.abort('too late'))).subscribe({ error: (error: unknown) => (failure = error) });
      expect([subscribed, isMailboxError(failure, 'ECANCELED') && [failure.delivery, failure.cause]]).toEqual([
        0,
        ['not-sent', 'too late'],
      ]);
    });

    it('a synchronous source without end can be stopped', () => {
      let produced = 0;
      const seen: unknown[] = [];
      of(receipt)
        .pipe(
          repeat(1000),
          map((each) => (produced++, each)),
          txCancel(NEVER),
          take(3),
        )
        .subscribe((each) => seen.push(each));
      expect([seen.length, produced]).toEqual([3, 3]);
    });

    it('a synchronous source may fire the notifier', () => {
      const cancel = new Subject<void>();
      const log: unknown[] = [];
      of(receipt)
        .pipe(
          repeat(1000),
          map((each) => {
            log.push('value');
            if (log.length === 2) cancel.next();
            return each;
          }),
          txCancel(cancel),
        )
        .subscribe({ error: ({ code }: MailboxError) => log.push(code), complete: () => log.push('complete') });
      expect(log).toEqual(['value', 'value', 'ECANCELED']);
    });

    it('keeps no listener after the end', () => {
      const { signal } = new AbortController();
      of(receipt).pipe(txCancel(signal)).subscribe();
      const sending = (NEVER as Observable<TxReceipt<string>>).pipe(txCancel(signal)).subscribe();
      expect(listeners(signal)).toBe(1);
      sending.unsubscribe();
      expect(listeners(signal)).toBe(0);
    });

    const generic = pipe(
      map((each: TxReceipt<string>) => each),
      map((each) => each),
    );

    it.each<[string, string | undefined, string]>([
      ['in flight', undefined, 'unknown'],
      ['waiting', 'first', 'not-sent'],
    ])('the report of a message %s and the sender get the same object', (_where, first, delivery) => {
      const { channel } = open();
      if (first !== undefined) channel.next(first);
      const cancel = new Subject<void>();
      const { notified, reported } = outcomes(channel, channel.send('A').pipe(generic, txCancel(cancel)));
      cancel.next();
      expect([notified.length, reported.length]).toEqual([1, 1]);
      expect(notified[0]).toBe(reported[0]);
      expect(notified[0]).toEqual(canceled(delivery));
    });

    // Before sendData has answered the delivery is open, and the subscriber needs an answer: 'unknown' is never wrong.
    it.each<[string, 'accepted' | 'busy']>([
      ['accepts', 'accepted'],
      ['refuses', 'busy'],
    ])('fired from inside a sendData that %s: report and sender get the same object', (_does, answer) => {
      const { channel, link } = open();
      const cancel = new Subject<void>();
      link.sendData = () => {
        cancel.next();
        return answer;
      };
      const { notified, reported } = outcomes(channel, channel.send('A').pipe(generic, txCancel(cancel)));
      expect([notified.length, reported.length]).toEqual([1, 1]);
      expect(reported[0]).toEqual(canceled('unknown'));
      expect(notified[0]).toBe(reported[0]);
    });

    it('over several messages: each report has an error of this cancellation', () => {
      const { channel } = open();
      const cancel = new AbortController();
      const { notified, reported } = outcomes(
        channel,
        of('A', 'B').pipe(
          mergeMap((message) => channel.send(message)),
          txCancel(cancel.signal),
        ),
      );
      cancel.abort('enough');
      expect(reported.map((error) => (error as Error).cause)).toEqual(['enough', 'enough']);
      expect(reported).toContain(notified[0]);
    });
  });
});
