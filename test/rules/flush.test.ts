import { EMPTY, NEVER, Subject, defer, finalize, of, throwError, timer, type ObservableInput } from 'rxjs';
import { isMailboxError, txTimeout, type Channel, type TxTimeoutError } from 'rx-mailbox';
import { Journal } from '../support/Journal';
import { open } from '../support/open';
import { timeline, type Timeline } from '../support/timeline';

/** Subscribes flush and writes down how it ends. */
const flush = (t: Timeline, channel: Channel<string, string, string>, limit: number) =>
  channel.flush(limit).subscribe({
    next: () => t.write('flush emitted'),
    error: (error: unknown) => t.write(`flush ${isMailboxError(error) ? error.code : String(error)}`),
    complete: () => t.write('flush done'),
  });

describe('flush(limit) (semantics 12)', () => {
  it(
    'calls link.flush(limit) once, on subscription',
    timeline((t) => {
      const { channel, link } = t.open({ flush: () => EMPTY });
      const flushing$ = channel.flush(30);
      expect(link.flushed).toEqual([]);
      flushing$.subscribe();
      expect(link.flushed).toEqual([30]);
      flushing$.subscribe();
      expect(link.flushed).toEqual([30, 30]);
    }),
  );

  it(
    'completes when link.flush() has completed and nothing waits or is in flight',
    timeline((t) => {
      const { channel, link } = t.open({ flush: () => timer(2) });
      channel.next('A');
      channel.next('B');
      flush(t, channel, 30);
      t.at(5, () => link.txDone({ token: 1 }));
      t.at(8, () => link.txDone({ token: 2 }));
      t.expect('0 sendData A', '5 sendData B', '8 flush done');
    }),
  );

  it(
    'does not complete before the link has flushed',
    timeline((t) => {
      const { channel, link } = t.open({ flush: () => timer(20) });
      channel.next('A');
      flush(t, channel, 30);
      t.at(5, () => link.txDone({ token: 1 }));
      t.expect('0 sendData A', '20 flush done');
    }),
  );

  it(
    'completes at once when there is nothing to do',
    timeline((t) => {
      const { channel } = t.open({ flush: () => EMPTY });
      flush(t, channel, 30);
      t.expect('0 flush done');
    }),
  );

  it(
    'emits nothing, whatever the link emits',
    timeline((t) => {
      const { channel } = t.open({ flush: () => of(1, 2, 3) });
      flush(t, channel, 30);
      t.expect('0 flush done');
    }),
  );

  it(
    'waits also for messages that are sent meanwhile',
    timeline((t) => {
      const { channel, link } = t.open({ flush: () => EMPTY });
      channel.next('A');
      flush(t, channel, 30);
      t.at(3, () => channel.next('B'));
      t.at(5, () => link.txDone({ token: 1 }));
      t.at(8, () => link.txDone({ token: 2 }));
      t.expect('0 sendData A', '5 sendData B', '8 flush done');
    }),
  );

  it(
    'settles no message itself: the link does, by tx-dones',
    timeline((t) => {
      const { channel, link } = t.open({
        flush: () =>
          defer(() => {
            link.txDone({ token: 1, ack: 'flushed' });
            return EMPTY;
          }),
      });
      channel.send('A').subscribe(t.sender('A'));
      flush(t, channel, 30);
      t.expect('0 sendData A', '0 A ok flushed', '0 flush done');
    }),
  );

  it(
    "errors with the link's error, and leaves the messages alone",
    timeline((t) => {
      const { channel, link } = t.open({ flush: () => throwError(() => 'stuck') });
      channel.send('A').subscribe(t.sender('A'));
      flush(t, channel, 30);
      t.at(5, () => link.txDone({ token: 1 }));
      t.expect('0 sendData A', '0 flush stuck', '5 A ok');
    }),
  );

  it(
    'errors with what link.flush throws',
    timeline((t) => {
      const { channel } = t.open({
        flush: () => {
          throw new Error('stuck');
        },
      });
      flush(t, channel, 30);
      t.expect('0 flush Error: stuck');
    }),
  );

  it(
    'errors with TxTimeoutError after limit, and leaves the messages alone',
    timeline((t) => {
      const { channel, link } = t.open({ flush: () => EMPTY });
      channel.send('A').subscribe(t.sender('A'));
      flush(t, channel, 30);
      t.at(50, () => link.txDone({ token: 1 }));
      t.expect('0 sendData A', '30 flush ETIME', '50 A ok');
    }),
  );

  it(
    'errors with TxTimeoutError after limit if the link is not done, and unsubscribes it',
    timeline((t) => {
      const { channel } = t.open({ flush: () => NEVER.pipe(finalize(() => t.write('link stopped'))) });
      channel.flush(30).subscribe({
        error: ({ code, limit, clock }: TxTimeoutError) => t.write(`${code} ${limit} ${clock}`),
      });
      t.expect('30 link stopped', '30 ETIME 30 total');
    }),
  );

  it(
    'errors with ChannelClosedError on a closed channel, when it is subscribed',
    timeline((t) => {
      const { channel, link } = t.open({ flush: () => EMPTY });
      channel.close();
      expect(() => channel.flush(30)).not.toThrow();
      flush(t, channel, 30);
      t.expect('0 flush ESHUTDOWN');
      expect(link.flushed).toEqual([]);
    }),
  );

  it(
    'errors with ChannelClosedError when the channel closes meanwhile',
    timeline((t) => {
      const { channel } = t.open({ flush: () => EMPTY });
      channel.next('A');
      flush(t, channel, 30);
      t.at(5, () => channel.close());
      t.expect('0 sendData A', '5 flush ESHUTDOWN');
    }),
  );

  it(
    'completes on a completing channel when every accepted message has settled',
    timeline((t) => {
      const { channel, link } = t.open({ flush: () => EMPTY });
      channel.send('A').subscribe(t.sender('A'));
      flush(t, channel, 30);
      channel.complete();
      t.at(5, () => link.txDone({ token: 1 }));
      t.expect('0 sendData A', '5 A ok', '5 flush done');
      expect(channel.closed).toBe(true);
    }),
  );

  it(
    'errors with NotSupportedError where the controller has no such operation',
    timeline((t) => {
      const { channel } = t.open();
      flush(t, channel, 30);
      t.expect('0 flush ENOTSUP');
    }),
  );

  describe('a held slot counts as in flight', () => {
    it(
      'on an ordered link',
      timeline((t) => {
        const { channel, link } = t.open({ correlation: 'ordered', flush: () => EMPTY });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        flush(t, channel, 30);
        t.at(8, () => link.txDone());
        t.expect('0 sendData A', '3 A ETIME unknown', '8 flush done');
      }),
    );

    it(
      'until its quarantine is over',
      timeline((t) => {
        const { channel } = t.open({ correlation: 'untagged', quarantine: 10, flush: () => EMPTY });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        flush(t, channel, 30);
        t.expect('0 sendData A', '3 A ETIME unknown', '13 flush done');
      }),
    );

    it(
      'but not a message that has left without holding its slot',
      timeline((t) => {
        const { channel } = t.open({ correlation: 'tagged', flush: () => EMPTY });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        flush(t, channel, 30);
        t.expect('0 sendData A', '3 A ETIME unknown', '3 flush done');
      }),
    );
  });

  describe('does not complete while a message waits, though nothing is in flight', () => {
    it(
      'because it was refused',
      timeline((t) => {
        const { channel, link } = t.open({ flush: () => EMPTY });
        link.refuseUntilReady();
        channel.next('A');
        flush(t, channel, 30);
        t.at(5, () => link.ready());
        t.at(8, () => link.txDone({ token: 1 }));
        t.expect('0 sendData A → busy', '5 sendData A', '8 flush done');
      }),
    );

    it(
      'because the link is down, and another one has left',
      timeline((t) => {
        const { channel, link } = t.open({ flush: () => EMPTY });
        link.down();
        channel.next('A');
        channel.send('B').pipe(txTimeout(2)).subscribe(t.sender('B'));
        flush(t, channel, 30);
        t.at(5, () => link.up());
        t.at(8, () => link.txDone({ token: 1 }));
        t.expect('2 B ETIME not-sent', '5 sendData A', '8 flush done');
      }),
    );
  });

  describe('its completion may send again, and everything is notified as usual', () => {
    it('a failure of that message, before the call that flushed it returns', () => {
      const { channel, link } = open({ flush: () => EMPTY });
      const journal = new Journal();
      channel.next('A');
      channel.flush(30).subscribe({ complete: () => channel.send('B').subscribe(journal.sender('B')) });
      link.throwOnSend('bad frame');
      link.txDone({ token: 1 });
      expect(journal.lines).toEqual(['B EIO not-sent']);
    });

    it('its events', () => {
      const { channel, link } = open({ flush: () => EMPTY });
      const journal = new Journal();
      journal.events(channel);
      channel.next('A');
      channel.flush(30).subscribe({ complete: () => channel.next('B') });
      link.txDone({ token: 1 });
      expect(journal.lines).toEqual(['queued 1', 'sent 1', 'settled 1', 'queued 2', 'sent 2']);
    });
  });

  it(
    'stops waiting and unsubscribes the link when it is unsubscribed',
    timeline((t) => {
      const link$ = new Subject<never>();
      const { channel } = t.open({ flush: (): ObservableInput<unknown> => link$ });
      const flushing = flush(t, channel, 30);
      expect(link$.observed).toBe(true);
      flushing.unsubscribe();
      expect(link$.observed).toBe(false);
      t.expect();
    }),
  );

  it(
    'may run several times at once, each with its own end',
    timeline((t) => {
      const { channel, link } = t.open({ flush: () => EMPTY });
      channel.next('A');
      flush(t, channel, 3);
      flush(t, channel, 30);
      t.at(5, () => link.txDone({ token: 1 }));
      t.at(9, () => flush(t, channel, 30));
      t.expect('0 sendData A', '3 flush ETIME', '5 flush done', '9 flush done');
    }),
  );

  it.each<[unknown, new (message: string) => Error]>([
    [0, RangeError],
    [0.5, RangeError],
    [-1, RangeError],
    [NaN, RangeError],
    [Infinity, RangeError],
    [2 ** 31, RangeError],
    ['30', TypeError],
    [undefined, TypeError],
    [null, TypeError],
  ])('throws at the call, naming the argument and its range, for a limit of %p', (limit, error) => {
    timeline((t) => {
      const { channel } = t.open({ flush: () => EMPTY });
      expect(() => channel.flush(limit as number)).toThrow(error);
      expect(() => channel.flush(limit as number)).toThrow(/limit is .*2147483647/);
    })();
  });

  it.each([[1], [1.5], [2 ** 31 - 1]])('takes a limit of %p', (limit) => {
    timeline((t) => {
      const { channel } = t.open({ flush: () => EMPTY });
      flush(t, channel, limit);
      t.expect('0 flush done');
    })();
  });
});
