import { of } from 'rxjs';
import { Mailbox } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';
import { mailboxTest, marbles, ScriptedController, type MailboxTestOptions } from 'rx-mailbox/testing';
import { bytesOf, inVirtualTime, textOf } from './bytesInVirtualTime';

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
    expect(messages().map(textOf)).toEqual(['again', 'again']);
  });

  it('is a copy of the time of the call', () => {
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
  ])('has %s', (_, message, signal) => {
    const area = { tx: new Uint8Array(128).fill(0xff) };
    const { test, messages } = scripted({ area });
    test.signal(signal);
    test.message(message).subscribe();
    expect(messages().map(textOf)).toEqual([signal]);
    expect(textOf(area.tx)).toBe(message.padEnd(128, '\0'));
  });

  it('is the message although there is a signal, where there is no area; the encoder is told of it', () => {
    const { test, messages } = scripted<string>({ encode: (message, signal) => `${textOf(message)}/${signal ? textOf(signal) : 'none'}` });
    test.signal('s');
    test.message('a').subscribe();
    expect(messages()).toEqual(['a/s']);
  });

  it('is the message although there is an area, where there is no signal; the area has it, too', () => {
    const area = { tx: new Uint8Array(4) };
    const { test, messages } = scripted({ area });
    test.message('both').subscribe();
    expect([...messages(), area.tx].map(textOf)).toEqual(['both', 'both']);
  });

  it('has the latest signal, once', () => {
    const { test, link, messages } = scripted({ area: { tx: new Uint8Array(128) } });
    test.signal('first');
    test.signal('second');
    for (const message of ['A', 'B']) test.message(message).subscribe();
    link.txDoneOldest();
    expect(messages().map(textOf)).toEqual(['second', 'B']);
  });

  it('goes one at a time: the area has the message whose turn it is', () => {
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

  it('is not what was withdrawn while it waited', () => {
    const { test, link, messages } = scripted();
    test.message('A').subscribe();
    const waiting = test.message('B').subscribe();
    test.message('C').subscribe();
    waiting.unsubscribe();
    link.txDoneOldest();
    expect(messages().map(textOf)).toEqual(['A', 'C']);
  });

  it('may be sent from inside the outcome of another', () => {
    const [near, far] = createLoopback<Uint8Array>();
    const seen: string[] = [];
    new Mailbox(far).requestChannel(0).subscribe((message) => seen.push(textOf(message)));
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
