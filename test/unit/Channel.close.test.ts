import { Observable, take } from 'rxjs';
import { Channel, Mailbox, type MailboxLink } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { send, watch } from '../support/channelLog';
import { open as openChannel } from '../support/open';

const open = openChannel<string>;

describe('close()', () => {
  it('is closed first, shuts the link down, settles messages in flight, then waiting ones, then completes the streams', () => {
    const log: unknown[] = [];
    const { channel, link } = open({ window: 2, onStart: () => undefined });
    watch(channel, log);
    for (const message of ['A', 'B', 'C']) send(channel, message, log);
    channel.txDone$.pipe(take(1)).subscribe(() => log.push(`closed: ${channel.closed}, link stopped: ${link.stopped}`));
    channel.close();
    expect(log).toEqual([
      'report A ESHUTDOWN unknown',
      'closed: true, link stopped: 1',
      'A ESHUTDOWN unknown',
      'report B ESHUTDOWN unknown',
      'B ESHUTDOWN unknown',
      'report C ESHUTDOWN not-sent',
      'C ESHUTDOWN not-sent',
      'received$ complete',
      'txDone$ complete',
    ]);
  });

  it('is closed already while the link is being shut down', () => {
    const seen: unknown[] = [];
    const events$ = new Observable<never>(() => () => seen.push(channel.closed));
    const mailbox = new Mailbox<string>({
      name: 'bare',
      channelCount: 1,
      txDone: 'irq',
      correlation: 'tagged',
      open: (): MailboxLink<string, string, void> => ({ events$, sendData: () => 'accepted' }),
    });
    const channel = mailbox.requestChannel(0);
    channel.close();
    expect(seen).toEqual([true]);
  });

  it('does nothing the second time', () => {
    const { channel, link } = open();
    const log = watch(channel);
    channel.close();
    channel.close();
    expect([log, link.stopped]).toEqual([['received$ complete', 'txDone$ complete'], 1]);
  });

  it('completes events$, with closed as its last event', () => {
    const { channel } = open();
    const log: string[] = [];
    channel.events$.subscribe({ next: ({ type }) => log.push(type), complete: () => log.push('complete') });
    channel.next('A');
    channel.close();
    expect(log).toEqual(['queued', 'sent', 'settled', 'closed', 'complete']);
  });

  it('frees the channel: it can be requested again, and the new owner has a link of its own', () => {
    const { mailbox, controller, channel } = open();
    expect(() => mailbox.requestChannel(0)).toThrow(/has an owner/);
    channel.close();
    const next = mailbox.requestChannel(0);
    next.next('B');
    expect([controller.opened, controller.links[0]!.sent, controller.links[1]!.sent.map(({ message }) => message)]).toEqual([2, [], ['B']]);
  });

  it('frees the channel before anybody is notified, so that a sender may request it from inside its error', () => {
    const { mailbox, channel } = open();
    let next: unknown;
    channel.send('A').subscribe({
      error: () => {
        next = mailbox.requestChannel(0);
      },
    });
    channel.close();
    expect(next).toBeInstanceOf(Channel);
  });

  it('does not start tokens anew: they grow over all owners of a mailbox', () => {
    const { mailbox, channel, controller } = open();
    channel.next('A');
    channel.close();
    mailbox.requestChannel(0).next('B');
    expect(controller.link().sent[0]!.token).toBe(2);
  });

  it('settles the rest in order when it is called from inside a report', () => {
    const { channel, link } = open({ window: 2 });
    const log: unknown[] = [];
    channel.txDone$.pipe(take(1)).subscribe(() => channel.close());
    watch(channel, log);
    for (const message of ['A', 'B', 'C']) send(channel, message, log);
    link.txDone({ token: 1 });
    expect(log.filter((entry) => /^[ABC] /.test(String(entry)))).toEqual(['A ok', 'B ESHUTDOWN unknown', 'C ESHUTDOWN unknown']);
    expect(log.slice(-2)).toEqual(['received$ complete', 'txDone$ complete']);
  });

  it('may be called from inside a completion', () => {
    const { channel, link } = open();
    const log: unknown[] = [];
    channel.send('A').subscribe({ complete: () => channel.close() });
    send(channel, 'B', log);
    link.txDone({ token: 1 });
    expect(log).toEqual(['B ESHUTDOWN unknown']);
  });

  it('is handled after sendData when it is called from inside it: the message was in flight', () => {
    const log: unknown[] = [];
    const { channel } = open({ onSend: () => channel.close() });
    send(channel, 'A', log);
    send(channel, 'B', log);
    expect(log).toEqual(['A ESHUTDOWN unknown', 'B ESHUTDOWN not-sent']);
  });

  it('may be called from inside a received message', () => {
    const { channel, link } = open();
    const log: unknown[] = [];
    channel.subscribe({ next: () => channel.close(), complete: () => log.push('complete') });
    link.received('stop');
    link.received('more');
    expect(log).toEqual(['complete']);
  });

  it('ignores what the link emits afterwards', () => {
    const { channel, link } = open({ talksAfterShutdown: true });
    const log = watch(channel);
    send(channel, 'A', log);
    channel.close();
    log.length = 0;
    for (const type of ['ready', 'up', 'down'] as const) link.emit({ type });
    link.txDone({ token: 1 });
    link.received('late');
    link.end();
    expect(log).toEqual([]);
  });

  it.each<[string, (source: { channel: Channel<string, string, string> }) => Observable<unknown>]>([
    ['what is received', ({ channel }) => channel],
    ['txDone$', ({ channel }) => channel.txDone$],
    ['events$', ({ channel }) => channel.events$],
  ])('completes a subscriber to %s that comes afterwards', (_stream, stream) => {
    const opened = open();
    opened.channel.close();
    let completed = false;
    stream(opened).subscribe({ complete: () => (completed = true) });
    expect(completed).toBe(true);
  });

  it('is what a link does that completes', () => {
    const { channel, link } = open();
    const log = watch(channel);
    send(channel, 'A', log);
    link.end();
    expect(log).toEqual(['report A ESHUTDOWN unknown', 'A ESHUTDOWN unknown', 'received$ complete', 'txDone$ complete']);
    expect(channel.closed).toBe(true);
  });

  it('is what a link does that errors, after a down with that reason', () => {
    const { channel, link } = open();
    const log = watch(channel);
    const events: unknown[] = [];
    channel.events$.subscribe(
      ({ type, error }) => (type === 'down' || type === 'closed') && events.push([type, type === 'down' ? error : undefined]),
    );
    send(channel, 'A', log);
    send(channel, 'B', log);
    link.fail('cable');
    expect(log).toEqual([
      'report A ENETDOWN unknown',
      'A ENETDOWN unknown',
      'report B ESHUTDOWN not-sent',
      'B ESHUTDOWN not-sent',
      'received$ complete',
      'txDone$ complete',
    ]);
    expect(events).toEqual([
      ['down', 'cable'],
      ['closed', undefined],
    ]);
  });
});

describe('a link that ends while it is being subscribed', () => {
  it('with an error: requestChannel throws that, and the channel stays free', () => {
    let broken = true;
    const controller = new ScriptedController({ onStart: (link) => broken && link.fail('no such port') });
    const mailbox = new Mailbox(controller);
    expect(() => mailbox.requestChannel(0)).toThrow('no such port');
    broken = false;
    expect(mailbox.requestChannel(0).closed).toBe(false);
  });

  it('with completion: the channel is closed', () => {
    const mailbox = new Mailbox(new ScriptedController({ onStart: (link) => link.end() }));
    expect(mailbox.requestChannel(0).closed).toBe(true);
  });

  it('by throwing: requestChannel throws that, and the channel stays free', () => {
    const controller = new ScriptedController();
    const open = controller.open.bind(controller);
    controller.open = () => {
      throw new Error('no such port');
    };
    const mailbox = new Mailbox(controller);
    expect(() => mailbox.requestChannel(0)).toThrow('no such port');
    controller.open = open;
    expect(() => mailbox.requestChannel(0)).not.toThrow();
  });
});

describe('[Symbol.dispose]()', () => {
  it('of a channel closes it', () => {
    const { mailbox, controller } = open({ channelCount: 2 });
    let used: Channel<string, string, string>;
    {
      using channel = mailbox.requestChannel(1);
      used = channel;
      expect(used.closed).toBe(false);
    }
    expect([used.closed, controller.link(1).stopped]).toEqual([true, 1]);
  });

  it('of a mailbox closes every channel', () => {
    const channels: Channel<string, string, string>[] = [];
    const controller = new ScriptedController<string, string, string>({ channelCount: 2 });
    {
      using mailbox = new Mailbox(controller);
      channels.push(mailbox.requestChannel(0), mailbox.requestChannel(1));
    }
    expect(channels.map(({ closed }) => closed)).toEqual([true, true]);
  });
});
