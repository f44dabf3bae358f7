import { Observable } from 'rxjs';
import { Mailbox, type Channel } from 'rx-mailbox';
import { ScriptedController, type ScriptedLink } from 'rx-mailbox/testing';
import { errorOf } from '../support/errorOf';
import { failure } from '../support/failure';
import { Journal } from '../support/Journal';
import { handedOver, open } from '../support/open';

describe('closing (semantics 10)', () => {
  it('closed is true first, then the link is unsubscribed, then messages in flight and then waiting ones settle, then the streams complete', () => {
    const journal = new Journal();
    const controller = new ScriptedController({ window: 2 });
    const { open } = controller;
    controller.open = (index) => {
      const events$ = new Observable<never>(() => () => journal.write(`link let go, closed: ${channel.closed}`));
      return Object.assign(open.call(controller, index), { events$ });
    };
    const channel = new Mailbox(controller).requestChannel(0);
    channel.subscribe({ complete: () => journal.write('receivers completed') });
    journal.reports(channel);
    for (const name of ['A', 'B', 'C', 'D']) channel.send(name).subscribe(journal.sender(name));
    channel.close();
    const [unknown, notSent] = ['ESHUTDOWN unknown', 'ESHUTDOWN not-sent'];
    expect(journal.lines.slice(0, -2)).toEqual([
      'link let go, closed: true',
      ...[`report A ${unknown}`, `A ${unknown}`, `report B ${unknown}`, `B ${unknown}`],
      ...[`report C ${notSent}`, `C ${notSent}`, `report D ${notSent}`, `D ${notSent}`],
    ]);
    expect(journal.lines.slice(-2).sort()).toEqual(['receivers completed', 'txDone$ completed']);
  });

  it('closing shows on events$, which then completes', () => {
    const { channel } = open();
    const seen: unknown[] = [];
    channel.events$.subscribe({ next: ({ type }) => seen.push(type), complete: () => seen.push('complete') });
    channel.close();
    expect(seen).toEqual(['closed', 'complete']);
  });

  it('closing calls neither abort nor reset', () => {
    const { channel, link } = open({ abort: true, reset: () => [] });
    channel.next('A');
    channel.close();
    expect([link.aborted, link.resets, link.stopped]).toEqual([[], 0, 1]);
  });

  it('error(reason) closes with the reason as cause, and receivers get the reason', () => {
    const { channel } = open();
    const reason = new Error('shutting down');
    const seen: unknown[] = [];
    channel.subscribe({ error: (error) => seen.push(['receiver', error]) });
    channel.txDone$.subscribe({ next: ({ error }) => seen.push(error), complete: () => seen.push('txDone$ completed') });
    channel.events$.subscribe({ complete: () => seen.push('events$ completed') });
    channel.next('A');
    channel.next('B');
    channel.error(reason);
    expect(seen.slice(0, 2)).toEqual([
      failure('ESHUTDOWN', 'unknown', { cause: reason }),
      failure('ESHUTDOWN', 'not-sent', { cause: reason }),
    ]);
    expect(seen.slice(2)).toHaveLength(3);
    expect(seen.slice(2)).toEqual(expect.arrayContaining([['receiver', reason], 'txDone$ completed', 'events$ completed']));
    expect((seen.find(Array.isArray) as unknown[])[1]).toBe(reason);
  });

  it("the first end counts: error(reason) after close() changes nothing, even before anybody is notified's", () => {
    const { channel } = open({
      onSend: () => {
        channel.close();
        channel.error('too late');
      },
    });
    const seen: unknown[] = [];
    channel.subscribe({ error: (reason: unknown) => seen.push(reason), complete: () => seen.push('complete') });
    expect(errorOf(channel.send('A'))).not.toHaveProperty('cause');
    expect(seen).toEqual(['complete']);
  });

  it('complete() drains what was accepted, then closes', () => {
    const { channel, link } = open();
    const journal = new Journal();
    journal.reports(channel);
    for (const name of ['A', 'B']) channel.send(name).subscribe(journal.sender(name));
    channel.complete();
    expect([channel.closed, link.stopped]).toEqual([false, 0]);
    link.txDoneOldest();
    link.txDoneOldest();
    expect(journal.lines).toEqual(['report A ok', 'A ok', 'report B ok', 'B ok', 'txDone$ completed']);
    expect([handedOver(link), channel.closed, link.stopped]).toEqual(['A B', true, 1]);
  });

  it('complete() with nothing pending closes at once', () => {
    const { channel } = open();
    channel.complete();
    expect(channel.closed).toBe(true);
  });

  it('complete() waits for a link that is down, and for a refusal', () => {
    const { channel, link } = open();
    link.down();
    channel.next('A');
    channel.complete();
    link.refuseUntilReady();
    link.up();
    expect(channel.closed).toBe(false);
    link.ready();
    link.txDoneOldest();
    expect([channel.closed, handedOver(link)]).toEqual([true, 'A']);
  });

  it('source$.subscribe(channel) sends, and its completion drains the channel', () => {
    const { channel, link } = open();
    new Observable<string>((subscriber) => {
      for (const message of ['A', 'B']) subscriber.next(message);
      subscriber.complete();
    }).subscribe(channel);
    while (link.outstanding.length > 0) link.txDoneOldest();
    expect([handedOver(link), channel.closed]).toEqual(['A B', true]);
  });

  it.each<[string, (channel: Channel<string>) => void]>([
    ['closed', (channel) => channel.close()],
    ['completing', (channel) => (channel.next('pending'), channel.complete())],
  ])('on a %s channel send() errors and next() is ignored', (_state, end) => {
    const { channel, link } = open();
    end(channel);
    const journal = new Journal();
    journal.events(channel);
    channel.txDone$.subscribe(() => journal.write('report'));
    channel.send('A').subscribe(journal.sender('A'));
    channel.next('B');
    expect(journal.lines).toEqual(['A ESHUTDOWN not-sent']);
    while (link.outstanding.length > 0 && !channel.closed) link.txDoneOldest();
    expect(handedOver(link)).not.toMatch(/[AB]/);
  });

  it('whoever subscribes to a closed channel gets the end at once', () => {
    const { channel } = open();
    channel.close();
    const seen: string[] = [];
    channel.subscribe({ complete: () => seen.push('received') });
    channel.txDone$.subscribe({ complete: () => seen.push('txDone$') });
    channel.events$.subscribe({ complete: () => seen.push('events$') });
    expect(seen).toEqual(['received', 'txDone$', 'events$']);
  });

  it('a closed channel is free for the next owner, also from inside a settlement of the old one', () => {
    const { channel, mailbox, controller } = open();
    const next: unknown[] = [];
    channel.send('A').subscribe({ error: () => next.push(mailbox.requestChannel(0)) });
    channel.close();
    expect([next.length, controller.opened]).toEqual([1, 2]);
  });

  it('an event that a link emits after it was unsubscribed reaches neither the old owner nor the new one', () => {
    const controller = new ScriptedController({ talksAfterShutdown: true });
    const mailbox = new Mailbox(controller);
    const journal = new Journal();
    const old = mailbox.requestChannel(0);
    old.next('A');
    const link: ScriptedLink<string, string, void> = controller.link();
    old.subscribe((message) => journal.write(`old received ${message}`));
    old.close();
    const channel = mailbox.requestChannel(0);
    channel.subscribe((message) => journal.write(`received ${message}`));
    journal.events(channel);
    channel.send('B').subscribe(journal.sender('B'));
    const { token } = controller.link().sent[0]!;
    journal.lines.length = 0;
    link.txDone({ token: 1 });
    link.txDone({ token });
    link.received('x');
    link.down('old');
    link.fail('old');
    expect([journal.lines, channel.closed]).toEqual([[], false]);
    controller.link().txDone({ token });
    expect(journal.lines).toContain('B ok');
  });

  it('a mailbox closes every channel, and gives out none after that', () => {
    const controller = new ScriptedController({ channelCount: 3 });
    const mailbox = new Mailbox(controller);
    const channels = [0, 2].map((index) => mailbox.requestChannel(index));
    mailbox.close();
    mailbox.close();
    expect(channels.map(({ closed }) => closed)).toEqual([true, true]);
    let error: unknown;
    try {
      mailbox.requestChannel(1);
    } catch (reason) {
      error = reason;
    }
    expect([error, controller.opened]).toEqual([failure('ESHUTDOWN', 'not-sent'), 2]);
  });

  it('`using` closes a channel and a mailbox at the end of the block', () => {
    const controller = new ScriptedController();
    let outer;
    {
      using mailbox = new Mailbox(controller);
      using channel = mailbox.requestChannel(0);
      outer = channel;
      expect(channel.closed).toBe(false);
    }
    expect([outer.closed, controller.link().stopped]).toEqual([true, 1]);
  });
});
