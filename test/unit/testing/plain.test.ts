import { TxFailedError } from 'rx-mailbox';
import { plain } from 'rx-mailbox/testing';

describe('plain', () => {
  it('shows every field of an error but the stack', () => {
    // #region example
    const error = new TxFailedError('sent', Object.assign(new Error('NAK'), { code: 21 }));
    expect(plain(error)).toStrictEqual({
      name: 'TxFailedError',
      message: 'the device reported a failure: NAK',
      code: 'EIO',
      delivery: 'sent',
      cause: { name: 'Error', message: 'NAK', code: 21 },
    });
    // #endregion example
  });

  it('leaves everything else as it is', () => {
    const date = new Date();
    const bytes = new Uint8Array(2);
    const map = new Map([[1, new Error('not looked into')]]);
    for (const value of [0, '', null, undefined, NaN, date, bytes, map, test]) expect(plain(value)).toBe(value);
    expect(plain([, 1, { a: undefined, [Symbol.for('s')]: 2 }])).toStrictEqual([, 1, { a: undefined, [Symbol.for('s')]: 2 }]);
  });

  it('handles cycles', () => {
    const error: Error & { self?: unknown } = new Error('round');
    error.self = [error];
    const copy = plain(error) as { self: unknown[] };
    expect(copy.self[0]).toBe(copy);
  });

  it('recognizes errors of other realms and of the platform', () => {
    expect(plain(AbortSignal.abort().reason)).toMatchObject({ name: 'AbortError' });
    expect(plain(new AggregateError([new Error('a')], 'all'))).toEqual({
      name: 'AggregateError',
      message: 'all',
      errors: [{ name: 'Error', message: 'a' }],
    });
  });
});
