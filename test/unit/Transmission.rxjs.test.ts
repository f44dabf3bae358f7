import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  exhaustMap,
  finalize,
  first,
  firstValueFrom,
  forkJoin,
  from,
  lastValueFrom,
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
  timeout,
  timer,
  toArray,
  zip,
  type Observable,
} from 'rxjs';
import { isMailboxError, Mailbox, Transmission, txTimeout, TxTimeoutError, type TxReceipt } from 'rx-mailbox';
import { marbles, ScriptedController } from 'rx-mailbox/testing';
import { sources, type MakeSource } from '../support/sources';
import { timeline } from '../support/timeline';

const acks = map(({ ack }: TxReceipt<string>) => ack);

/** Subscribes and writes down what comes. */
function observe(source$: Observable<unknown>): unknown[] {
  const log: unknown[] = [];
  source$.subscribe({
    next: (value) => log.push(value),
    error: (error: Error) => log.push(['error', error.cause]),
    complete: () => log.push('complete'),
  });
  return log;
}

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

  it('switchMap leaves the earlier one', () => {
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

  it('pipe() without operators is the source itself', () => {
    const { source$ } = make();
    expect(source$.pipe()).toBe(source$);
  });

  it('from() takes it as it is', () => {
    const { source$ } = make();
    expect(from(source$)).toBe(source$);
  });

  it('firstValueFrom', async () => {
    const { source$, done } = make();
    const promise = firstValueFrom(source$);
    done('ok');
    await expect(promise).resolves.toEqual({ token: 1, ack: 'ok' });
  });

  it('firstValueFrom rejects with the error', async () => {
    const { source$, fail } = make();
    const promise = firstValueFrom(source$);
    fail('NAK');
    await expect(promise).rejects.toMatchObject({ code: 'EIO', cause: 'NAK' });
  });

  it('lastValueFrom', async () => {
    const { source$, done, fail } = make();
    const promises = [lastValueFrom(source$), lastValueFrom(source$)];
    done('ok');
    fail('NAK');
    await expect(Promise.allSettled(promises)).resolves.toEqual([
      { status: 'fulfilled', value: { token: 1, ack: 'ok' } },
      { status: 'rejected', reason: expect.objectContaining({ cause: 'NAK' }) as unknown },
    ]);
  });

  it('forEach', async () => {
    const [first, second, third] = [make(), make(), make()];
    const seen: unknown[] = [];
    const promise = first.source$.forEach(({ ack }) => seen.push(ack));
    const failing = second.source$.forEach(() => undefined);
    const throwing = third.source$.forEach(() => {
      throw new Error('oops');
    });
    first.done('ok');
    second.fail('NAK');
    third.done('ok');
    await promise;
    await expect(failing).rejects.toMatchObject({ cause: 'NAK' });
    await expect(throwing).rejects.toThrow('oops');
    expect(seen).toEqual(['ok']);
  });

  it('toPromise', async () => {
    const { source$, done } = make();
    // eslint-disable-next-line rxjs-x/no-topromise -- deprecated, and promised all the same
    const promise = source$.toPromise();
    done('ok');
    await expect(promise).resolves.toEqual({ token: 1, ack: 'ok' });
  });

  describe('with a second copy of RxJS', () => {
    const other = secondCopy();

    it('which is really another copy', () => {
      expect(other.Observable).not.toBe(jest.requireActual<typeof import('rxjs')>('rxjs').Observable);
    });

    it('its operators work on it', () => {
      const { source$, done, count } = make();
      const log = observe(
        (source$ as Foreign).pipe(
          other.retry(2),
          other.map(({ ack }) => ack),
        ),
      );
      done('ok');
      expect([log, count().pending]).toEqual([['ok', 'complete'], 0]);
    });

    it('its operators leave it', () => {
      const { source$, count } = make();
      const log = observe((source$ as Foreign).pipe(other.takeUntil(other.of(1))));
      const stop = new other.Subject<void>();
      const second = observe((source$ as Foreign).pipe(other.takeUntil(stop)));
      expect(count().pending).toBe(1);
      stop.next();
      expect([log, second, count().pending]).toEqual([['complete'], ['complete'], 0]);
    });

    it('its Subscribers work on it', () => {
      const { source$, done, count } = make();
      const log: unknown[] = [];
      const observer = {
        next: ({ ack }: TxReceipt<string>) => log.push(ack),
        error: () => log.push('error'),
        complete: () => log.push('complete'),
      };
      const subscriber = new other.Subscriber(observer);
      const left = new other.Subscriber(observer);
      source$.subscribe(subscriber);
      source$.subscribe(left);
      left.unsubscribe();
      done('ok');
      expect([log, subscriber.closed, count().pending]).toEqual([['ok', 'complete'], true, 0]);
    });

    it('its from() takes it', () => {
      const { source$, done } = make();
      const log = observe(other.from(source$).pipe(other.map(({ ack }) => ack)));
      done('ok');
      expect(log).toEqual(['ok', 'complete']);
    });

    it('its flattening operators take it', () => {
      const { source$, done, count } = make();
      const messages = new other.Subject<void>();
      const log = observe(
        messages.pipe(
          other.switchMap(() => source$),
          other.map(({ ack }) => ack),
        ),
      );
      messages.next();
      messages.next();
      done('second');
      expect([log, count()]).toEqual([['second'], { started: 2, pending: 0 }]);
    });

    it('its firstValueFrom awaits it', async () => {
      const { source$, done } = make();
      const promise = other.firstValueFrom(other.from(source$));
      done('ok');
      await expect(promise).resolves.toEqual({ token: 1, ack: 'ok' });
    });

    it('its Subscriptions own it', () => {
      const { source$, count } = make();
      const parent = new other.Subscription();
      parent.add(source$.subscribe());
      parent.unsubscribe();
      expect(count().pending).toBe(0);
    });
  });
});

type Foreign = Observable<TxReceipt<string>> & { pipe(...operators: unknown[]): unknown };

function secondCopy(): typeof import('rxjs') {
  let copy: typeof import('rxjs') | undefined;
  jest.isolateModules(() => (copy = jest.requireActual('rxjs')));
  return copy!;
}

describe('in virtual time', () => {
  it(
    'TestScheduler compares it as any Observable',
    marbles(({ script, expectObservable }) => {
      const controller = new ScriptedController<string, string, string>({
        script: script('---d---f', { d: { type: 'taken', ack: 'ok' }, f: { type: 'taken', error: 'NAK' } }),
      });
      const channel = new Mailbox(controller).requestChannel(0);
      const failure = expect.objectContaining({ code: 'EIO', delivery: 'sent', cause: 'NAK' }) as unknown;
      expectObservable(channel.send('A')).toBe('---(r|)', { r: { token: 1, ack: 'ok' } });
      expectObservable(channel.send('B')).toBe('-------#', {}, failure);
    }),
  );

  it(
    'TestScheduler unsubscribes from it as from any Observable',
    marbles(({ expectObservable }) => {
      const channel = new Mailbox(new ScriptedController()).requestChannel(0);
      const reports$ = channel.txDone$.pipe(map(({ message, error }) => `${message} ${error?.code} ${error?.delivery}`));
      expectObservable(reports$).toBe('       ---ab', { a: 'A ECANCELED unknown', b: 'B ECANCELED unknown' });
      expectObservable(channel.send('A'), '   ^--!').toBe('----');
      expectObservable(channel.send('B'), '   ^---!').toBe('----');
    }),
  );

  it(
    'the timeout of RxJS leaves it too',
    timeline((t) => {
      const { channel } = t.open({ reports: true });
      channel
        .send('A')
        .pipe(timeout(5))
        .subscribe({ error: (error: Error) => t.write(error.name) });
      t.expect('0 sendData A', expect.stringMatching('5') as string, expect.stringMatching('5') as string);
      expect(t.lines.slice(1).sort()).toEqual(['5 TimeoutError', '5 report A ECANCELED unknown']);
    }),
  );

  it(
    'repeat and retry with a delay keep to the virtual time',
    timeline((t) => {
      const { channel } = t.open({ onSend: (_message, token, link) => link.txDone(token === 2 ? { token, error: 'NAK' } : { token }) });
      channel
        .send('A')
        .pipe(repeat({ count: 2, delay: 3 }), retry({ delay: 10, count: 1 }))
        .subscribe({ complete: () => t.write('complete') });
      t.expect('0 sendData A', '3 sendData A', '13 sendData A', '16 sendData A', '16 complete');
    }),
  );

  it(
    'a policy before retry has its own clock for each attempt, after it one for all',
    timeline((t) => {
      const { channel } = t.open();
      channel.send('A').pipe(txTimeout(10), retry(5), txTimeout(25)).subscribe(t.sender('A'));
      t.expect('0 sendData A', '10 sendData A', '20 sendData A', '25 A ETIME unknown');
    }),
  );

  it(
    'an error of the total clock after retry is that of the attempt which was left',
    timeline((t) => {
      const { channel } = t.open();
      const reported: unknown[] = [];
      let failure: unknown;
      channel.txDone$.subscribe(({ error }) => reported.push(error));
      channel
        .send('A')
        .pipe(txTimeout(10), retry(5), txTimeout(15))
        .subscribe({ error: (error: unknown) => (failure = error) });
      t.expect('0 sendData A', '10 sendData A');
      expect(reported).toHaveLength(2);
      expect(failure).toBe(reported[1]);
      expect(failure).toEqual(new TxTimeoutError('total', 15, 'unknown'));
    }),
  );

  it(
    'timer and defer around it stay cold',
    timeline((t) => {
      const { channel } = t.open({ onSend: (_message, token, link) => link.txDone({ token }) });
      timer(5)
        .pipe(switchMap(() => defer(() => channel.send('A')).pipe(toArray())))
        .subscribe((receipts) => t.write(`${receipts.length} receipt`));
      t.expect('5 sendData A', '5 1 receipt');
    }),
  );
});

it('a Transmission of a closed channel errors to each of its subscribers, at once', () => {
  const channel = new Mailbox(new ScriptedController()).requestChannel(0);
  const sending$ = channel.send('A');
  channel.close();
  const errors: unknown[] = [];
  sending$.subscribe({ error: (error: unknown) => errors.push(error) });
  sending$.pipe(map(({ token }) => token)).subscribe({ error: (error: unknown) => errors.push(error) });
  expect(errors.map((error) => isMailboxError(error, 'ESHUTDOWN') && error.delivery)).toEqual(['not-sent', 'not-sent']);
});

it.each([[''], ['0'], [0], [false], [null], [undefined], [NaN], [0n]])('sends a falsy message as it is: %p', (message) => {
  const controller = new ScriptedController<unknown, unknown, unknown>();
  const channel = new Mailbox(controller).requestChannel(0);
  const reports: unknown[] = [];
  channel.txDone$.subscribe((report) => reports.push(report));
  const log = observe(channel.send(message));
  expect(controller.link().sent[0]!.message).toBe(message);
  controller.link().txDone({ token: 1, ack: message });
  expect(log).toEqual([{ token: 1, ack: message }, 'complete']);
  expect(reports).toEqual([{ token: 1, message, ack: message }]);
});

it('passes a message on by identity', () => {
  const message = { deep: [1, 2] };
  const controller = new ScriptedController<object, unknown, unknown>();
  const channel = new Mailbox(controller).requestChannel(0);
  channel.send(message).subscribe();
  expect(controller.link().sent[0]!.message).toBe(message);
});

it('operators of RxJS make no Transmission of it', () => {
  const channel = new Mailbox(new ScriptedController()).requestChannel(0);
  expect(channel.send('A').pipe(map(({ token }) => token))).not.toBeInstanceOf(Transmission);
  expect(channel.send('A').pipe(takeUntil(EMPTY))).not.toBeInstanceOf(Transmission);
});
