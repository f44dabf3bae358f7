import {
  catchError,
  concat,
  concatMap,
  exhaustMap,
  finalize,
  first,
  forkJoin,
  map,
  materialize,
  merge,
  mergeMap,
  NEVER,
  of,
  race,
  repeat,
  retry,
  share,
  shareReplay,
  Subject,
  switchMap,
  take,
  takeUntil,
  tap,
  zip,
} from 'rxjs';
import { type TxReceipt } from 'rx-mailbox';
import { sources, type MakeSource } from '../support/sources';
import { observe } from '../support/observe';

const acks = map(({ ack }: TxReceipt<string>) => ack);

describe.each(sources)('%s', (_name, make: MakeSource) => {
  describe('takeUntil', () => {
    it('leaves and completes', () => {
      const { source$, count } = make();
      const stop = new Subject<void>();
      const log = observe(source$.pipe(takeUntil(stop)));
      stop.next();
      expect([log, count().pending]).toEqual([['complete'], 0]);
    });

    it('with a notifier that emits at once sends nothing', () => {
      const { source$, count } = make();
      const log = observe(source$.pipe(takeUntil(of(1))));
      expect([log, count()]).toEqual([['complete'], { started: 0, pending: 0 }]);
    });

    it('lets the outcome pass', () => {
      const { source$, done } = make();
      const log = observe(source$.pipe(acks, takeUntil(NEVER)));
      done('ok');
      expect(log).toEqual(['ok', 'complete']);
    });
  });

  it('take(1) and first() complete with the receipt and leave nothing behind', () => {
    const { source$, done, count } = make();
    const log = [observe(source$.pipe(take(1), acks)), observe(source$.pipe(first(), acks))];
    done('a');
    done('b');
    expect([log, count().pending]).toEqual([
      [
        ['a', 'complete'],
        ['b', 'complete'],
      ],
      0,
    ]);
  });

  it('take(1) works if the tx-done comes at once', () => {
    expect(observe(make({ atOnce: 'ok' }).source$.pipe(take(1), acks))).toEqual(['ok', 'complete']);
  });

  describe('retry', () => {
    it('sends again after an error', () => {
      const { source$, fail, done, count } = make();
      const log = observe(source$.pipe(retry(2), acks));
      fail('NAK 1');
      fail('NAK 2');
      done('ok');
      expect([log, count()]).toEqual([['ok', 'complete'], { started: 3, pending: 0 }]);
    });

    it('gives up with the last error', () => {
      const { source$, fail, count } = make();
      const log = observe(source$.pipe(retry(1), acks));
      fail('NAK 1');
      fail('NAK 2');
      expect([log, count().started]).toEqual([[['error', 'NAK 2']], 2]);
    });

    it('sends no more when it is unsubscribed', () => {
      const { source$, fail, count } = make();
      const subscription = source$.pipe(retry(5)).subscribe();
      fail('NAK');
      subscription.unsubscribe();
      expect(count()).toEqual({ started: 2, pending: 0 });
    });
  });

  describe('repeat', () => {
    it('sends again after completion', () => {
      const { source$, done, count } = make();
      const log = observe(source$.pipe(repeat(3), acks));
      for (const ack of ['a', 'b', 'c']) done(ack);
      expect([log, count().started]).toEqual([['a', 'b', 'c', 'complete'], 3]);
    });

    it('works if the tx-done comes at once', () => {
      const { source$, count } = make({ atOnce: 'ok' });
      expect(observe(source$.pipe(repeat(3), acks))).toEqual(['ok', 'ok', 'ok', 'complete']);
      expect(count().started).toBe(3);
    });

    it('is stopped by take if every tx-done comes at once', () => {
      const { source$, count } = make({ atOnce: 'ok' });
      expect(observe(source$.pipe(repeat(), take(3), acks))).toEqual(['ok', 'ok', 'ok', 'complete']);
      expect(count().started).toBe(3);
    });
  });

  describe('share', () => {
    it('sends once for all', () => {
      const { source$, done, count } = make();
      const shared$ = source$.pipe(share(), acks);
      const logs = [observe(shared$), observe(shared$)];
      done('ok');
      expect([logs, count().started]).toEqual([
        [
          ['ok', 'complete'],
          ['ok', 'complete'],
        ],
        1,
      ]);
    });

    it('leaves with the last subscriber', () => {
      const { source$, count } = make();
      const shared$ = source$.pipe(share());
      const [one, two] = [shared$.subscribe(), shared$.subscribe()];
      one.unsubscribe();
      expect(count().pending).toBe(1);
      two.unsubscribe();
      expect(count().pending).toBe(0);
    });

    it('sends again for a later subscriber', () => {
      const { source$, done, count } = make();
      const shared$ = source$.pipe(share());
      shared$.subscribe();
      done('a');
      shared$.subscribe();
      expect(count()).toEqual({ started: 2, pending: 1 });
    });
  });

  it('shareReplay sends once, also for a later subscriber', () => {
    const { source$, done, count } = make();
    const shared$ = source$.pipe(shareReplay({ bufferSize: 1, refCount: false }), acks);
    const early = observe(shared$);
    done('ok');
    expect([early, observe(shared$), count().started]).toEqual([['ok', 'complete'], ['ok', 'complete'], 1]);
  });

  it('switchMap leaves the earlier one, and the later one goes in that turn or when it ends', async () => {
    const { source$, done, count } = make();
    const messages = new Subject<void>();
    const log = observe(
      messages.pipe(
        switchMap(() => source$),
        acks,
      ),
    );
    messages.next();
    messages.next();
    await Promise.resolve();
    expect(count()).toEqual({ started: 2, pending: 1 });
    done('second');
    expect(log).toEqual(['second']);
  });

  it('concatMap sends one after the other', () => {
    const { source$, done, count } = make();
    const log = observe(
      of(1, 2).pipe(
        concatMap(() => source$),
        acks,
      ),
    );
    expect(count().started).toBe(1);
    done('a');
    expect(count().started).toBe(2);
    done('b');
    expect(log).toEqual(['a', 'b', 'complete']);
  });

  it('mergeMap sends all at once, and leaves all that are pending', () => {
    const { source$, done, count } = make();
    const sending = of(1, 2, 3)
      .pipe(mergeMap(() => source$))
      .subscribe();
    done('a');
    expect(count()).toEqual({ started: 3, pending: 2 });
    sending.unsubscribe();
    expect(count().pending).toBe(0);
  });

  it('mergeMap ends with the first error, and leaves the others', () => {
    const { source$, fail, count } = make();
    const log = observe(of(1, 2, 3).pipe(mergeMap(() => source$)));
    fail('NAK');
    expect([log, count().pending]).toEqual([[['error', 'NAK']], 0]);
  });

  it('exhaustMap ignores values while a message is pending', () => {
    const { source$, done, count } = make();
    const messages = new Subject<void>();
    const log = observe(
      messages.pipe(
        exhaustMap(() => source$),
        acks,
      ),
    );
    messages.next();
    messages.next();
    done('a');
    messages.next();
    expect([log, count().started]).toEqual([['a'], 2]);
  });

  it('race leaves the losers', () => {
    const [one, two] = [make(), make()];
    const log = observe(race(one.source$, two.source$).pipe(acks));
    two.done('won');
    expect([log, one.count().pending]).toEqual([['won', 'complete'], 0]);
  });

  it('race ends at once if the first tx-done comes at once', () => {
    const log = observe(race(make({ atOnce: 'won' }).source$, NEVER).pipe(acks));
    expect(log).toEqual(['won', 'complete']);
  });

  it('forkJoin waits for all', () => {
    const [one, two] = [make(), make()];
    const log = observe(forkJoin({ one: one.source$.pipe(acks), two: two.source$.pipe(acks) }));
    two.done('b');
    one.done('a');
    expect(log).toEqual([{ one: 'a', two: 'b' }, 'complete']);
  });

  it('forkJoin ends with the first error, and leaves the others', () => {
    const [one, two] = [make(), make()];
    const log = observe(forkJoin([one.source$, two.source$]));
    two.fail('NAK');
    expect([log, one.count().pending]).toEqual([[['error', 'NAK']], 0]);
  });

  it('merge, concat and zip', () => {
    const make3 = () => [make({ atOnce: 'a' }), make({ atOnce: 'b' })].map(({ source$ }) => source$.pipe(acks));
    expect(observe(merge(...make3()))).toEqual(['a', 'b', 'complete']);
    expect(observe(concat(...make3()))).toEqual(['a', 'b', 'complete']);
    expect(observe(zip(...make3()))).toEqual([['a', 'b'], 'complete']);
  });

  it('catchError goes on with something else', () => {
    const { source$, fail } = make();
    const log = observe(source$.pipe(catchError(() => of('instead'))));
    fail('NAK');
    expect(log).toEqual(['instead', 'complete']);
  });

  it('finalize is called once, however it ends', () => {
    const ends: string[] = [];
    const [done, failed, left] = [make(), make(), make()];
    observe(done.source$.pipe(finalize(() => ends.push('done'))));
    observe(failed.source$.pipe(finalize(() => ends.push('failed'))));
    done.done('ok');
    failed.fail('NAK');
    left.source$
      .pipe(finalize(() => ends.push('left')))
      .subscribe()
      .unsubscribe();
    expect(ends).toEqual(['done', 'failed', 'left']);
  });

  it('tap sees subscribe, the notifications, and the end', () => {
    const { source$, done } = make();
    const seen: string[] = [];
    source$
      .pipe(
        tap({
          subscribe: () => seen.push('subscribe'),
          next: () => seen.push('next'),
          complete: () => seen.push('complete'),
          finalize: () => seen.push('finalize'),
        }),
      )
      .subscribe();
    done('ok');
    expect(seen).toEqual(['subscribe', 'next', 'complete', 'finalize']);
  });

  it('materialize shows a value and a completion', () => {
    const { source$, done } = make();
    const log = observe(
      source$.pipe(
        materialize(),
        map(({ kind }) => kind),
      ),
    );
    done('ok');
    expect(log).toEqual(['N', 'C', 'complete']);
  });

  it('an operator that throws leaves, and fails with what it threw', () => {
    const { source$, done } = make();
    const errors: unknown[] = [];
    source$
      .pipe(
        map(() => {
          throw new Error('bad ack');
        }),
      )
      .subscribe({ error: (error: unknown) => errors.push(error) });
    done('ok');
    expect(errors).toEqual([new Error('bad ack')]);
  });
});
