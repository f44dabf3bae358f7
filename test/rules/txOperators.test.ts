import { EMPTY, map, retry } from 'rxjs';
import { txTimeout, TxTimeoutError, txCancel, Transmission } from 'rx-mailbox';
import { timeline } from '../support/timeline';
import { advance, virtual } from '../support/virtual';

describe('tx operators on a Transmission return a Transmission (semantics 13.2)', () => {
  const policies = [
    ['txTimeout, txCancel', (source: Transmission<string>) => source.pipe(txTimeout({ queued: 20, inFlight: 3 }), txCancel(EMPTY))],
    ['txCancel, txTimeout', (source: Transmission<string>) => source.pipe(txCancel(EMPTY), txTimeout({ queued: 20, inFlight: 3 }))],
    ['txTimeout twice', (source: Transmission<string>) => source.pipe(txTimeout(50), txTimeout({ inFlight: 3 }))],
  ] as const;

  it.each(policies)('which can be piped on, in any order: %s', (_order, policy) =>
    timeline((t) => {
      const { channel } = t.open();
      const sending$ = policy(channel.send('A'));
      expect(sending$).toBeInstanceOf(Transmission);
      sending$.subscribe(t.sender('A'));
      t.expect('0 sendData A', '3 A ETIME unknown');
    })(),
  );

  it('and leave the source Transmission as it was', () => {
    const { scheduler, channel } = virtual();
    const plain$ = channel.send('A');
    plain$.pipe(txTimeout(10));
    let failed = false;
    plain$.subscribe({ error: () => (failed = true) });
    advance(scheduler, 100);
    expect(failed).toBe(false);
  });
});

describe('tx operators on any other source (semantics 13.2)', () => {
  it(
    'total works',
    timeline((t) => {
      const { channel } = t.open({ reports: true });
      channel
        .send('A')
        .pipe(
          map((receipt) => receipt),
          txTimeout({ total: 5 }),
        )
        .subscribe(t.sender('A'));
      t.expect('0 sendData A', '5 report A ETIME unknown', '5 A ETIME unknown');
    }),
  );

  it.each([[{ queued: 5 }], [{ inFlight: 5 }], [{ queued: 5, total: 9 }], [{ inFlight: 5, total: 9 }]])(
    'queued and inFlight throw TypeError when the operator is applied: %p',
    (limit) => {
      const { channel } = virtual();
      expect(() => channel.send('A').pipe(retry(1), txTimeout(limit))).toThrow(TypeError);
      expect(() => channel.send('A').pipe(txTimeout(limit), retry(1))).not.toThrow();
    },
  );
});

describe("the operator's error is the one in the report, wherever in the pipe it stands (rule 2)", () => {
  const places: [string, (source: Transmission<string>) => ReturnType<Transmission<string>['pipe']>][] = [
    [
      'first',
      (source) =>
        source.pipe(
          txTimeout(5),
          map(({ token }) => token),
        ),
    ],
    [
      'after map',
      (source) =>
        source.pipe(
          map((receipt) => receipt),
          txTimeout(5),
        ),
    ],
    [
      'after two operators',
      (source) =>
        source.pipe(
          map((receipt) => receipt),
          map((receipt) => receipt),
          txTimeout(5),
          map(({ token }) => token),
        ),
    ],
    ['after another tx operator', (source) => source.pipe(txTimeout(50), txTimeout(5))],
    [
      'after another tx operator and map',
      (source) =>
        source.pipe(
          txTimeout(50),
          map((receipt) => receipt),
          txTimeout(5),
        ),
    ],
    ['after retry', (source) => source.pipe(retry(3), txTimeout(5))],
  ];

  it.each(places)('%s', (_place, policy) =>
    timeline((t) => {
      const { channel } = t.open();
      const errors: unknown[] = [];
      channel.txDone$.subscribe(({ error }) => errors.push(error));
      policy(channel.send('A')).subscribe({ error: (error: unknown) => errors.push(error) });
      t.expect('0 sendData A');
      expect(errors).toHaveLength(2);
      expect(errors[1]).toBe(errors[0]);
      expect(errors[0]).toBeInstanceOf(TxTimeoutError);
    })(),
  );
});
