import { Mailbox } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';
import { mailboxTest, marbles, ScriptedController, type MailboxTestOptions } from 'rx-mailbox/testing';
import { bytesOf, inVirtualTime, textOf } from './bytesInVirtualTime';

describe('what mailboxTest sends', () => {
  /** A test on a scripted channel, and the messages that its link got. */
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

  it('is sent once for each subscription, and not before', () => {
    const { test, link, messages } = scripted();
    const message$ = test.message('again');
    expect(messages()).toEqual([]);
    message$.subscribe();
    message$.subscribe();
    link.txDoneOldest();
    expect(messages().map(textOf)).toEqual(['again', 'again']);
  });

  it('is copied when message() is called', () => {
    const { test, messages } = scripted();
    const buffer = bytesOf('before');
    const message$ = test.message(buffer);
    buffer.fill(0);
    message$.subscribe();
    expect(messages().map(textOf)).toEqual(['before']);
  });

  it.each([
    ['128 bytes', 'm'.repeat(128), 's'.repeat(8)],
    ['none', '', ''],
  ])('can have %s', (_, message, signal) => {
    const area = { tx: new Uint8Array(128).fill(0xff) };
    const { test, messages } = scripted({ area });
    test.signal(signal);
    test.message(message).subscribe();
    expect(messages().map(textOf)).toEqual([signal]);
    expect(textOf(area.tx)).toBe(message.padEnd(128, '\0'));
  });

  it('is the message, not the signal, without an area; the encoder gets both', () => {
    const { test, messages } = scripted<string>({ encode: (message, signal) => `${textOf(message)}/${signal ? textOf(signal) : 'none'}` });
    test.signal('s');
    test.message('a').subscribe();
    expect(messages()).toEqual(['a/s']);
  });

  it('is the message without a signal; it is in the area, too', () => {
    const area = { tx: new Uint8Array(4) };
    const { test, messages } = scripted({ area });
    test.message('both').subscribe();
    expect([...messages(), area.tx].map(textOf)).toEqual(['both', 'both']);
  });

  it('uses the latest signal, once', () => {
    const { test, link, messages } = scripted({ area: { tx: new Uint8Array(128) } });
    test.signal('first');
    test.signal('second');
    for (const message of ['A', 'B']) test.message(message).subscribe();
    link.txDoneOldest();
    expect(messages().map(textOf)).toEqual(['second', 'B']);
  });

  it('is one message at a time, which is then in the area', () => {
    const area = { tx: new Uint8Array(1) };
    const { test, link } = scripted({ area });
    const log: string[] = [];
    for (const message of ['A', 'B', 'C']) {
      test.signal('go');
      test.message(message).subscribe({ complete: () => log.push(`${message} ${textOf(area.tx)}`) });
    }
    expect(textOf(area.tx)).toBe('A');
    for (let n = 0; n < 3; n++) link.txDoneOldest();
    expect(log).toEqual(['A A', 'B B', 'C C']);
  });

  it('is not a message that was withdrawn while it waited', () => {
    const { test, link, messages } = scripted();
    test.message('A').subscribe();
    const waiting = test.message('B').subscribe();
    test.message('C').subscribe();
    waiting.unsubscribe();
    link.txDoneOldest();
    expect(messages().map(textOf)).toEqual(['A', 'C']);
  });

  it('can be sent inside the completion of another message', () => {
    const [near, far] = createLoopback<Uint8Array>();
    const seen: string[] = [];
    new Mailbox(far).requestChannel(0).subscribe((message) => seen.push(textOf(message)));
    const test = mailboxTest(new Mailbox(near).requestChannel(0));
    test.message('A').subscribe({ complete: () => test.message('B').subscribe() });
    expect(seen).toEqual(['A', 'B']);
  });

  it(
    'times out half a second after it is sent',
    marbles(({ expectObservable }) => {
      const controller = new ScriptedController<Uint8Array>({ correlation: 'tagged' });
      const test = mailboxTest(new Mailbox(controller).requestChannel(0));
      const late = (delivery: string): unknown => expect.objectContaining({ code: 'ETIME', delivery });
      expectObservable(test.message('A')).toBe('500ms #', {}, late('unknown'));
      expectObservable(test.message('B')).toBe('1s #', {}, late('unknown'));
    }),
  );

  it(
    'times out as the option says',
    marbles(({ expectObservable }) => {
      const controller = new ScriptedController<Uint8Array>();
      const test = mailboxTest(new Mailbox(controller).requestChannel(0), { timeout: { inFlight: 20 } });
      expectObservable(test.message('A')).toBe('20ms #', {}, expect.objectContaining({ code: 'ETIME' }));
    }),
  );

  it('fails without affecting the next message', () => {
    const { test, link } = scripted();
    const log: string[] = [];
    test.message('A').subscribe({ error: ({ code }: { code: string }) => log.push(code) });
    test.message('B').subscribe({ complete: () => log.push('ok') });
    link.txDoneOldest({ error: new Error('NAK') });
    link.txDoneOldest();
    expect(log).toEqual(['EIO', 'ok']);
  });
});
