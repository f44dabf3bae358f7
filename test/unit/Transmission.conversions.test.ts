import { firstValueFrom, from, lastValueFrom, type Observable } from 'rxjs';
import { type TxReceipt } from 'rx-mailbox';
import { sources, type MakeSource } from '../support/sources';
import { observe } from '../support/observe';

type Foreign = Observable<TxReceipt<string>> & { pipe(...operators: unknown[]): unknown };

function secondCopy(): typeof import('rxjs') {
  let copy: typeof import('rxjs') | undefined;
  jest.isolateModules(() => (copy = jest.requireActual('rxjs')));
  return copy!;
}

describe.each(sources)('%s', (_name, make: MakeSource) => {
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

    it('its flattening operators take it', async () => {
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
      await Promise.resolve();
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
