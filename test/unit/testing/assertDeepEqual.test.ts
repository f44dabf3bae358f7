import { assertDeepEqual } from '../../../src/testing/assertDeepEqual';

describe('assertDeepEqual without a global expect', () => {
  const compare = (actual: unknown, expected: unknown): unknown => {
    const runner = globalThis as { expect?: unknown };
    const { expect } = runner;
    delete runner.expect;
    try {
      assertDeepEqual(actual, expected);
      return 'equal';
    } catch (error) {
      return (error as Error).message;
    } finally {
      runner.expect = expect;
    }
  };
  const cycle = (name: string): unknown => {
    const value: Record<string, unknown> = { name };
    value['self'] = value;
    return value;
  };

  it.each([
    [
      [1, { a: NaN }],
      [1, { a: NaN }],
    ],
    [new Map([[1, { a: 1 }]]), new Map([[1, { a: 1 }]])],
    [new Date(5), new Date(5)],
    [new Uint8Array([1, 2]), new Uint8Array([1, 2])],
    [cycle('a'), cycle('a')],
  ])('accepts equal values: %p', (a, b) => {
    expect(compare(a, b)).toBe('equal');
  });

  it.each([
    [1, '1'],
    [null, {}],
    [0, -0],
    [{ a: undefined }, {}],
    [{ a: undefined }, { b: undefined }],
    [[], {}],
    [new Set([1]), new Set([2])],
    [new Date(5), new Date(6)],
    [new Uint8Array([1, 2]), new Uint8Array([1, 3])],
    [cycle('a'), cycle('b')],
    [10n, 11n],
  ])('rejects different values: %p, %p', (a, b) => {
    expect(compare(a, b)).toContain('expected');
  });

  it('shows both values', () => {
    expect(compare({ a: [1, undefined, 2n] }, cycle('x'))).toBe(
      'expected {"name":"x","self":"(seen above)"}\nbut got  {"a":["1","undefined","2"]}',
    );
  });
});
