import { config, EMPTY, from, interval, isObservable, map, NEVER, Observable, of, take, throwError, type Observer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { Channel, isMailboxError, Mailbox, Transmission, txTimeout, type ChannelOptions, type MailboxLink } from 'rx-mailbox';
import { marbles, ScriptedController, type ScriptedOptions } from 'rx-mailbox/testing';
import { timeline } from '../support/timeline';

type Options = ScriptedOptions<string, string, string>;

function open(options: Options = {}, channelOptions: ChannelOptions<string> = {}) {
  const controller = new ScriptedController<string, string, string>(options);
  const mailbox = new Mailbox(controller);
  const channel = mailbox.requestChannel(0, channelOptions);
  return { mailbox, controller, channel, link: controller.link() };
}

const code = (error: unknown): string => (isMailboxError(error) ? `${error.code} ${error.delivery}` : String(error));

/** Everything that a channel says, in one order. */
function watch(channel: Channel<string, string, string>, log: unknown[] = []): unknown[] {
  channel.subscribe({
    next: (message) => log.push(`received ${message}`),
    error: (error: unknown) => log.push(['received$ error', error]),
    complete: () => log.push('received$ complete'),
  });
  channel.txDone$.subscribe({
    next: ({ message, error }) => log.push(`report ${message} ${error ? code(error) : 'ok'}`),
    error: () => log.push('txDone$ error'),
    complete: () => log.push('txDone$ complete'),
  });
  return log;
}

function send(channel: Channel<string, string, string>, message: string, log: unknown[]): void {
  channel
    .send(message)
    .subscribe({ error: (error: unknown) => log.push(`${message} told ${code(error)}`), complete: () => log.push(`${message} told ok`) });
}

describe('close()', () => {
  it('says closed first, shuts the link down, settles what is in flight, then what waits, then completes the streams', () => {
    const log: unknown[] = [];
    const { channel, link } = open({ window: 2, onStart: () => undefined });
    watch(channel, log);
    for (const message of ['A', 'B', 'C']) send(channel, message, log);
    channel.txDone$.pipe(take(1)).subscribe(() => log.push(`closed: ${channel.closed}, link stopped: ${link.stopped}`));
    channel.close();
    expect(log).toEqual([
      'report A ESHUTDOWN unknown',
      'closed: true, link stopped: 1',
      'A told ESHUTDOWN unknown',
      'report B ESHUTDOWN unknown',
      'B told ESHUTDOWN unknown',
      'report C ESHUTDOWN not-sent',
      'C told ESHUTDOWN not-sent',
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

  it('again does nothing', () => {
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

  it('gives the channel back: it can be requested again, and the new owner has a link of his own', () => {
    const { mailbox, controller, channel } = open();
    expect(() => mailbox.requestChannel(0)).toThrow(/has an owner/);
    channel.close();
    const next = mailbox.requestChannel(0);
    next.next('B');
    expect([controller.opened, controller.links[0]!.sent, controller.links[1]!.sent.map(({ message }) => message)]).toEqual([2, [], ['B']]);
  });

  it('gives the channel back before anybody is told, so that a sender may request it from inside its error', () => {
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

  it('tokens go on growing over owners of one mailbox', () => {
    const { mailbox, channel, controller } = open();
    channel.next('A');
    channel.close();
    mailbox.requestChannel(0).next('B');
    expect(controller.link().sent[0]!.token).toBe(2);
  });

  it('from inside a report: the rest is settled all the same, in order', () => {
    const { channel, link } = open({ window: 2 });
    const log: unknown[] = [];
    channel.txDone$.pipe(take(1)).subscribe(() => channel.close());
    watch(channel, log);
    for (const message of ['A', 'B', 'C']) send(channel, message, log);
    link.txDone({ token: 1 });
    expect(log.filter((entry) => String(entry).includes('told'))).toEqual([
      'A told ok',
      'B told ESHUTDOWN unknown',
      'C told ESHUTDOWN unknown',
    ]);
    expect(log.slice(-2)).toEqual(['received$ complete', 'txDone$ complete']);
  });

  it('from inside a completion', () => {
    const { channel, link } = open();
    const log: unknown[] = [];
    channel.send('A').subscribe({ complete: () => channel.close() });
    send(channel, 'B', log);
    link.txDone({ token: 1 });
    expect(log).toEqual(['B told ESHUTDOWN unknown']);
  });

  it('from inside sendData: dealt with when that has returned, the message was in flight', () => {
    const log: unknown[] = [];
    const { channel } = open({ onSend: () => channel.close() });
    send(channel, 'A', log);
    send(channel, 'B', log);
    expect(log).toEqual(['A told ESHUTDOWN unknown', 'B told ESHUTDOWN not-sent']);
  });

  it('from inside a received message', () => {
    const { channel, link } = open();
    const log: unknown[] = [];
    channel.subscribe({ next: () => channel.close(), complete: () => log.push('complete') });
    link.received('stop');
    link.received('more');
    expect(log).toEqual(['complete']);
  });

  it('a link that goes on talking after that reaches nobody', () => {
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
  ])('who subscribes to %s after that gets completion', (_stream, stream) => {
    const opened = open();
    opened.channel.close();
    let completed = false;
    stream(opened).subscribe({ complete: () => (completed = true) });
    expect(completed).toBe(true);
  });

  it('the link completing closes the channel', () => {
    const { channel, link } = open();
    const log = watch(channel);
    send(channel, 'A', log);
    link.end();
    expect(log).toEqual(['report A ESHUTDOWN unknown', 'A told ESHUTDOWN unknown', 'received$ complete', 'txDone$ complete']);
    expect(channel.closed).toBe(true);
  });

  it('the link erroring is a down with that reason, and closes the channel', () => {
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
      'A told ENETDOWN unknown',
      'report B ESHUTDOWN not-sent',
      'B told ESHUTDOWN not-sent',
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

describe('complete()', () => {
  it('drains what was accepted, then closes', () => {
    const { channel, link } = open();
    const log = watch(channel);
    send(channel, 'A', log);
    channel.next('B');
    channel.complete();
    expect([log, channel.closed, link.stopped]).toEqual([[], false, 0]);
    link.txDone({ token: 1 });
    link.txDone({ token: 2 });
    expect(log).toEqual(['report A ok', 'A told ok', 'report B ok', 'received$ complete', 'txDone$ complete']);
    expect([channel.closed, link.stopped]).toEqual([true, 1]);
  });

  it('closes at once when nothing is pending', () => {
    const { channel } = open();
    channel.complete();
    expect(channel.closed).toBe(true);
  });

  it('takes no more sends: send() errors, next() is ignored', () => {
    const { channel, link } = open();
    const log = watch(channel);
    channel.next('A');
    channel.complete();
    send(channel, 'B', log);
    channel.next('C');
    expect(log).toEqual(['B told ESHUTDOWN not-sent']);
    link.txDone({ token: 1 });
    expect(link.sent.map(({ message }) => message)).toEqual(['A']);
  });

  it('still delivers what is received', () => {
    const { channel, link } = open();
    const log = watch(channel);
    channel.next('A');
    channel.complete();
    link.received('x');
    expect(log).toEqual(['received x']);
  });

  it('waits for a link that is down', () => {
    const { channel, link } = open();
    const log = watch(channel);
    link.down();
    send(channel, 'A', log);
    channel.complete();
    expect(channel.closed).toBe(false);
    link.up();
    link.txDone({ token: 1 });
    expect([log[1], channel.closed]).toEqual(['A told ok', true]);
  });

  it('goes on with a refused head', () => {
    const { channel, link } = open();
    link.refuse(1);
    channel.next('A');
    channel.complete();
    link.ready();
    link.txDone({ token: 1 });
    expect([link.sent.length, channel.closed]).toEqual([1, true]);
  });

  it('ends as well with a message that fails or leaves', () => {
    const { channel, link } = open();
    channel.next('A');
    const leaving = channel.send('B').subscribe();
    channel.complete();
    leaving.unsubscribe();
    link.txDone({ token: 1, error: 'NAK' });
    expect(channel.closed).toBe(true);
  });

  it('again does nothing, and close() does not wait', () => {
    const { channel } = open();
    const log = watch(channel);
    channel.next('A');
    channel.complete();
    channel.complete();
    channel.close();
    expect(log).toEqual(['report A ESHUTDOWN unknown', 'received$ complete', 'txDone$ complete']);
  });

  it('after close() does nothing', () => {
    const { channel } = open();
    const log = watch(channel);
    channel.close();
    channel.complete();
    expect(log).toEqual(['received$ complete', 'txDone$ complete']);
  });

  it('from inside the last completion', () => {
    const { channel, link } = open();
    channel.send('A').subscribe({ complete: () => channel.complete() });
    link.txDone({ token: 1 });
    expect(channel.closed).toBe(true);
  });

  it('frees the channel of a mailbox', () => {
    const { mailbox, channel } = open();
    channel.complete();
    expect(() => mailbox.requestChannel(0)).not.toThrow();
  });
});

describe('error(reason)', () => {
  it('fails everything pending with the reason as cause, then closes; receivers get the reason', () => {
    const { channel, link } = open();
    const log = watch(channel);
    const causes: unknown[] = [];
    channel.txDone$.subscribe(({ error }) => causes.push(error?.cause));
    send(channel, 'A', log);
    send(channel, 'B', log);
    const reason = new Error('operator pulled the plug');
    channel.error(reason);
    expect(log).toEqual([
      'report A ESHUTDOWN unknown',
      'A told ESHUTDOWN unknown',
      'report B ESHUTDOWN not-sent',
      'B told ESHUTDOWN not-sent',
      ['received$ error', reason],
      'txDone$ complete',
    ]);
    expect(causes).toEqual([reason, reason]);
    expect([channel.closed, link.stopped]).toEqual([true, 1]);
  });

  it('events$ completes', () => {
    const { channel } = open();
    let end = '';
    channel.events$.subscribe({ error: () => (end = 'error'), complete: () => (end = 'complete') });
    channel.error('reason');
    expect(end).toBe('complete');
  });

  it.each([[undefined], [null], [0], ['']])('also with %p as the reason', (reason) => {
    const { channel } = open();
    const seen: unknown[] = [];
    channel.subscribe({ error: (error: unknown) => seen.push(error), complete: () => seen.push('complete') });
    channel.error(reason);
    expect(seen).toEqual([reason]);
  });

  it('who subscribes after that gets the reason, too', () => {
    const { channel } = open();
    channel.error('reason');
    const seen: unknown[] = [];
    channel.subscribe({ error: (error: unknown) => seen.push(error) });
    expect(seen).toEqual(['reason']);
  });

  it('a receiver without an error handler makes RxJS report it as unhandled', () => {
    const unhandled: unknown[] = [];
    config.onUnhandledError = (error) => unhandled.push(error);
    new TestScheduler(() => undefined).run(({ flush }) => {
      const { channel } = open();
      channel.subscribe();
      channel.error('reason');
      flush();
    });
    expect(unhandled).toEqual(['reason']);
  });

  it('without a receiver nothing is unhandled', () => {
    const unhandled: unknown[] = [];
    config.onUnhandledError = (error) => unhandled.push(error);
    new TestScheduler(() => undefined).run(({ flush }) => {
      const { channel } = open();
      channel.txDone$.subscribe();
      channel.events$.subscribe();
      channel.error('reason');
      flush();
    });
    expect(unhandled).toEqual([]);
  });

  it('after close() does nothing', () => {
    const { channel } = open();
    const log = watch(channel);
    channel.close();
    channel.error('reason');
    expect(log).toEqual(['received$ complete', 'txDone$ complete']);
  });

  it('while completing does not wait', () => {
    const { channel } = open();
    const log = watch(channel);
    channel.next('A');
    channel.complete();
    channel.error('reason');
    expect(log).toEqual(['report A ESHUTDOWN unknown', ['received$ error', 'reason'], 'txDone$ complete']);
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

describe('as an Observer', () => {
  it('transmits what a source emits, and completes with it when all has been sent', () => {
    const { channel, link } = open({ window: 3 });
    from(['A', 'B', 'C']).subscribe(channel);
    expect(link.sent.map(({ message }) => message)).toEqual(['A', 'B', 'C']);
    expect(channel.closed).toBe(false);
    for (const token of [1, 2, 3]) link.txDone({ token });
    expect(channel.closed).toBe(true);
  });

  it('fails with the error of a source', () => {
    const { channel } = open();
    let told: unknown;
    channel.subscribe({ error: (error: unknown) => (told = error) });
    throwError(() => 'source broke').subscribe(channel);
    expect([told, channel.closed]).toEqual(['source broke', true]);
  });

  it('is told by reports what became of it', () => {
    const { channel } = open({ onSend: (message, token, link) => link.txDone({ token, ack: message.toLowerCase() }) });
    const reports: unknown[] = [];
    channel.txDone$.subscribe((report) => reports.push(report));
    of('A', 'B').subscribe(channel);
    expect(reports).toEqual([
      { token: 1, message: 'A', ack: 'a' },
      { token: 2, message: 'B', ack: 'b' },
    ]);
  });

  it(
    'is overrun by a source that is faster: what finds no place is reported, and nothing throws',
    timeline((t) => {
      const { channel } = t.open({ reports: true, channel: { txQueueLength: 1 } });
      interval(1)
        .pipe(
          take(3),
          map((i) => `m${i}`),
        )
        .subscribe((message) => channel.next(message));
      t.expect('1 sendData m0', '3 report m2 ENOBUFS not-sent');
    }),
  );

  describe('next()', () => {
    it('sends now', () => {
      const { channel, link } = open();
      channel.next('A');
      expect(link.sent.map(({ message }) => message)).toEqual(['A']);
    });

    it('makes its report with QueueFullError before it returns', () => {
      const { channel } = open({}, { txQueueLength: 0 });
      channel.next('A');
      const reports: string[] = [];
      channel.txDone$.subscribe(({ token, message, error }) => reports.push(`${token} ${message} ${code(error)}`));
      channel.next('B');
      expect(reports).toEqual(['2 B ENOBUFS not-sent']);
    });

    it('makes its report with QueueFullError before it returns, also from inside a report', () => {
      const { channel, link } = open({ window: 2 }, { txQueueLength: 0 });
      const log: string[] = [];
      channel.txDone$.subscribe(({ message, error }) => {
        log.push(`${message} ${error ? error.code : 'ok'}`);
        if (message !== 'A') return;
        channel.next('C');
        channel.next('D');
        log.push('returned');
      });
      channel.next('A');
      channel.next('B');
      link.txDone({ token: 1 });
      expect(log).toEqual(['A ok', 'D ENOBUFS', 'returned']);
    });

    it('never throws, whatever the controller does', () => {
      const { channel, link } = open();
      link.throwOnSend(new Error('bad frame'), 2);
      const reports: string[] = [];
      channel.txDone$.subscribe(({ error }) => reports.push(code(error)));
      expect(() => channel.next('A')).not.toThrow();
      expect(() => channel.next('B')).not.toThrow();
      expect(reports).toEqual(['EIO not-sent', 'EIO not-sent']);
    });

    it('without anybody listening does not stop the queue or the process', () => {
      const { channel, link } = open();
      link.throwOnSend(new Error('bad frame'));
      channel.next('A');
      channel.next('B');
      link.txDone({ token: 2, error: 'NAK' });
      channel.next('C');
      expect(link.sent.map(({ message }) => message)).toEqual(['B', 'C']);
    });

    it('is ignored on a closed channel', () => {
      const { channel, link } = open();
      channel.close();
      expect(() => channel.next('A')).not.toThrow();
      expect(link.sent).toEqual([]);
    });

    it('works when it is taken off the channel with bind, as observers are', () => {
      const { channel, link } = open();
      const next = channel.next.bind(channel);
      of('A').subscribe(next);
      expect(link.sent).toHaveLength(1);
    });
  });

  it('has the shape of an Observer', () => {
    const observer: Observer<string> = open().channel;
    expect([typeof observer.next, typeof observer.error, typeof observer.complete]).toEqual(['function', 'function', 'function']);
  });
});

describe('as an Observable', () => {
  it(
    'emits what is received',
    marbles(({ script, expectObservable }) => {
      const { channel } = open({ script: script('-k-m-(xu)n|') });
      expectObservable(channel).toBe('            -k-m-----n|');
    }),
  );

  it('is one, by class and by isObservable()', () => {
    const { channel } = open();
    expect(channel).toBeInstanceOf(Observable);
    expect(isObservable(channel)).toBe(true);
    expect(from(channel)).toBe(channel);
  });

  it('pipes to a plain Observable: nothing can be sent through what was piped', () => {
    const { channel } = open();
    const piped = channel.pipe(map((message) => message));
    expect(piped).toBeInstanceOf(Observable);
    expect(piped).not.toBeInstanceOf(Channel);
    expect('next' in piped || 'send' in piped).toBe(false);
  });

  it('is hot: who comes later has missed what was before', () => {
    const { channel, link } = open();
    const seen: unknown[][] = [[], []];
    channel.subscribe((message) => seen[0]!.push(message));
    link.received('a');
    channel.subscribe((message) => seen[1]!.push(message));
    link.received('b');
    expect(seen).toEqual([['a', 'b'], ['b']]);
  });

  it.each([[''], [0], [false], [null], [undefined]])('emits the falsy message %p', (message) => {
    const controller = new ScriptedController<unknown>();
    const channel = new Mailbox(controller).requestChannel(0);
    const seen: unknown[] = [];
    channel.subscribe((received) => seen.push(received));
    controller.link().received(message);
    expect(seen).toEqual([message]);
  });

  it('does not give out what is sent', () => {
    const { channel } = open();
    const seen: unknown[] = [];
    channel.subscribe((message) => seen.push(message));
    channel.next('A');
    expect(seen).toEqual([]);
  });

  it('unsubscribed changes nothing for the senders', () => {
    const { channel, link } = open();
    const log: unknown[] = [];
    const receiving = channel.subscribe();
    send(channel, 'A', log);
    receiving.unsubscribe();
    link.txDone({ token: 1 });
    expect(log).toEqual(['A told ok']);
  });

  it('a receiver that throws stops neither the queue nor other receivers', () => {
    const unhandled: unknown[] = [];
    config.onUnhandledError = (error) => unhandled.push(error);
    const seen: unknown[] = [];
    new TestScheduler(() => undefined).run(({ flush }) => {
      const { channel, link } = open();
      channel.subscribe(() => {
        throw new Error('oops');
      });
      channel.subscribe((message) => seen.push(message));
      send(channel, 'A', seen);
      link.received('x');
      link.txDone({ token: 1 });
      flush();
    });
    expect(seen).toEqual(['x', 'A told ok']);
    expect(unhandled).toEqual([new Error('oops')]);
  });

  it('a receiver may answer from inside', () => {
    const { channel, link } = open();
    channel.subscribe((message) => channel.next(`re: ${message}`));
    link.received('x');
    expect(link.sent.map(({ message }) => message)).toEqual(['re: x']);
  });

  it('what arrives from inside sendData is delivered when that has returned', () => {
    const log: string[] = [];
    const { channel } = open({
      onSend: (_message, _token, link) => {
        link.received('x');
        log.push('sendData returns');
      },
    });
    channel.subscribe((message) => log.push(message));
    channel.next('A');
    expect(log).toEqual(['sendData returns', 'x']);
  });
});

describe('peekData()', () => {
  it('asks the link', () => {
    let waits = true;
    const { channel } = open({ peekData: () => waits });
    expect(channel.peekData()).toBe(true);
    waits = false;
    expect(channel.peekData()).toBe(false);
  });

  it('is false where the link cannot tell', () => {
    expect(open().channel.peekData()).toBe(false);
  });

  it('is false on a closed channel, without asking', () => {
    let asked = 0;
    const { channel } = open({ peekData: () => ++asked > 0 });
    channel.close();
    expect([channel.peekData(), asked]).toEqual([false, 0]);
  });
});

describe('slotsAvailable', () => {
  it('is txQueueLength when nothing waits: 20 by default', () => {
    expect(open().channel.slotsAvailable).toBe(20);
    expect(open({}, { txQueueLength: 3 }).channel.slotsAvailable).toBe(3);
    expect(open({}, { txQueueLength: 0 }).channel.slotsAvailable).toBe(0);
  });

  it('does not count those in flight', () => {
    const { channel } = open({ window: 2 });
    channel.next('A');
    channel.next('B');
    expect(channel.slotsAvailable).toBe(20);
    channel.next('C');
    expect(channel.slotsAvailable).toBe(19);
  });

  it('counts a place as free as soon as its message is handed over', () => {
    const { channel, link } = open();
    channel.next('A');
    channel.next('B');
    link.txDone({ token: 1 });
    expect(channel.slotsAvailable).toBe(20);
  });

  it('counts a place as free as soon as its message is withdrawn', () => {
    const { channel } = open();
    channel.next('A');
    const sending = channel.send('B').subscribe();
    expect(channel.slotsAvailable).toBe(19);
    sending.unsubscribe();
    expect(channel.slotsAvailable).toBe(20);
  });

  it('is 0 when as many wait as may, and then a send is refused', () => {
    const { channel } = open({}, { txQueueLength: 2 });
    for (const message of ['A', 'B', 'C']) channel.next(message);
    expect(channel.slotsAvailable).toBe(0);
    let told = '';
    channel.send('D').subscribe({ error: (error: unknown) => (told = code(error)) });
    expect(told).toBe('ENOBUFS not-sent');
  });

  it('is 0 when closed', () => {
    const { channel } = open();
    channel.close();
    expect(channel.slotsAvailable).toBe(0);
  });
});

describe('txDone$', () => {
  it('makes one report for every accepted message, also for one sent with next()', () => {
    const { channel, link } = open({ window: 2 });
    const reports: unknown[] = [];
    channel.txDone$.subscribe((report) => reports.push(report));
    channel.next('A');
    channel.send('B').subscribe();
    link.txDone({ token: 2, ack: 'b' });
    link.txDone({ token: 1, ack: 'a' });
    expect(reports).toEqual([
      { token: 2, message: 'B', ack: 'b' },
      { token: 1, message: 'A', ack: 'a' },
    ]);
  });

  it('never ends with a message', () => {
    const { channel, link } = open();
    const log = watch(channel);
    channel.next('A');
    link.txDone({ token: 1, error: 'NAK' });
    channel.next('B');
    link.down();
    expect(log).toEqual(['report A EIO sent', 'report B ENETDOWN unknown']);
  });

  it('a listener that throws stops neither the queue nor the sender', () => {
    const unhandled: unknown[] = [];
    config.onUnhandledError = (error) => unhandled.push(error);
    const log: unknown[] = [];
    new TestScheduler(() => undefined).run(({ flush }) => {
      const { channel, link } = open();
      channel.txDone$.subscribe(() => {
        throw new Error('oops');
      });
      send(channel, 'A', log);
      send(channel, 'B', log);
      link.txDone({ token: 1 });
      link.txDone({ token: 2 });
      flush();
    });
    expect(log).toEqual(['A told ok', 'B told ok']);
    expect(unhandled).toEqual([new Error('oops'), new Error('oops')]);
  });
});

describe('events$', () => {
  it('shows the life of a message', () => {
    const { channel, link } = open();
    const events: unknown[] = [];
    channel.events$.subscribe((event) => events.push(event));
    link.refuse(1);
    channel.next('A');
    link.ready();
    link.txDone({ token: 1 });
    link.txDone({ token: 1 });
    link.txDone({ token: 7 });
    link.txDone();
    link.down('cable');
    link.up();
    channel.close();
    expect(events).toEqual([
      { type: 'queued', token: 1 },
      { type: 'busy', token: 1 },
      { type: 'sent', token: 1 },
      { type: 'settled', token: 1 },
      { type: 'lateTxDone', token: 1 },
      { type: 'unknownTxDone', token: 7 },
      { type: 'unknownTxDone' },
      { type: 'down', error: 'cable' },
      { type: 'up' },
      { type: 'closed' },
    ]);
  });

  it('a listener that throws stops neither the queue nor the sender', () => {
    const unhandled: unknown[] = [];
    config.onUnhandledError = (error) => unhandled.push(error);
    const log: unknown[] = [];
    new TestScheduler(() => undefined).run(({ flush }) => {
      const { channel, link } = open();
      channel.events$.subscribe(({ type }) => {
        if (type === 'sent') throw new Error('oops');
      });
      send(channel, 'A', log);
      link.txDone({ token: 1 });
      flush();
    });
    expect([log, unhandled]).toEqual([['A told ok'], [new Error('oops')]]);
  });
});

describe('send()', () => {
  it('makes a Transmission', () => {
    expect(open().channel.send('A')).toBeInstanceOf(Transmission);
  });

  it('takes a token only when the message is taken into the queue', () => {
    const { channel, link } = open({ window: 3 }, { txQueueLength: 0 });
    const early$ = channel.send('A');
    channel.next('B');
    early$.subscribe();
    expect(link.sent.map(({ message, token }) => `${message} ${token}`)).toEqual(['B 1', 'A 2']);
  });

  it('with a queue of 0 goes straight in flight where there is a slot', () => {
    const { channel, link } = open({}, { txQueueLength: 0 });
    const log: unknown[] = [];
    send(channel, 'A', log);
    send(channel, 'B', log);
    expect([link.sent.length, log]).toEqual([1, ['B told ENOBUFS not-sent']]);
  });

  it('errors on a full queue without a report', () => {
    const { channel } = open({}, { txQueueLength: 0 });
    const log = watch(channel);
    channel.next('A');
    send(channel, 'B', log);
    expect(log).toEqual(['B told ENOBUFS not-sent']);
  });
});

it('a channel of which nothing is observed works all the same', () => {
  const { channel, link } = open({ flush: () => EMPTY });
  channel.send('A').pipe(txTimeout(10)).subscribe().unsubscribe();
  channel.next('B');
  link.txDone({ token: 2 });
  channel.flush(5).subscribe();
  channel.close();
  expect([link.sent.length, channel.closed]).toEqual([2, true]);
});

it('a source that is unsubscribed from the channel leaves it open', () => {
  const { channel } = open();
  NEVER.subscribe(channel).unsubscribe();
  expect(channel.closed).toBe(false);
});
