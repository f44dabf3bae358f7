import { threwInstead, wrongAnswer } from '../../../src/contract/guards';

describe('what is wrong with an answer', () => {
  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 0, '0'],
    ['a text', '', '""'],
    ['an object', {}, 'an object'],
    ['an array', [], 'an array'],
    ['a function', () => undefined, 'a function'],
    ['a promise', Promise.resolve(), 'a promise'],
    ['what can be taken for a promise', { then: () => undefined }, 'a promise'],
    ['an object whose then is no function', { then: 1 }, 'an object'],
    ['a symbol', Symbol('x'), 'Symbol(x)'],
  ])('is said by a TypeError that names the callback: %s', (_what, answer, shown) => {
    const error = wrongAnswer('sendData', answer, "'accepted' or 'busy'");
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe(`sendData returned ${shown}; expected 'accepted' or 'busy'`);
  });

  it('a promise that is rejected is handled: nobody else will do that', () => {
    const handlers: unknown[][] = [];
    wrongAnswer('abort', { then: (...given: unknown[]) => handlers.push(given) }, 'nothing');
    expect(handlers).toEqual([[expect.any(Function), expect.any(Function)]]);
    for (const handler of handlers[0] as (() => unknown)[]) expect(handler()).toBeUndefined();
  });

  it('a real one leaves no unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): unknown => unhandled.push(reason);
    process.on('unhandledRejection', listen);
    wrongAnswer('abort', Promise.reject(new Error('nobody handles this')), 'nothing');
    // Node looks for rejections that nobody handles after all microtasks.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });

  it.each<[string, object]>([
    [
      'is called',
      {
        then: () => {
          throw new Error('oops');
        },
      },
    ],
    [
      'is looked up the second time',
      (() => {
        let looked = 0;
        return {
          get then() {
            if (++looked > 1) throw new Error('oops');
            return () => undefined;
          },
        };
      })(),
    ],
  ])('a thenable that throws when its then %s harms nobody', (_when, thenable) => {
    expect(() => wrongAnswer('abort', thenable, 'nothing')).not.toThrow();
  });
});

describe('what is wrong with a callback that throws where it must not', () => {
  it.each([[new Error('oops')], ['oops'], [undefined], [null]])('is said by a TypeError whose cause is %p', (cause) => {
    const error = threwInstead('lastTxDone', cause);
    expect(error).toBeInstanceOf(TypeError);
    expect([error.message, error.cause]).toEqual(['lastTxDone threw', cause]);
  });
});
