import { firstValueFrom, map, NEVER, of, Subject, VirtualTimeScheduler } from 'rxjs';
import { Mailbox, type Channel, type MailboxController } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';
import { mailboxTest, marbles, ScriptedController, type MailboxTestOptions } from 'rx-mailbox/testing';
import { hexDump } from '../../../src/testing/mailboxTest/hexDump';
import { thrown } from '../../support/errorOf';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
/** Nobody lets its time pass. */
const inVirtualTime = <Tx, Rx>(controller: MailboxController<Tx, Rx, void>): Mailbox<Tx, Rx> =>
  new Mailbox(controller, { scheduler: new VirtualTimeScheduler() });
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);

describe('mailboxTest', () => {
  // #region example
  it('sends bytes, and shows what came back', async () => {
    const [near, far] = createLoopback<Uint8Array>();
    const device = new Mailbox(far).requestChannel(0);
    device.subscribe((message) => device.next(message.slice().reverse()));

    const test = mailboxTest(new Mailbox(near).requestChannel(0));
    await firstValueFrom(test.message('!krow sexobliaM'));
    expect(await firstValueFrom(test.read())).toBe('4d 61 69 6c 62 6f 78 65 73 20 77 6f 72 6b 21     Mailboxes work!');
    expect(test.readNow()).toBeUndefined(); // reading clears it

    test.close();
    device.close();
  });
  // #endregion example

  // #region area
  it('signals, with the message in memory that both processors see', async () => {
    const [toDevice, toUs] = [new Uint8Array(128), new Uint8Array(128)];
    const [near, far] = createLoopback<number>();
    const device = new Mailbox(far).requestChannel(0);
    device.subscribe((signal) => {
      toUs.set(toDevice.map((byte) => byte && byte - 0x20)); // in capitals
      device.next(signal + 1);
    });

    const mailbox = new Mailbox(near);
    const test = mailboxTest((options) => mailbox.requestChannel(0, options), {
      area: { tx: toDevice, rx: toUs.subarray(0, 16) },
      encode: (signal) => signal[0]!,
    });

    test.signal(Uint8Array.of(7));
    await firstValueFrom(test.message('shared'));
    expect(await firstValueFrom(test.read())).toBe('53 48 41 52 45 44 00 00 00 00 00 00 00 00 00 00  SHARED..........');

    test.close(); // and the channel, which was requested for it
    expect(() => mailbox.requestChannel(0)).not.toThrow();
  });
  // #endregion area
});

describe('what is sent', () => {
  /** A channel, what was handed to its link, and memory to send by. */
  function scripted<Tx = Uint8Array>(options: MailboxTestOptions<Tx, Tx> = {}) {
    const controller = new ScriptedController<Tx, Tx, void>({ correlation: 'untagged' });
    const mailbox = inVirtualTime(controller);
    const test = mailboxTest<Tx, Tx>((settings) => mailbox.requestChannel(0, settings), options);
    return { test, link: controller.link(), messages: () => controller.link().sent.map(({ message }) => message) };
  }

  it('is the message, in UTF-8', () => {
    const { test, messages } = scripted();
    test.message('häh').subscribe();
    expect(messages()).toEqual([Uint8Array.of(0x68, 0xc3, 0xa4, 0x68)]);
  });

  it('is nothing until it is subscribed, and once for each subscription', () => {
    const { test, link, messages } = scripted();
    const message$ = test.message('again');
    expect(messages()).toEqual([]);
    message$.subscribe();
    message$.subscribe();
    link.txDoneOldest();
    expect(messages().map(text)).toEqual(['again', 'again']);
  });

  it('is a copy of the time of the call', () => {
    const { test, messages } = scripted();
    const buffer = bytes('before');
    const message$ = test.message(buffer);
    buffer.fill(0);
    message$.subscribe();
    expect(messages().map(text)).toEqual(['before']);
  });

  it.each([
    ['128 bytes', 'm'.repeat(128), 's'.repeat(8)],
    ['none', '', ''],
  ])('has %s', (_, message, signal) => {
    const area = { tx: new Uint8Array(128).fill(0xff) };
    const { test, messages } = scripted({ area });
    test.signal(signal);
    test.message(message).subscribe();
    expect(messages().map(text)).toEqual([signal]);
    expect(text(area.tx)).toBe(message.padEnd(128, '\0'));
  });

  it('is the message although there is a signal, where there is no area; the encoder is told of it', () => {
    const { test, messages } = scripted<string>({ encode: (message, signal) => `${text(message)}/${signal ? text(signal) : 'none'}` });
    test.signal('s');
    test.message('a').subscribe();
    expect(messages()).toEqual(['a/s']);
  });

  it('is the message although there is an area, where there is no signal; the area has it, too', () => {
    const area = { tx: new Uint8Array(4) };
    const { test, messages } = scripted({ area });
    test.message('both').subscribe();
    expect([...messages(), area.tx].map(text)).toEqual(['both', 'both']);
  });

  it('has the latest signal, once', () => {
    const { test, link, messages } = scripted({ area: { tx: new Uint8Array(128) } });
    test.signal('first');
    test.signal('second');
    for (const message of ['A', 'B']) test.message(message).subscribe();
    link.txDoneOldest();
    expect(messages().map(text)).toEqual(['second', 'B']);
  });

  it('goes one at a time: the area has the message whose turn it is', () => {
    const area = { tx: new Uint8Array(1) };
    const { test, link } = scripted({ area });
    const log: string[] = [];
    for (const message of ['A', 'B', 'C']) {
      test.signal('go');
      test.message(message).subscribe({ complete: () => log.push(`${message} ${text(area.tx)}`) });
    }
    expect(text(area.tx)).toBe('A');
    for (let n = 0; n < 3; n++) link.txDoneOldest();
    expect(log).toEqual(['A A', 'B B', 'C C']);
  });

  it('is not what was withdrawn while it waited', () => {
    const { test, link, messages } = scripted();
    test.message('A').subscribe();
    const waiting = test.message('B').subscribe();
    test.message('C').subscribe();
    waiting.unsubscribe();
    link.txDoneOldest();
    expect(messages().map(text)).toEqual(['A', 'C']);
  });

  it('may be sent from inside the outcome of another', () => {
    const [near, far] = createLoopback<Uint8Array>();
    const seen: string[] = [];
    new Mailbox(far).requestChannel(0).subscribe((message) => seen.push(text(message)));
    const test = mailboxTest(new Mailbox(near).requestChannel(0));
    test.message('A').subscribe({ complete: () => test.message('B').subscribe() });
    expect(seen).toEqual(['A', 'B']);
  });

  it(
    'has half a second, from its own turn on',
    marbles(({ expectObservable }) => {
      const controller = new ScriptedController<Uint8Array>({ correlation: 'tagged' });
      const test = mailboxTest(new Mailbox(controller).requestChannel(0));
      const late = (delivery: string): unknown => expect.objectContaining({ code: 'ETIME', delivery });
      expectObservable(test.message('A')).toBe('500ms #', {}, late('unknown'));
      expectObservable(test.message('B')).toBe('1s #', {}, late('unknown'));
    }),
  );

  it(
    'has the time that it is given',
    marbles(({ expectObservable }) => {
      const controller = new ScriptedController<Uint8Array>();
      const test = mailboxTest(new Mailbox(controller).requestChannel(0), { timeout: { inFlight: 20 } });
      expectObservable(test.message('A')).toBe('20ms #', {}, expect.objectContaining({ code: 'ETIME' }));
    }),
  );

  it('fails alone', () => {
    const { test, link } = scripted();
    const log: string[] = [];
    test.message('A').subscribe({ error: ({ code }: { code: string }) => log.push(code) });
    test.message('B').subscribe({ complete: () => log.push('ok') });
    link.txDoneOldest({ error: new Error('NAK') });
    link.txDoneOldest();
    expect(log).toEqual(['EIO', 'ok']);
  });
});

describe('what is read', () => {
  /** A test that receives what the subject emits. */
  function receiving(options: MailboxTestOptions<Uint8Array, Uint8Array> = {}) {
    const rx = new Subject<Uint8Array>();
    return { rx, test: mailboxTest(null, { rx, ...options }) };
  }

  it('is the latest message, in lines of 16 bytes', () => {
    const { rx, test } = receiving();
    rx.next(bytes('overwritten, although nobody has read it'));
    rx.next(bytes('the quick brown fox\n'));
    expect(test.readNow()?.split('\n')).toEqual([
      '74 68 65 20 71 75 69 63 6b 20 62 72 6f 77 6e 20  the quick brown ',
      '66 6f 78 0a                                      fox.',
    ]);
  });

  it('has a dot for what cannot be printed', () => {
    const { rx, test } = receiving();
    rx.next(Uint8Array.of(0x1f, 0x20, 0x7e, 0x7f, 0xff));
    expect(test.readNow()).toBe('1f 20 7e 7f ff                                   . ~..');
  });

  it('has 128 bytes at most', () => {
    const { rx, test } = receiving();
    rx.next(new Uint8Array(200).fill(0x41));
    expect(test.readNow()?.split('\n')).toEqual(Array.from({ length: 8 }, () => `${'41 '.repeat(16)} ${'A'.repeat(16)}`));
  });

  it('is waited for', () => {
    const { rx, test } = receiving();
    const log: string[] = [];
    test.read().subscribe({ next: (dump) => log.push(`first: ${dump.slice(-1)}`), complete: () => log.push('first: over') });
    test.read().subscribe((dump) => log.push(`second: ${dump.slice(-1)}`));
    rx.next(bytes('A'));
    expect(log).toEqual(['first: A', 'first: over']);
    rx.next(bytes('B'));
    expect(log).toEqual(['first: A', 'first: over', 'second: B']);
    expect(test.readNow()).toBeUndefined();
  });

  it('is not taken by whoever has stopped waiting', () => {
    const { rx, test } = receiving();
    test.read().subscribe().unsubscribe();
    rx.next(bytes('A'));
    expect(test.readNow()).toMatch(/^41 /);
  });

  it('says where a message has no bytes', () => {
    const { rx, test } = receiving();
    rx.next(bytes(''));
    expect(test.readNow()).toBe('<empty>');
  });

  it('says what was not understood, and goes on', () => {
    const rx = new Subject<unknown>();
    const test = mailboxTest<Uint8Array, unknown>(null, { rx, decode: (message) => bytes((message as string).trim()) });
    rx.next(5);
    expect(test.readNow()).toBe('<not understood: message.trim is not a function>');
    rx.next(' 5 ');
    expect(test.readNow()).toMatch(/^35 /);

    const bare = mailboxTest<Uint8Array, unknown>(null, { rx: of(5) });
    expect(bare.readNow()).toBe('<not understood: the message is 5; expected a Uint8Array, or the option decode>');
  });

  it('says that nothing can be received', () => {
    const controller = new ScriptedController<Uint8Array>();
    const test = mailboxTest(new Mailbox(controller).requestChannel(0), { rx: null });
    const log: string[] = [];
    test.read().subscribe({ next: (dump) => log.push(dump), complete: () => log.push('over') });
    controller.link().received(bytes('A'));
    expect([...log, test.readNow()]).toEqual(['<nothing can be received>', 'over', '<nothing can be received>']);
  });

  it('comes from another channel than the one that sends', () => {
    const controller = new ScriptedController<Uint8Array>({ channelCount: 2 });
    const mailbox = new Mailbox(controller);
    const test = mailboxTest(mailbox.requestChannel(0), { rx: mailbox.requestChannel(1) });
    controller.link(0).received(bytes('A'));
    expect(test.readNow()).toBeUndefined();
    controller.link(1).received(bytes('B'));
    expect(test.readNow()).toMatch(/B$/);
  });

  it('ends with the channel, after what was still to be read', () => {
    const { rx, test } = receiving();
    const log: string[] = [];
    const read = (name: string) =>
      test.read().subscribe({
        next: (dump) => log.push(`${name}: ${dump.slice(-1)}`),
        error: (reason) => log.push(`${name}: ${String(reason)}`),
        complete: () => log.push(`${name}: over`),
      });
    read('first');
    rx.complete();
    expect(log).toEqual(['first: over']);

    const second = receiving();
    second.rx.next(bytes('A'));
    second.rx.error('cable');
    second.test.read().subscribe({ next: (dump) => log.push(dump.slice(-1)) });
    second.test.read().subscribe({ error: (reason) => log.push(String(reason)) });
    expect(log.slice(1)).toEqual(['A', 'cable']);
  });

  it('is over when it is closed, and the channel of somebody else is left alone', () => {
    const controller = new ScriptedController<Uint8Array>();
    const channel = new Mailbox(controller).requestChannel(0);
    const test = mailboxTest(channel);
    const log: string[] = [];
    test.read().subscribe({ next: () => log.push('value'), complete: () => log.push('over') });
    test.close();
    test.close();
    controller.link().received(bytes('A'));
    expect(log).toEqual(['over']);
    expect(test.readNow()).toBeUndefined();
    expect(channel.closed).toBe(false);
  });
});

describe('on an ack channel', () => {
  it('may take an answer for the tx-done', () => {
    const controller = new ScriptedController<Uint8Array>({ txDone: 'ack', correlation: 'untagged' });
    const test = mailboxTest(inVirtualTime(controller).requestChannel(0), { acknowledge: true });
    const log: string[] = [];
    test.message('A').subscribe({ complete: () => log.push(`taken; ${String(test.readNow())}`) });
    expect(log).toEqual([]);
    controller.link().received(bytes('ok'));
    expect(log).toEqual([`taken; ${hexDump(bytes('ok'))}`]);
  });

  it(
    'otherwise nothing ever is tx-done',
    marbles(({ expectObservable }) => {
      const controller = new ScriptedController<Uint8Array>({
        txDone: 'ack',
        correlation: 'untagged',
        onSend: (message, _token, link) => link.received(message),
      });
      const test = mailboxTest(new Mailbox(controller).requestChannel(0));
      expectObservable(test.message('A')).toBe('500ms #', {}, expect.objectContaining({ code: 'ETIME' }));
    }),
  );
});

describe('in virtual time', () => {
  it('reads an answer when it is there', () => {
    const scheduler = new VirtualTimeScheduler();
    const [near, far] = createLoopback<Uint8Array>({ latency: 5, scheduler });
    const device = new Mailbox(far, { scheduler }).requestChannel(0);
    device.subscribe((message) => device.next(message));
    const test = mailboxTest(new Mailbox(near, { scheduler }).requestChannel(0));
    const log: string[] = [];
    test.message('A').subscribe(() => log.push(`taken at ${scheduler.now()} ms`));
    test
      .read()
      .pipe(map((dump) => dump.slice(-1)))
      .subscribe((dump) => log.push(`${dump} at ${scheduler.now()} ms`));
    scheduler.flush();
    expect(log).toEqual(['taken at 5 ms', 'A at 10 ms']);
  });
});

describe('bad input', () => {
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

  it('a message longer than the area, and the signal is still set', () => {
    const area = { tx: new Uint8Array(4) };
    const controller = new ScriptedController<Uint8Array>();
    const test = mailboxTest((options) => inVirtualTime(controller).requestChannel(0, options), { area });
    test.signal('s');
    expect(thrown(() => test.message('12345'))).toEqual(new RangeError('message has 5 bytes; expected at most 4'));
    test.message('1234').subscribe();
    expect(controller.link().sent).toMatchObject([{ message: bytes('s') }]);
  });

  it('what the encoder does not accept, and the signal is gone, since it may be what was wrong', () => {
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
