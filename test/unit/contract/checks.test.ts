import {
  assertAcknowledgement,
  assertFunction,
  assertInteger,
  assertObject,
  assertOneOf,
  assertPeriod,
  assertQuarantine,
  assertScheduler,
  assertTimeLimit,
  isThenable,
  MAX_DELAY,
  show,
} from '../../../src/contract/checks';

/** An object that throws whatever it is asked. */
const hostile = (): object =>
  new Proxy(
    {},
    {
      get: () => {
        throw new Error('oops');
      },
    },
  );

describe('show', () => {
  it.each<[unknown, string]>([
    ['a text', '"a text"'],
    [5, '5'],
    [-0, '0'],
    [5n, '5'],
    [true, 'true'],
    [undefined, 'undefined'],
    [null, 'null'],
    [Symbol('x'), 'Symbol(x)'],
    [[1], 'an array'],
    [{}, 'an object'],
    [new Date(), 'an object'],
    [() => 1, 'a function'],
    [Promise.resolve(), 'a promise'],
  ])('prints %p', (value, text) => {
    expect(show(value)).toBe(text);
  });

  it('never throws', () => {
    expect(show(hostile())).toBe('an object');
    expect(show(Object.create(null))).toBe('an object');
  });
});

describe('isThenable', () => {
  it.each<[string, unknown, boolean]>([
    ['a promise', Promise.resolve(), true],
    ['an object with a then', { then: () => undefined }, true],
    ['a function with a then', Object.assign(() => undefined, { then: () => undefined }), true],
    ['an object whose then is no function', { then: 1 }, false],
    ['an object', {}, false],
    ['a function', () => undefined, false],
    ['a text', 'then', false],
    ['undefined', undefined, false],
    ['null', null, false],
    ['an object that throws', hostile(), false],
  ])('%s: %#', (_what, value, thenable) => {
    expect(isThenable(value)).toBe(thenable);
  });
});

describe.each<[string, (value: unknown) => void, { right: unknown[]; outside: unknown[]; wrong: unknown[]; says: string }]>([
  [
    'a limit',
    (value) => assertTimeLimit('limit', value),
    {
      right: [1, 1.5, MAX_DELAY],
      outside: [0, 0.99, -1, NaN, Infinity, 2 ** 31],
      wrong: ['1', null, undefined, 1n],
      says: 'milliseconds, 1 to 2147483647',
    },
  ],
  [
    'a period',
    (value) => assertPeriod('limit', value),
    {
      right: [0.01, 1, MAX_DELAY],
      outside: [0, -1, NaN, Infinity, 2 ** 31],
      wrong: ['1', null],
      says: 'milliseconds, > 0 and <= 2147483647',
    },
  ],
  [
    'a quarantine',
    (value) => assertQuarantine('limit', value),
    {
      right: [0, 0.5, MAX_DELAY, Infinity],
      outside: [-1, NaN, -Infinity, 2 ** 31],
      wrong: ['1', null],
      says: 'milliseconds, 0 to 2147483647, or Infinity',
    },
  ],
  [
    'an integer from a number on',
    (value) => assertInteger('limit', value, 1),
    { right: [1, 2 ** 40], outside: [0, 1.5, NaN, Infinity, 2 ** 53], wrong: ['1', true], says: 'an integer >= 1' },
  ],
  [
    'an integer of a range',
    (value) => assertInteger('limit', value, 0, 3),
    { right: [0, 3], outside: [-1, 4, 0.5], wrong: ['1'], says: 'an integer from 0 to 3' },
  ],
])('%s', (_what, assert, { right, outside, wrong, says }) => {
  it.each(right.map((value) => [value]))('may be %p', (value) => {
    expect(() => assert(value)).not.toThrow();
  });

  it.each(outside.map((value) => [value]))('%p is outside: RangeError', (value) => {
    expect(() => assert(value)).toThrow(RangeError);
    expect(() => assert(value)).toThrow(`limit is ${String(value)}; expected ${says}`);
  });

  it.each(wrong.map((value) => [value]))('%p is no number: TypeError', (value) => {
    expect(() => assert(value)).toThrow(TypeError);
    expect(() => assert(value)).toThrow(`limit is ${show(value)}; expected ${says}`);
  });
});

describe('a TypeError says what is expected', () => {
  it.each<[string, () => void]>([
    [`way is "a"; expected 'b', 'c'`, () => assertOneOf('way', 'a', ['b', 'c'])],
    ['clock is null; expected an RxJS SchedulerLike', () => assertScheduler('clock', null)],
    ['clock is an object; expected an RxJS SchedulerLike', () => assertScheduler('clock', { now: () => 0 })],
    ['call is 1; expected a function', () => assertFunction('call', 1)],
    ['options is null; expected an object', () => assertObject('options', null)],
    ['options is a function; expected an object', () => assertObject('options', () => undefined)],
    ['result is 5; expected an object', () => assertAcknowledgement(5)],
    ['result.token is "1"; expected an integer >= 1', () => assertAcknowledgement({ token: '1' })],
  ])('%s', (text, check) => {
    expect(check).toThrow(new TypeError(text));
  });

  it('and nothing where it is right', () => {
    assertOneOf('way', 'b', ['b', 'c']);
    assertScheduler('clock', { schedule: () => undefined });
    assertFunction('call', () => undefined);
    assertObject('options', []);
    assertAcknowledgement({});
    assertAcknowledgement({ token: 1, ack: 'any' });
  });
});
