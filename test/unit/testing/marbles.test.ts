import { map, materialize, throwError, timer } from 'rxjs';
import { TxCanceledError, TxFailedError, TxTimeoutError } from 'rx-mailbox';
import { marbles, plain } from 'rx-mailbox/testing';

describe('marbles', () => {
  // #region example
  it(
    'tells errors apart by their fields',
    marbles(({ cold, expectObservable }) => {
      const sent = cold('--#', undefined, new TxTimeoutError('total', 10, 'unknown'));
      expectObservable(sent).toBe('--#', undefined, new TxTimeoutError('total', 10, 'unknown'));
    }),
  );
  // #endregion example

  it.each([
    ['code', Object.assign(new Error('no'), { code: 'EIO' }), Object.assign(new Error('no'), { code: 'ETIME' })],
    ['cause', new Error('no', { cause: 1 }), new Error('no', { cause: 2 })],
    ['message', new Error('no'), new Error('yes')],
    ['name', new TypeError('no'), new RangeError('no')],
    ['field of the cause', new TxFailedError('sent', { a: 1 }), new TxFailedError('sent', { a: 2 })],
    ['delivery', new TxCanceledError('unknown', 'x'), Object.assign(new TxCanceledError('unknown', 'x'), { delivery: 'sent' })],
    ['presence', new Error('no'), 'no'],
  ])('sees a difference in %s', (_what, actual, expected) => {
    const compare = (wrap: (error: unknown) => unknown) =>
      marbles(({ cold, expectObservable }) => {
        expectObservable(cold('a', { a: wrap(actual) })).toBe('a', { a: wrap(expected) });
      });
    const fail = marbles(({ expectObservable }) => {
      expectObservable(throwError(() => actual)).toBe('#', undefined, expected);
    });
    expect(fail).toThrow('toStrictEqual');
    expect(compare((error) => error)).toThrow('toStrictEqual');
    expect(compare((error) => [{ deep: error }])).toThrow('toStrictEqual');
  });

  it('sees the error of a materialized notification', () => {
    const failed = (code: string) => Object.assign(new Error('no'), { code });
    const compare = (code: string) =>
      marbles(({ cold, expectObservable }) => {
        expectObservable(cold('a#', undefined, failed('EIO')).pipe(materialize())).toBe('a(e|)', {
          a: { kind: 'N', value: 'a' },
          e: { kind: 'E', error: failed(code) },
        });
      });
    expect(compare('EIO')).not.toThrow();
    expect(compare('ETIME')).toThrow('toStrictEqual');
  });

  it(
    'runs in virtual time',
    marbles(({ expectObservable, scheduler }) => {
      expectObservable(timer(60_000).pipe(map(() => scheduler.now()))).toBe('1m (t|)', { t: 60_000 });
    }),
  );

  it('compares with the given function', () => {
    const calls: unknown[] = [];
    const test = marbles(({ cold, expectObservable }) => expectObservable(cold('a')).toBe('b'), {
      assertDeepEqual: (actual, expected) => calls.push([actual, expected]),
    });
    test();
    const at0 = (value: string) => [{ frame: 0, notification: { kind: 'N', value, error: undefined } }];
    expect(calls).toEqual([[at0('a'), at0('b')]]);
  });

  it('accepts asymmetric matchers of the runner', () => {
    const error = new TxTimeoutError('total', 10, 'unknown');
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('#', undefined, error)).toBe('#', undefined, expect.objectContaining({ code: 'ETIME' }));
    })();
    expect(plain(error)).toEqual({
      name: 'TxTimeoutError',
      message: error.message,
      code: 'ETIME',
      delivery: 'unknown',
      clock: 'total',
      limit: 10,
    });
  });
});
