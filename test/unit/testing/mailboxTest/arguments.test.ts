import { NEVER } from 'rxjs';
import { type Channel } from 'rx-mailbox';
import { mailboxTest, ScriptedController } from 'rx-mailbox/testing';
import { thrown } from '../../../support/errorOf';
import { bytesOf, inVirtualTime } from './bytesInVirtualTime';

describe('invalid arguments of mailboxTest', () => {
  const request = (): Channel<Uint8Array> => inVirtualTime(new ScriptedController<Uint8Array>()).requestChannel(0);

  it.each([
    ['signal', '9 bytes!!', new RangeError('signal has 9 bytes; expected at most 8')],
    ['signal', 5, new TypeError('signal is 5; expected a string or a Uint8Array')],
    ['message', 'x'.repeat(129), new RangeError('message has 129 bytes; expected at most 128')],
    ['message', 'ä'.repeat(65), new RangeError('message has 130 bytes; expected at most 128')],
    ['message', null, new TypeError('message is null; expected a string or a Uint8Array')],
    ['message', [1, 2], new TypeError('message is an array; expected a string or a Uint8Array')],
  ] as const)('%s: %p', (method, data, error) => {
    const test = mailboxTest(request());
    expect(thrown(() => void test[method](data as string))).toEqual(error);
  });

  it('a message longer than the area; the signal is still set', () => {
    const area = { tx: new Uint8Array(4) };
    const controller = new ScriptedController<Uint8Array>();
    const test = mailboxTest((options) => inVirtualTime(controller).requestChannel(0, options), { area });
    test.signal('s');
    expect(thrown(() => test.message('12345'))).toEqual(new RangeError('message has 5 bytes; expected at most 4'));
    test.message('1234').subscribe();
    expect(controller.link().sent).toMatchObject([{ message: bytesOf('s') }]);
  });

  it('a message that encode rejects; the signal is cleared, because it may be the cause', () => {
    const encode = (_message: Uint8Array, signal?: Uint8Array): string => {
      if (signal) throw new RangeError('too wide');
      return 'sent';
    };
    const controller = new ScriptedController();
    const test = mailboxTest<string, string>(inVirtualTime(controller).requestChannel(0), { encode });
    test.signal('s');
    expect(thrown(() => test.message('A'))).toEqual(new RangeError('too wide'));
    test.message('A').subscribe();
    expect(controller.link().sent).toMatchObject([{ message: 'sent' }]);
  });

  it('no channel to send on', () => {
    const test = mailboxTest(null, { rx: NEVER });
    const error = { code: 'ENOTSUP', message: 'there is no channel to send on' };
    expect(thrown(() => test.message('A'))).toMatchObject(error);
    expect(thrown(() => test.signal('A'))).toMatchObject(error);
  });

  it.each<[string, unknown, unknown, Error]>([
    ['nothing at all', null, {}, new TypeError('tx and rx are null; expected a channel, to send or to receive')],
    ['no channel', 5, {}, new TypeError('tx is 5; expected an object')],
    ['no channel either', {}, {}, new TypeError('tx.send is undefined; expected a function')],
    ['no options', null, null, new TypeError('options is null; expected an object')],
    ['an encoder', request(), { encode: 'utf8' }, new TypeError('encode is "utf8"; expected a function')],
    ['a decoder', request(), { decode: 5 }, new TypeError('decode is 5; expected a function')],
    ['no channel to receive from', request(), { rx: 5 }, new TypeError('rx.pipe is undefined; expected a function')],
    ['no area', request(), { area: null }, new TypeError('area is null; expected an object')],
    ['an area', request(), { area: { rx: 128 } }, new TypeError('area.rx is 128; expected a Uint8Array')],
    [
      'an area for a channel that is there already',
      request(),
      { area: { tx: new Uint8Array(8) } },
      new TypeError('tx is an object; expected, for an area to send by, a function that requests the channel with its options'),
    ],
  ])('%s', (_, tx, options, error) => {
    expect(thrown(() => mailboxTest(tx as null, options as object))).toEqual(error);
  });

  it('a time limit', () => {
    expect(thrown(() => mailboxTest(request(), { timeout: 0 }))).toBeInstanceOf(RangeError);
  });
});
