import { map, Observable, Subject, Subscription, take, type TeardownLogic } from 'rxjs';
import { txCancel, txTimeout, type TxReceipt } from 'rx-mailbox';
import { Journal } from '../support/Journal';
import { open } from '../support/open';
import { timeline } from '../support/timeline';

describe('on a Transmission a receipt is followed by its completion (rule 2)', () => {
  /** Sends A, does something in its receipt, and says what its sender heard. */
  function heard(stop: (sending: Subscription) => void, cancel$?: Subject<void>, signal?: AbortSignal): unknown[] {
    const { channel, link } = open();
    const lines: unknown[] = [];
    const sending = new Subscription();
    let sending$: Observable<TxReceipt<void>> = channel.send('A');
    if (cancel$ !== undefined) sending$ = sending$.pipe(txCancel(cancel$));
    if (signal !== undefined) sending$ = sending$.pipe(txCancel(signal));
    sending.add(
      sending$.subscribe({
        next: ({ token }) => {
          lines.push(`receipt ${token}`);
          stop(sending);
        },
        error: (error: { code: string }) => lines.push(error.code),
        complete: () => lines.push('completed'),
      }),
    );
    link.txDoneOldest();
    return lines;
  }

  const all = ['receipt 1', 'completed'];

  it('also if it unsubscribes in its receipt', () => {
    expect(heard((sending) => sending.unsubscribe())).toEqual(all);
  });

  it('also if it cancels by a notifier in its receipt', () => {
    const cancel$ = new Subject<void>();
    expect(heard(() => cancel$.next(), cancel$)).toEqual(all);
  });

  it('also if it cancels by a signal in its receipt: the first answer wins', () => {
    const abort = new AbortController();
    expect(heard(() => abort.abort(), undefined, abort.signal)).toEqual(all);
  });

  it('and there is one report, a success', () => {
    const { channel, link } = open();
    const journal = new Journal();
    journal.reports(channel);
    const sending = channel.send('A').subscribe(() => sending.unsubscribe());
    link.txDoneOldest();
    expect(journal.lines).toEqual(['report A ok']);
  });

  it('but behind other operators it is as RxJS does', () => {
    const { channel, link } = open();
    const lines: string[] = [];
    const sending = channel
      .send('A')
      .pipe(map(() => 'receipt'))
      .subscribe({
        next: (line) => {
          lines.push(line);
          sending.unsubscribe();
        },
        complete: () => lines.push('completed'),
      });
    link.txDoneOldest();
    expect(lines).toEqual(['receipt']);
  });

  it('take(1) completes as always', () => {
    const { channel, link } = open();
    const journal = new Journal();
    channel.send('A').pipe(take(1)).subscribe(journal.sender('A'));
    link.txDoneOldest();
    expect(journal.lines).toEqual(['A ok']);
  });
});

describe('a teardown of a transmission that unsubscribes another one (rule 2)', () => {
  /** A source whose subscription to A has a teardown of its own. */
  const withTeardown = (sending$: Observable<TxReceipt<string>>, teardown: TeardownLogic): Observable<TxReceipt<string>> =>
    new Observable((subscriber) => {
      const sending = sending$.subscribe({
        next: (receipt) => subscriber.next(receipt),
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
      sending.add(teardown);
      return sending;
    });

  it(
    'is no part of the leave: the other one fails with its own ECANCELED, not with the limit of the first',
    timeline((t) => {
      const { channel } = t.open({ reports: true, window: 2 });
      const b = channel.send('B').subscribe();
      withTeardown(channel.send('A'), () => b.unsubscribe())
        .pipe(txTimeout(3))
        .subscribe(t.sender('A'));
      t.expect('0 sendData B', '0 sendData A', '3 report B ECANCELED unknown', '3 report A ETIME unknown', '3 A ETIME unknown');
    }),
  );

  it(
    'also if the other one waits: it is not-sent',
    timeline((t) => {
      const { channel } = t.open({ reports: true });
      const other = { sending: Subscription.EMPTY };
      withTeardown(channel.send('A'), () => other.sending.unsubscribe())
        .pipe(txTimeout(3))
        .subscribe(t.sender('A'));
      other.sending = channel.send('B').subscribe();
      channel.next('C');
      t.expect('0 sendData A', '3 report B ECANCELED not-sent', '3 report A ETIME unknown', '3 A ETIME unknown', '3 sendData C');
    }),
  );

  it(
    'where the limit is on the transmission itself, the first is told before its teardowns run',
    timeline((t) => {
      const { channel } = t.open({ reports: true });
      const other = { sending: Subscription.EMPTY };
      channel
        .send('A')
        .pipe(txTimeout(3))
        .subscribe(t.sender('A'))
        .add(() => other.sending.unsubscribe());
      other.sending = channel.send('B').subscribe();
      t.expect('0 sendData A', '3 sendData B', '3 report A ETIME unknown', '3 A ETIME unknown', '3 report B ECANCELED unknown');
    }),
  );

  it('each report and its sender get one error object', () => {
    const { channel } = open<string>();
    const cancel$ = new Subject<void>();
    const reports: unknown[] = [];
    const errors: unknown[] = [];
    channel.txDone$.subscribe(({ error }) => reports.push(error));
    const error = (reason: unknown): void => void errors.push(reason);
    const b = channel.send('B').subscribe({ error });
    withTeardown(channel.send('A'), () => b.unsubscribe())
      .pipe(txCancel(cancel$))
      .subscribe({ error });
    cancel$.next();
    expect(reports).toHaveLength(2);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBe(reports[1]);
    expect(reports[0]).not.toBe(reports[1]);
  });
});
