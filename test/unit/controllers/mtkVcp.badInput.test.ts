import { EMPTY, throwError } from 'rxjs';
import { Mailbox } from 'rx-mailbox';
import { createMtkVcp, vcpMessage, type MtkVcpOptions, type VcpMessageInit } from 'rx-mailbox/mtk-vcp';
import type { RegisterSpace } from 'rx-mailbox/registers';
import { sent, VcpBench, words } from '../../support/devices/VcpBench';

const bytes = (length: number) => new Uint8Array(length);
const nothing: RegisterSpace = { read32: () => 0, write32: () => undefined, interrupt$: () => EMPTY };

describe('vcpMessage refuses', () => {
  it.each<[string, unknown, new () => Error, string]>([
    ['a pin of 32', { pin: 32, data: bytes(4) }, RangeError, 'pin is 32; expected an integer from 0 to 31'],
    ['a negative pin', { pin: -1, data: bytes(4) }, RangeError, 'pin is -1; expected an integer from 0 to 31'],
    ['a pin that is not an integer', { pin: 0.5, data: bytes(4) }, RangeError, 'pin is 0.5; expected an integer from 0 to 31'],
    ['a missing pin', { data: bytes(4) }, TypeError, 'pin is undefined; expected an integer from 0 to 31'],
    ['null data', { pin: 1, data: null }, TypeError, 'data is null; expected bytes: a typed array or a DataView'],
    ['missing data', { pin: 1 }, TypeError, 'data is undefined; expected bytes: a typed array or a DataView'],
    [
      'a buffer without a view',
      { pin: 1, data: new ArrayBuffer(4) },
      TypeError,
      'data is an object; expected bytes: a typed array or a DataView',
    ],
    ['bytes that are not whole words', { pin: 1, data: bytes(6) }, RangeError, 'data has 6 bytes; expected a multiple of 4, from 0 to 256'],
    [
      'more bytes than the window has',
      { pin: 1, data: bytes(260) },
      RangeError,
      'data has 260 bytes; expected a multiple of 4, from 0 to 256',
    ],
    [
      'an end beyond the window',
      { pin: 1, offset: 252, data: bytes(8) },
      RangeError,
      'the message takes 8 bytes from offset 252; expected an end within the window of 256 bytes',
    ],
    [
      // Linux adds a length in words to an offset in bytes. So 16 words at 0xf0 pass its check, and overwrite SET_IN.
      '16 words from offset 240, which Linux accepts',
      { pin: 1, offset: 240, data: bytes(64) },
      RangeError,
      'the message takes 64 bytes from offset 240; expected an end within the window of 256 bytes',
    ],
    [
      'more bytes than fit between its pin and the end of the window',
      { pin: 31, data: bytes(12) },
      RangeError,
      'the message takes 12 bytes from offset 248; expected an end within the window of 256 bytes',
    ],
    [
      'a negative offset',
      { pin: 1, offset: -4, data: bytes(4) },
      RangeError,
      'the message offset is -4; expected bytes, a multiple of 4 from 0 to 256',
    ],
    [
      'an odd offset',
      { pin: 1, offset: 6, data: bytes(4) },
      RangeError,
      'the message offset is 6; expected bytes, a multiple of 4 from 0 to 256',
    ],
    ['null', null, TypeError, 'init is null; expected an object'],
  ])('%s', (_, init, type, text) => {
    const make = () => vcpMessage(init as VcpMessageInit);
    expect(make).toThrow(type);
    expect(make).toThrow(text);
  });
});

describe('createMtkVcp refuses', () => {
  it.each<[string, MtkVcpOptions, string]>([
    ['a window of 0', { window: 0 }, 'window is 0; expected an integer from 1 to 32'],
    ['a window of 33', { window: 33 }, 'window is 33; expected an integer from 1 to 32'],
    ['a period of 0', { txPollPeriod: 0 }, 'txPollPeriod is 0; expected milliseconds, > 0 and <= 2147483647'],
    ['a negative quarantine', { quarantine: -1 }, 'quarantine is -1; expected milliseconds, 0 to 2147483647, or Infinity'],
    ['an unknown whenBusy', { whenBusy: 'drop' as 'fail' }, `whenBusy is "drop"; expected 'wait', 'fail'`],
    ['an interrupt line of -1', { interruptLine: -1 }, 'interruptLine is -1; expected an integer >= 0'],
    ['a name that is not a string', { name: 1 as unknown as string }, 'name is 1; expected a string'],
    ['a scheduler that is not one', { scheduler: {} as never }, 'scheduler is an object; expected an RxJS SchedulerLike'],
    ['a table that is not an array', { transmit: {} as never }, 'transmit is an object; expected an array of pins with their slots'],
    ['a table line that is not an object', { receive: [3 as never] }, 'receive[0] is 3; expected an object'],
    ['a pin of 32', { transmit: [{ pin: 32 }] }, 'transmit[0].pin is 32; expected an integer from 0 to 31'],
    ['a pin twice', { transmit: [{ pin: 1 }, { pin: 1, offset: 0 }] }, 'transmit has pin 1 twice; expected each pin once'],
    [
      'bytes that are not whole words',
      { receive: [{ pin: 1, size: 6 }] },
      'receive[0].size is 6; expected bytes, a multiple of 4 from 0 to 256',
    ],
    ['a negative size', { receive: [{ pin: 1, size: -4 }] }, 'receive[0].size is -4; expected bytes, a multiple of 4 from 0 to 256'],
    ['an odd offset', { receive: [{ pin: 1, offset: 2 }] }, 'receive[0] offset is 2; expected bytes, a multiple of 4 from 0 to 256'],
    [
      'slots beyond the window',
      { transmit: [{ pin: 30, size: 20 }] },
      'transmit[0] takes 20 bytes from offset 240; expected an end within the window of 256 bytes',
    ],
    [
      'slots that two pins share',
      { transmit: [{ pin: 1, size: 12 }, { pin: 2 }] },
      'transmit gives pins 1 and 2 the same bytes; expected slots that do not overlap',
    ],
  ])('%s', (_, options, text) => {
    expect(() => createMtkVcp(nothing, options)).toThrow(text);
  });

  it.each([[null, 'registers is null; expected an object'] as const, [{}, 'registers lacks read32, write32 or interrupt$'] as const])(
    'registers like %p',
    (registers, text) => {
      expect(() => createMtkVcp(registers as never)).toThrow(TypeError);
      expect(() => createMtkVcp(registers as never)).toThrow(text);
    },
  );

  it('accepts shared slots for receiving, and a pin in both directions', () => {
    const whole = Array.from({ length: 32 }, (_, pin) => ({ pin, offset: 0, size: 256 }));
    expect(createMtkVcp(nothing, { transmit: [{ pin: 3 }], receive: whole }).channelCount).toBe(1);
  });

  it('a channel other than 0', () => {
    expect(() => new VcpBench().mailbox.requestChannel(1)).toThrow(RangeError);
  });
});

describe('a message that the transmit table forbids fails alone:', () => {
  it.each([
    ['its pin is not in the table', words(5, 1), 'pin 5 is not in transmit; expected a pin that is'],
    [
      'it is longer than its slots',
      words(3, 1, 2, 3),
      'the message takes 12 bytes from offset 24; expected bytes 24 to 32, which pin 3 has in transmit',
    ],
    [
      'it uses slots of another pin',
      vcpMessage({ pin: 3, offset: 32, data: bytes(4) }),
      'the message takes 4 bytes from offset 32; expected bytes 24 to 32, which pin 3 has in transmit',
    ],
    [
      'it starts before its slots',
      vcpMessage({ pin: 3, offset: 20, data: bytes(8) }),
      'the message takes 8 bytes from offset 20; expected bytes 24 to 32, which pin 3 has in transmit',
    ],
  ])('%s', (_, bad, text) => {
    const bench = new VcpBench({ transmit: [{ pin: 3 }, { pin: 4 }] });
    const channel = bench.open();
    const causes: unknown[] = [];
    channel.txDone$.subscribe(({ error }) => error && causes.push(error.cause));
    bench.advance();
    const good = [sent(channel, words(3, 1)), sent(channel, words(4, 2))];
    bench.done();
    const outcomes = sent(channel, bad);
    good.push(sent(channel, vcpMessage({ pin: 4, offset: 36, data: bytes(4) })));
    bench.advance(10);
    expect(outcomes).toEqual(['EIO not-sent']);
    expect(causes).toEqual([new RangeError(text)]);
    expect(good).toEqual([['ok'], ['ok'], ['ok']]);
    expect(bench.arrived.map(({ pin }) => pin)).toEqual([3, 4, 4]);
  });
});

describe('registers that fail', () => {
  function failing() {
    const bench = new VcpBench();
    const broken = { read: undefined as Error | undefined, write: undefined as Error | undefined };
    const space: RegisterSpace = {
      read32(offset) {
        if (broken.read) throw broken.read;
        return bench.registers.read32(offset);
      },
      write32(offset, value) {
        if (broken.write) throw broken.write;
        bench.registers.write32(offset, value);
      },
      interrupt$: (line) => bench.registers.interrupt$(line),
    };
    const mailbox = new Mailbox(createMtkVcp(space, { scheduler: bench.time }), { scheduler: bench.time });
    return { bench, broken, mailbox };
  }

  it('when the channel is requested: the request throws the reason, and the channel stays free', () => {
    const { broken, mailbox } = failing();
    broken.read = new Error('the probe is unplugged');
    expect(() => mailbox.requestChannel(0)).toThrow(broken.read);
    broken.read = undefined;
    expect(mailbox.requestChannel(0).closed).toBe(false);
  });

  it('when a message is written: it fails alone', () => {
    const { bench, broken, mailbox } = failing();
    const channel = mailbox.requestChannel(0);
    bench.advance();
    broken.write = new Error('the probe is unplugged');
    const first = sent(channel, words(1, 1));
    broken.write = undefined;
    const second = sent(channel, words(1, 2));
    bench.advance(5);
    expect([first, second]).toEqual([['EIO not-sent'], ['ok']]);
    expect(bench.arrived).toHaveLength(1);
  });

  it('when a pin is raised: the message fails alone, delivery unknown, and keeps its slots until the pin is clear', () => {
    const { bench, broken, mailbox } = failing();
    bench.model.set({ holds: true });
    const channel = mailbox.requestChannel(0);
    const errors: unknown[] = [];
    channel.txDone$.subscribe(({ error }) => error && errors.push(error.cause));
    bench.advance();
    const signal = vcpMessage({ pin: 1, data: bytes(0) });
    broken.write = new Error('the probe timed out');
    const first = sent(channel, signal);
    bench.advance(1);
    expect([first, errors]).toEqual([['EIO unknown'], [broken.write]]);
    channel.send(signal).subscribe().unsubscribe();
    bench.advance(1);
    broken.write = undefined;
    const second = sent(channel, signal);
    bench.advance(2);
    bench.arrived[0]!.take();
    bench.advance(2);
    expect(second).toEqual(['ok']);
  });

  it('when a message is polled: it fails alone, delivery unknown', () => {
    const { bench, broken, mailbox } = failing();
    const channel = mailbox.requestChannel(0);
    const first = sent(channel, words(1, 1));
    broken.read = new Error('the probe is unplugged');
    bench.advance(1);
    broken.read = undefined;
    const second = sent(channel, words(1, 2));
    bench.advance(5);
    expect([first, second]).toEqual([['EIO unknown'], ['ok']]);
  });

  it('in an interrupt: the link is down until they work again; no message is lost or delivered twice', () => {
    const { bench, broken, mailbox } = failing();
    const channel = mailbox.requestChannel(0);
    const events: unknown[] = [];
    const received: number[] = [];
    channel.events$.subscribe(({ type, error }) => events.push(error ?? type));
    channel.subscribe(({ data }) => received.push(data[0]!));
    bench.advance();
    broken.read = new Error('the probe is unplugged');
    bench.model.raise(1, Uint8Array.of(1, 0, 0, 0));
    bench.advance(5);
    expect(events).toEqual([broken.read]);
    broken.read = undefined;
    bench.advance(5);
    expect(events.slice(1)).toEqual(['up']);
    expect(received).toEqual([1]);
  });

  it('in peekData: it returns false, and the link is down until they work again', () => {
    const { bench, broken, mailbox } = failing();
    const channel = mailbox.requestChannel(0);
    const events: string[] = [];
    channel.events$.subscribe(({ type }) => events.push(type));
    bench.advance();
    broken.read = new Error('the probe is unplugged');
    expect(channel.peekData()).toBe(false);
    broken.read = undefined;
    bench.advance(5);
    expect(events).toEqual(['down', 'up']);
  });

  it('in an acknowledgement: the message is delivered again, because its pin is still raised', () => {
    const { bench, broken, mailbox } = failing();
    const channel = mailbox.requestChannel(0);
    const received: number[] = [];
    channel.subscribe(({ pin }) => received.push(pin));
    bench.advance();
    broken.write = new Error('the probe is unplugged');
    bench.model.raise(1);
    bench.advance();
    broken.write = undefined;
    bench.advance(5);
    expect(received).toEqual([1, 1]);
    expect(bench.registers.read32(0x10c)).toBe(0);
  });

  it('in the interrupt line: the channel closes', () => {
    const space: RegisterSpace = { ...nothing, interrupt$: () => throwError(() => new Error('no such line')) };
    const bench = new VcpBench();
    const channel = new Mailbox(createMtkVcp(space, { scheduler: bench.time })).requestChannel(0);
    const events: unknown[] = [];
    channel.events$.subscribe(({ type, error }) => events.push([type, (error as Error | undefined)?.message]));
    bench.advance();
    expect(events).toEqual([
      ['down', 'no such line'],
      ['closed', 'no such line'],
    ]);
    expect(channel.closed).toBe(true);
  });

  it('because the interrupt line does not exist: the request throws', () => {
    const { registers } = new VcpBench();
    const mailbox = new Mailbox(createMtkVcp(registers, { interruptLine: 2 }));
    expect(() => mailbox.requestChannel(0)).toThrow('line is 2; expected an integer from 0 to 1');
  });

  it('because the interrupt line ends: messages can still be sent', () => {
    const bench = new VcpBench();
    const space: RegisterSpace = {
      read32: (offset) => bench.registers.read32(offset),
      write32: (offset, value) => bench.registers.write32(offset, value),
      interrupt$: () => EMPTY,
    };
    const channel = new Mailbox(createMtkVcp(space, { scheduler: bench.time }), { scheduler: bench.time }).requestChannel(0);
    const outcomes = sent(channel, words(1, 1));
    bench.advance(5);
    expect(outcomes).toEqual(['ok']);
  });
});
