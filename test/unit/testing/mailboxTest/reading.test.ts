import { of, Subject } from 'rxjs';
import { Mailbox } from 'rx-mailbox';
import { mailboxTest, ScriptedController, type MailboxTestOptions } from 'rx-mailbox/testing';
import { bytesOf } from './bytesInVirtualTime';

describe('what mailboxTest reads', () => {
  /** A test that receives what the subject emits. */
  function receiving(options: MailboxTestOptions<Uint8Array, Uint8Array> = {}) {
    const rx = new Subject<Uint8Array>();
    return { rx, test: mailboxTest(null, { rx, ...options }) };
  }

  it('is the latest message, in lines of 16 bytes', () => {
    const { rx, test } = receiving();
    rx.next(bytesOf('overwritten, although nobody has read it'));
    rx.next(bytesOf('the quick brown fox\n'));
    expect(test.readNow()?.split('\n')).toEqual([
      '74 68 65 20 71 75 69 63 6b 20 62 72 6f 77 6e 20  the quick brown ',
      '66 6f 78 0a                                      fox.',
    ]);
  });

  it('has a dot for each byte that cannot be printed', () => {
    const { rx, test } = receiving();
    rx.next(Uint8Array.of(0x1f, 0x20, 0x7e, 0x7f, 0xff));
    expect(test.readNow()).toBe('1f 20 7e 7f ff                                   . ~..');
  });

  it('has at most 128 bytes', () => {
    const { rx, test } = receiving();
    rx.next(new Uint8Array(200).fill(0x41));
    expect(test.readNow()?.split('\n')).toEqual(Array.from({ length: 8 }, () => `${'41 '.repeat(16)} ${'A'.repeat(16)}`));
  });

  it('goes to the first reader that waits', () => {
    const { rx, test } = receiving();
    const log: string[] = [];
    test.read().subscribe({ next: (dump) => log.push(`first: ${dump.slice(-1)}`), complete: () => log.push('first: over') });
    test.read().subscribe((dump) => log.push(`second: ${dump.slice(-1)}`));
    rx.next(bytesOf('A'));
    expect(log).toEqual(['first: A', 'first: over']);
    rx.next(bytesOf('B'));
    expect(log).toEqual(['first: A', 'first: over', 'second: B']);
    expect(test.readNow()).toBeUndefined();
  });

  it('does not go to a reader that has stopped waiting', () => {
    const { rx, test } = receiving();
    test.read().subscribe().unsubscribe();
    rx.next(bytesOf('A'));
    expect(test.readNow()).toMatch(/^41 /);
  });

  it('is <empty> for a message without bytes', () => {
    const { rx, test } = receiving();
    rx.next(bytesOf(''));
    expect(test.readNow()).toBe('<empty>');
  });

  it('shows the error of decode, and goes on', () => {
    const rx = new Subject<unknown>();
    const test = mailboxTest<Uint8Array, unknown>(null, { rx, decode: (message) => bytesOf((message as string).trim()) });
    rx.next(5);
    expect(test.readNow()).toBe('<not understood: message.trim is not a function>');
    rx.next(' 5 ');
    expect(test.readNow()).toMatch(/^35 /);

    const bare = mailboxTest<Uint8Array, unknown>(null, { rx: of(5) });
    expect(bare.readNow()).toBe('<not understood: the message is 5; expected a Uint8Array, or the option decode>');
  });

  it('says so if nothing can be received', () => {
    const controller = new ScriptedController<Uint8Array>();
    const test = mailboxTest(new Mailbox(controller).requestChannel(0), { rx: null });
    const log: string[] = [];
    test.read().subscribe({ next: (dump) => log.push(dump), complete: () => log.push('over') });
    controller.link().received(bytesOf('A'));
    expect([...log, test.readNow()]).toEqual(['<nothing can be received>', 'over', '<nothing can be received>']);
  });

  it('can come from another channel than the one that sends', () => {
    const controller = new ScriptedController<Uint8Array>({ channelCount: 2 });
    const mailbox = new Mailbox(controller);
    const test = mailboxTest(mailbox.requestChannel(0), { rx: mailbox.requestChannel(1) });
    controller.link(0).received(bytesOf('A'));
    expect(test.readNow()).toBeUndefined();
    controller.link(1).received(bytesOf('B'));
    expect(test.readNow()).toMatch(/B$/);
  });

  it('ends with the channel, after the last message was read', () => {
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
    second.rx.next(bytesOf('A'));
    second.rx.error('cable');
    second.test.read().subscribe({ next: (dump) => log.push(dump.slice(-1)) });
    second.test.read().subscribe({ error: (reason) => log.push(String(reason)) });
    expect(log.slice(1)).toEqual(['A', 'cable']);
  });

  it('ends in close(), which leaves a given channel open', () => {
    const controller = new ScriptedController<Uint8Array>();
    const channel = new Mailbox(controller).requestChannel(0);
    const test = mailboxTest(channel);
    const log: string[] = [];
    test.read().subscribe({ next: () => log.push('value'), complete: () => log.push('over') });
    test.close();
    test.close();
    controller.link().received(bytesOf('A'));
    expect(log).toEqual(['over']);
    expect(test.readNow()).toBeUndefined();
    expect(channel.closed).toBe(false);
  });
});
