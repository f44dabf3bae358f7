import { concatMap, EMPTY, map, mergeMap, NEVER, of, repeat, retry, take, type Observable } from 'rxjs';
import { isMailboxError, txTimeout, type TxReceipt } from 'rx-mailbox';
import { marbles } from 'rx-mailbox/testing';
import { timeline } from '../../support/timeline';

const receipt: TxReceipt<string> = { token: 1, ack: 'ok' };

describe('txTimeout', () => {
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
