import { map, merge, of, Subject, Subscription, takeUntil, type Observable } from 'rxjs';
import { sendTo, txCancel, txTimeout, type Channel, type TxReceipt } from 'rx-mailbox';
import { timeline } from '../support/timeline';

type Sending = Observable<TxReceipt<string>>;

/** Subscribes, and ignores the outcome. */
function run(sending$: Observable<unknown>): Subscription {
  return sending$.subscribe({ error: () => undefined });
}

describe('whoever leaves together leaves before anything else is handed over (rule 4)', () => {
  type All = (sendings: Sending[], channel: Channel<string, string, string>) => () => void;

  const each =
    (policy: (stop$: Subject<void>, signal: AbortSignal) => (sending$: Sending) => Sending): All =>
    (sendings) => {
      const stop$ = new Subject<void>();
      const abort = new AbortController();
      for (const sending$ of sendings) run(policy(stop$, abort.signal)(sending$));
      return () => {
        stop$.next();
        abort.abort();
      };
    };

  const ways: [string, All][] = [
    [
      'unsubscribed one after the other',
      (sendings) => {
        const subscriptions = sendings.map(run);
        return () => subscriptions.forEach((subscription) => subscription.unsubscribe());
      },
    ],
    [
      'added to one Subscription',
      (sendings) => {
        const all = new Subscription();
        for (const sending$ of sendings) all.add(run(sending$));
        return () => all.unsubscribe();
      },
    ],
    [
      'merged',
      (sendings) => {
        const merged = run(merge(...sendings));
        return () => merged.unsubscribe();
      },
    ],
    ['txCancel with a signal', each((_stop$, signal) => txCancel(signal))],
    ['txCancel with a notifier', each((stop$) => txCancel(stop$))],
    [
      'txCancel with a signal behind other operators',
      each(
        (_stop$, signal) => (sending$) =>
          sending$.pipe(
            map((receipt) => receipt),
            txCancel(signal),
          ),
      ),
    ],
    ['takeUntil', each((stop$) => takeUntil(stop$))],
    [
      'sendTo',
      (_sendings, channel) => {
        const sending = run(of('A', 'B', 'C').pipe(sendTo(channel, 3)));
        return () => sending.unsubscribe();
      },
    ],
  ];

  it.each(ways)('%s', (_how, subscribeAll) =>
    timeline((t) => {
      const { channel } = t.open({ reports: true });
      const leave = subscribeAll(
        ['A', 'B', 'C'].map((message) => channel.send(message)),
        channel,
      );
      channel.next('D');
      t.at(3, leave);
      t.expect(
        '0 sendData A',
        '3 report A ECANCELED unknown',
        '3 report B ECANCELED not-sent',
        '3 report C ECANCELED not-sent',
        '3 sendData D',
      );
    })(),
  );

  it(
    'a limit behind other operators, which leaves by unsubscribing',
    timeline((t) => {
      const { channel } = t.open({ reports: true });
      for (const message of ['A', 'B', 'C']) {
        run(
          channel.send(message).pipe(
            map((receipt) => receipt),
            txTimeout(3),
          ),
        );
      }
      channel.next('D');
      t.expect('0 sendData A', '3 report A ETIME unknown', '3 report B ETIME not-sent', '3 report C ETIME not-sent', '3 sendData D');
    }),
  );

  it(
    'but what a tx-done had handed over before is in flight',
    timeline((t) => {
      const { channel, link } = t.open({ reports: true });
      const all = ['A', 'B', 'C'].map((message) => run(channel.send(message)));
      t.at(3, () => {
        link.txDone({ token: 1 });
        for (const each of all) each.unsubscribe();
      });
      t.expect('0 sendData A', '3 sendData B', '3 report A ok', '3 report B ECANCELED unknown', '3 report C ECANCELED not-sent');
    }),
  );
});

describe('limits of one length that begin in one turn run out together (rule 4)', () => {
  it(
    'all leave, then the next one is handed over at once, then all is told',
    timeline((t) => {
      const { channel } = t.open({ reports: true });
      for (const name of ['A', 'B', 'C']) channel.send(name).pipe(txTimeout(3)).subscribe(t.sender(name));
      channel.next('D');
      t.expect(
        '0 sendData A',
        '3 sendData D',
        ...['3 report A ETIME unknown', '3 A ETIME unknown'],
        ...['3 report B ETIME not-sent', '3 B ETIME not-sent'],
        ...['3 report C ETIME not-sent', '3 C ETIME not-sent'],
      );
    }),
  );

  it(
    'on all channels of a mailbox, in the order of the first of each that leaves',
    timeline((t) => {
      const { mailbox } = t.open({ channelCount: 3 });
      const [one, two] = [mailbox.requestChannel(1), mailbox.requestChannel(2)];
      // The first limit that begins is on the second of the two.
      for (const [channel, name] of [
        [two, 'A'],
        [one, 'B'],
        [two, 'C'],
        [one, 'D'],
      ] as const) {
        channel.send(name).pipe(txTimeout(3)).subscribe(t.sender(name));
      }
      one.next('E');
      two.next('F');
      t.expect(
        ...['0 sendData A', '0 sendData B'],
        ...['3 sendData F', '3 sendData E'],
        ...['3 A ETIME unknown', '3 C ETIME not-sent', '3 B ETIME unknown', '3 D ETIME not-sent'],
      );
    }),
  );

  it(
    'whichever clock it is',
    timeline((t) => {
      const { channel } = t.open();
      channel
        .send('A')
        .pipe(txTimeout({ inFlight: 3 }))
        .subscribe(t.sender('A'));
      channel
        .send('B')
        .pipe(txTimeout({ queued: 3 }))
        .subscribe(t.sender('B'));
      channel
        .send('C')
        .pipe(txTimeout({ total: 3 }))
        .subscribe(t.sender('C'));
      channel.next('D');
      t.expect('0 sendData A', '3 sendData D', '3 A ETIME unknown', '3 B ETIME not-sent', '3 C ETIME not-sent');
    }),
  );

  it(
    'what abort says meanwhile is dealt with when all have left: a slot that it frees goes to nobody who leaves',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2, abort: true });
      Object.assign(link, { abort: () => link.txDone({ token: 2 }) });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('X').subscribe(t.sender('X'));
      channel.send('B').pipe(txTimeout(3)).subscribe(t.sender('B'));
      for (const message of ['C', 'D']) channel.next(message);
      t.expect(
        ...['0 sendData A', '0 sendData X'],
        ...['3 sendData C', '3 sendData D'],
        ...['3 A ETIME unknown', '3 B ETIME not-sent', '3 X ok'],
      );
    }),
  );

  it(
    'limits of another length do not run out with them: a slot may go to a message that leaves in the next millisecond',
    timeline((t) => {
      const { channel } = t.open();
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').pipe(txTimeout(4)).subscribe(t.sender('B'));
      t.expect('0 sendData A', '3 sendData B', '3 A ETIME unknown', '4 B ETIME unknown');
    }),
  );

  it(
    'nor do limits of the same length that began in another turn',
    timeline((t) => {
      const { channel } = t.open();
      t.at(0, () => channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A')));
      t.at(1, () => channel.send('B').pipe(txTimeout(3)).subscribe(t.sender('B')));
      t.expect('0 sendData A', '3 sendData B', '3 A ETIME unknown', '4 B ETIME unknown');
    }),
  );
});

describe('a limit that runs out begins no pause and respects one (rule 4)', () => {
  it(
    'in a pause it hands nothing over',
    timeline((t) => {
      const { channel } = t.open({ window: 2 });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      const x = run(channel.send('X'));
      channel.next('B');
      channel.next('C');
      // Before the limit of the same millisecond.
      t.at(3, () => x.unsubscribe());
      t.expect('0 sendData A', '0 sendData X', '3 A ETIME unknown', '3 sendData B', '3 sendData C');
    }),
  );

  it(
    'a leave that its error causes begins one',
    timeline((t) => {
      const { channel } = t.open({ reports: true });
      const leaving: Subscription[] = [];
      channel
        .send('A')
        .pipe(txTimeout(3))
        .subscribe({ error: () => leaving.forEach((each) => each.unsubscribe()) });
      for (const message of ['B', 'C']) leaving.push(run(channel.send(message)));
      channel.next('D');
      // B was handed over when the limit ran out.
      t.expect(
        '0 sendData A',
        '3 sendData B',
        '3 report A ETIME unknown',
        '3 report B ECANCELED unknown',
        '3 report C ECANCELED not-sent',
        '3 sendData D',
      );
    }),
  );
});

it(
  'quarantines that begin in one turn end together (rule 4)',
  timeline((t) => {
    const { channel } = t.open({ correlation: 'ordered', window: 2, quarantine: 5 });
    const all = ['A', 'B'].map((message) => run(channel.send(message)));
    for (const message of ['C', 'D']) channel.next(message);
    t.at(3, () => all.forEach((each) => each.unsubscribe()));
    t.at(4, () => channel.events$.subscribe(({ type, token }) => t.write(`${type} ${token}`)));
    t.expect(...['0 sendData A', '0 sendData B', '8 sendData C', '8 sendData D'], ...['8 freed 1', '8 freed 2', '8 sent 3', '8 sent 4']);
  }),
);
