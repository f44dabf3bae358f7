import { Mailbox } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { errorOf, thrown } from '../support/errorOf';
import { open } from '../support/open';

describe('a link that ends (semantics 9.2)', () => {
  it('events$ errors while it is being subscribed: requestChannel throws that error and the channel stays free', () => {
    const failures: unknown[] = [new Error('no device'), undefined];
    const controller = new ScriptedController({ onStart: (link) => failures.length > 0 && link.fail(failures.shift()) });
    const mailbox = new Mailbox(controller);
    const [first] = failures;
    expect(thrown(() => mailbox.requestChannel(0))).toBe(first);
    expect(thrown(() => mailbox.requestChannel(0))).toBe(undefined);
    expect(mailbox.requestChannel(0).closed).toBe(false);
  });

  it('events$ errors while it is being subscribed, in a mailbox that it closes first: the same', () => {
    const reason = new Error('no device');
    const controller: ScriptedController = new ScriptedController({
      onStart: (link) => {
        mailbox.close();
        link.fail(reason);
      },
    });
    const mailbox = new Mailbox(controller);
    expect(thrown(() => mailbox.requestChannel(0))).toBe(reason);
  });

  it('events$ errors later: the link goes down with that reason, and the channel closes', () => {
    const { channel, link } = open();
    const seen: unknown[] = [];
    channel.events$.subscribe(({ type, error }) => type !== 'settled' && seen.push([type, error]));
    channel.subscribe({ error: () => undefined });
    const error = errorOf(channel.send('A'), () => ((seen.length = 0), link.fail('cable')));
    expect(error).toMatchObject({ code: 'ENETDOWN', delivery: 'unknown', cause: 'cable' });
    expect(seen[0]).toEqual(['down', 'cable']);
    expect((seen.at(-1) as string[])[0]).toBe('closed');
    expect(channel.closed).toBe(true);
  });

  it('events$ errors later, from inside sendData: the same', () => {
    const { channel } = open({ onSend: (_message, _token, link) => link.fail('cable') });
    channel.subscribe({ error: () => undefined });
    expect(errorOf(channel.send('A'))).toMatchObject({ code: 'ENETDOWN', delivery: 'unknown', cause: 'cable' });
    expect(channel.closed).toBe(true);
  });

  it('events$ that completes closes the channel', () => {
    const { channel, link } = open();
    expect(errorOf(channel.send('A'), () => link.end())).toMatchObject({ code: 'ESHUTDOWN', delivery: 'unknown' });
    expect(channel.closed).toBe(true);
  });

  it('events$ that completes from inside sendData closes the channel when that has returned', () => {
    const { channel } = open({ onSend: (_message, _token, link) => link.end() });
    expect(errorOf(channel.send('A'))).toMatchObject({ code: 'ESHUTDOWN', delivery: 'unknown' });
    expect(channel.closed).toBe(true);
  });

  it('a mailbox that is closed while a link starts up unsubscribes that link', () => {
    const started: { mailbox?: Mailbox<string> } = {};
    const controller = new ScriptedController({ onStart: () => started.mailbox?.close() });
    const mailbox = (started.mailbox = new Mailbox(controller));
    expect(mailbox.requestChannel(0).closed).toBe(true);
    expect([controller.link().started, controller.link().stopped]).toEqual([1, 1]);
  });
});
