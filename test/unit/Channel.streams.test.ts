import { config, from, interval, isObservable, map, Observable, of, take, throwError, type Observer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { Channel, Mailbox } from 'rx-mailbox';
import { marbles, ScriptedController } from 'rx-mailbox/testing';
import { timeline } from '../support/timeline';
import { send } from '../support/channelLog';
import { outcome } from '../support/Journal';
import { open as openChannel } from '../support/open';

const open = openChannel<string>;

describe('a channel as an Observer', () => {
  it('sends what a source emits, and closes after the source completes and all is sent', () => {
    const { channel, link } = open({ window: 3 });
    from(['A', 'B', 'C']).subscribe(channel);
    expect(link.sent.map(({ message }) => message)).toEqual(['A', 'B', 'C']);
    expect(channel.closed).toBe(false);
    for (const token of [1, 2, 3]) link.txDone({ token });
    expect(channel.closed).toBe(true);
  });

  it('fails with the error of a source', () => {
    const { channel } = open();
    let failure: unknown;
    channel.subscribe({ error: (error: unknown) => (failure = error) });
    throwError(() => 'source broke').subscribe(channel);
    expect([failure, channel.closed]).toEqual(['source broke', true]);
  });

  it('gets the outcomes from the reports', () => {
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
    'can be overrun by a faster source: messages that find no room are reported, and nothing throws',
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
      channel.txDone$.subscribe(({ token, message, error }) => reports.push(`${token} ${message} ${outcome(error)}`));
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
      channel.txDone$.subscribe(({ error }) => reports.push(outcome(error)));
      expect(() => channel.next('A')).not.toThrow();
      expect(() => channel.next('B')).not.toThrow();
      expect(reports).toEqual(['EIO not-sent', 'EIO not-sent']);
    });

    it('stops neither the queue nor the process if nothing is subscribed', () => {
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

    it('works when it is bound, as observers are', () => {
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

describe('a channel as an Observable', () => {
  it(
    'emits received messages',
    marbles(({ script, expectObservable }) => {
      const { channel } = open({ script: script('-k-m-(xu)o|') });
      expectObservable(channel).toBe('            -k-m-----o|');
    }),
  );

  it('is one, by class and by isObservable()', () => {
    const { channel } = open();
    expect(channel).toBeInstanceOf(Observable);
    expect(isObservable(channel)).toBe(true);
    expect(from(channel)).toBe(channel);
  });

  it('pipes to a plain Observable, which cannot send', () => {
    const { channel } = open();
    const piped = channel.pipe(map((message) => message));
    expect(piped).toBeInstanceOf(Observable);
    expect(piped).not.toBeInstanceOf(Channel);
    expect('next' in piped || 'send' in piped).toBe(false);
  });

  it('is hot: a late subscriber misses earlier messages', () => {
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

  it('does not emit the messages that are sent', () => {
    const { channel } = open();
    const seen: unknown[] = [];
    channel.subscribe((message) => seen.push(message));
    channel.next('A');
    expect(seen).toEqual([]);
  });

  it('changes nothing for the senders when it is unsubscribed', () => {
    const { channel, link } = open();
    const log: unknown[] = [];
    const receiving = channel.subscribe();
    send(channel, 'A', log);
    receiving.unsubscribe();
    link.txDone({ token: 1 });
    expect(log).toEqual(['A ok']);
  });

  it('goes on if a receiver throws: neither the queue nor other receivers stop', () => {
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
    expect(seen).toEqual(['x', 'A ok']);
    expect(unhandled).toEqual([new Error('oops')]);
  });

  it('lets a receiver answer from inside', () => {
    const { channel, link } = open();
    channel.subscribe((message) => channel.next(`re: ${message}`));
    link.received('x');
    expect(link.sent.map(({ message }) => message)).toEqual(['re: x']);
  });

  it('emits a message that arrives inside sendData when that has returned', () => {
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
