import { of, repeat, throwError, timer } from 'rxjs';
import { getEventListeners } from 'node:events';
import { Mailbox, txCancel, TxCanceledError, type MailboxError, type TxReceipt } from 'rx-mailbox';
import { marbles, ScriptedController } from 'rx-mailbox/testing';
import { timeline } from '../../support/timeline';
import { open as openChannel } from '../../support/open';
import { outcomes } from '../../support/outcomes';

const open = openChannel<string>;

const receipt: TxReceipt<string> = { token: 1, ack: 'ok' };
const canceled = (delivery: string): unknown => expect.objectContaining({ code: 'ECANCELED', delivery });

/** How many listeners a signal has. */
const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('txCancel', () => {
  // #region example
  it('takes back a message that was not sent yet, and says when it may have been sent', () => {
    const channel = new Mailbox(new ScriptedController()).requestChannel(0);
    const user = new AbortController();
    const log: string[] = [];
    for (const message of ['in flight', 'waiting']) {
      channel
        .send(message)
        .pipe(txCancel(user.signal))
        .subscribe({
          error: (error: MailboxError) => log.push(`${message}: ${error.code}, ${error.delivery}, because ${String(error.cause)}`),
        });
    }

    user.abort('the user went away');

    expect(log).toEqual([
      'in flight: ECANCELED, unknown, because the user went away',
      'waiting: ECANCELED, not-sent, because the user went away',
    ]);
  });
  // #endregion example

  describe('with an AbortSignal', () => {
    it(
      'already aborted: sends nothing, makes no report, and errors at once',
      timeline((t) => {
        const { channel } = t.open({ reports: true, events: ['queued', 'settled', 'left'] });
        channel
          .send('A')
          .pipe(txCancel(AbortSignal.abort('too late')))
          .subscribe(t.sender('A'));
        t.expect('0 A ECANCELED not-sent');
      }),
    );

    it('already aborted: takes no place in the queue', () => {
      const { channel } = open();
      channel
        .send('A')
        .pipe(txCancel(AbortSignal.abort()))
        .subscribe({ error: () => undefined });
      expect(channel.slotsAvailable).toBe(20);
    });

    it.each<[string, unknown]>([
      ['a string', 'the user went away'],
      ['an error', new Error('stop')],
      ['null', null],
      ['zero', 0],
    ])('the cause is its reason: %s', (_what, reason) => {
      const { channel } = open();
      const aborted = new AbortController();
      const seen = outcomes(channel, channel.send('A').pipe(txCancel(aborted.signal)));
      aborted.abort(reason);
      expect((seen.notified[0] as Error).cause).toBe(reason);
      expect((outcomes(channel, channel.send('B').pipe(txCancel(aborted.signal))).notified[0] as Error).cause).toBe(reason);
    });

    it('without a reason: the cause is the AbortError of the platform', () => {
      const { channel } = open();
      const aborted = new AbortController();
      const seen = outcomes(channel, channel.send('A').pipe(txCancel(aborted.signal)));
      aborted.abort();
      expect((seen.notified[0] as Error).cause).toMatchObject({ name: 'AbortError' });
    });

    it('report and sender get the same error object', () => {
      const { channel } = open();
      const aborted = new AbortController();
      const { notified, reported } = outcomes(channel, channel.send('A').pipe(txCancel(aborted.signal)));
      aborted.abort();
      expect([notified.length, reported.length]).toEqual([1, 1]);
      expect(notified[0]).toBe(reported[0]);
      expect(notified[0]).toBeInstanceOf(TxCanceledError);
    });

    it('delivery is unknown for a message in flight, and not-sent for a waiting one', () => {
      const { channel, link } = open();
      const aborted = new AbortController();
      const seen = ['A', 'B'].map((message) => outcomes(channel, channel.send(message).pipe(txCancel(aborted.signal))).notified);
      aborted.abort();
      expect(seen).toEqual([[canceled('unknown')], [canceled('not-sent')]]);
      expect(link.sent.map(({ message }) => message)).toEqual(['A']);
    });

    it('aborting messages in flight and waiting ones together leaves the queue working', async () => {
      const { channel, link } = open();
      const aborted = new AbortController();
      for (const message of ['A', 'B', 'C']) outcomes(channel, channel.send(message).pipe(txCancel(aborted.signal)));
      aborted.abort();
      channel.next('D');
      expect(link.sent.map(({ message }) => message)).toEqual(['A']);
      await Promise.resolve();
      expect(link.sent.map(({ message }) => message)).toEqual(['A', 'D']);
    });

    it('aborted after the outcome changes nothing', () => {
      const { channel, link } = open();
      const aborted = new AbortController();
      const seen = outcomes(channel, channel.send('A').pipe(txCancel(aborted.signal)));
      link.txDone({ token: 1, ack: 'ok' });
      aborted.abort();
      expect(seen).toEqual({ notified: ['complete'], reported: [undefined] });
    });

    it('keeps at most one listener on a signal, however many sends it watches', () => {
      const { channel } = open({ window: 500 });
      const { signal } = new AbortController();
      for (let i = 0; i < 500; i++) channel.send('A').pipe(txCancel(signal)).subscribe();
      expect(listeners(signal)).toBe(1);
    });

    it.each<[string, (set: ReturnType<typeof open>, sending: { unsubscribe(): void }, aborted: AbortController) => void]>([
      ['an ack', ({ link }) => link.txDone({ token: 1 })],
      ['a failure', ({ link }) => link.txDone({ token: 1, error: 'NAK' })],
      ['an unsubscription', (_set, sending) => sending.unsubscribe()],
      ['link down', ({ link }) => link.down()],
      ['close()', ({ channel }) => channel.close()],
      ['the abort itself', (_set, _sending, aborted) => aborted.abort()],
    ])('keeps no listener after %s', (_how, end) => {
      const set = open();
      const aborted = new AbortController();
      const sending = set.channel
        .send('A')
        .pipe(txCancel(aborted.signal))
        .subscribe({ error: () => undefined });
      expect(listeners(aborted.signal)).toBe(1);
      end(set, sending, aborted);
      expect(listeners(aborted.signal)).toBe(0);
    });

    it('keeps no listener for a message that a full queue refused', () => {
      const controller = new ScriptedController();
      const channel = new Mailbox(controller).requestChannel(0, { txQueueLength: 0 });
      const { signal } = new AbortController();
      channel.next('A');
      channel
        .send('B')
        .pipe(txCancel(signal))
        .subscribe({ error: () => undefined });
      expect(listeners(signal)).toBe(0);
    });

    it('keeps no listener before it is subscribed', () => {
      const { signal } = new AbortController();
      open().channel.send('A').pipe(txCancel(signal));
      expect(listeners(signal)).toBe(0);
    });

    it('10⁵ sends over one long-lived signal leave no listener behind', () => {
      const { channel } = open({ onSend: (_message, token, link) => link.txDone({ token }) });
      const { signal } = new AbortController();
      for (let i = 0; i < 1e5; i++) channel.send('A').pipe(txCancel(signal)).subscribe();
      expect(listeners(signal)).toBe(0);
    });

    it('a sender may leave others that the same signal is about to cancel, from inside its error', () => {
      const { channel } = open({ window: 2 });
      const aborted = new AbortController();
      const log: unknown[] = [];
      channel
        .send('A')
        .pipe(txCancel(aborted.signal))
        .subscribe({ error: () => other.unsubscribe() });
      const other = channel
        .send('B')
        .pipe(txCancel(aborted.signal))
        .subscribe({ error: (error: unknown) => log.push(error) });
      channel.txDone$.subscribe(({ message, error }) => log.push(`${message} ${error?.code}`));
      aborted.abort();
      expect(log).toEqual(['A ECANCELED', 'B ECANCELED']);
    });
  });

  describe('with something that RxJS can subscribe', () => {
    it(
      'its first value cancels',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const { channel } = open();
        const when = cold('                                         ---x-y');
        expectObservable(channel.send('A').pipe(txCancel(when))).toBe('---#', {}, canceled('unknown'));
        expectSubscriptions(when.subscriptions).toBe('               ^--!');
      }),
    );

    it(
      'its completion alone does not',
      marbles(({ cold, script, expectObservable }) => {
        const { channel } = open({ script: script('                 ----d', { d: { type: 'taken', ack: 'ok' } }) });
        const when = cold('                                         ---|');
        expectObservable(channel.send('A').pipe(txCancel(when))).toBe('----(r|)', { r: receipt });
      }),
    );

    it(
      'its error cancels, with that error as cause',
      marbles(({ cold, expectObservable }) => {
        const { channel } = open();
        const when = cold('                                         ---#', {}, 'notifier broke');
        const error = expect.objectContaining({ code: 'ECANCELED', delivery: 'unknown', cause: 'notifier broke' }) as unknown;
        expectObservable(channel.send('A').pipe(txCancel(when))).toBe('---#', {}, error);
      }),
    );

    it(
      'is unsubscribed with the outcome',
      marbles(({ cold, script, expectObservable, expectSubscriptions }) => {
        const { channel } = open({ script: script('                 ---d', { d: { type: 'taken', ack: 'ok' } }) });
        const when = cold('                                         -----x');
        expectObservable(channel.send('A').pipe(txCancel(when))).toBe('---(r|)', { r: receipt });
        expectSubscriptions(when.subscriptions).toBe('               ^--!');
      }),
    );

    it(
      'is unsubscribed with an early unsubscription',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const { channel } = open();
        const when = cold('                                           -----x');
        expectObservable(channel.send('A').pipe(txCancel(when)), '     ^--!').toBe('----');
        expectSubscriptions(when.subscriptions).toBe('                 ^--!');
      }),
    );

    it(
      'that emits at once: sends nothing and makes no report',
      timeline((t) => {
        const { channel } = t.open({ reports: true });
        channel
          .send('A')
          .pipe(txCancel(of('now')))
          .subscribe(t.sender('A'));
        t.expect('0 A ECANCELED not-sent');
      }),
    );

    it(
      'that errors at once: sends nothing and makes no report',
      timeline((t) => {
        const { channel } = t.open({ reports: true });
        channel
          .send('A')
          .pipe(txCancel(throwError(() => 'broken')))
          .subscribe(t.sender('A'));
        t.expect('0 A ECANCELED not-sent');
      }),
    );

    it(
      'that emits for ever at once: is stopped',
      timeline((t) => {
        const { channel } = t.open();
        channel
          .send('A')
          .pipe(txCancel(of(1).pipe(repeat())))
          .subscribe(t.sender('A'));
        t.expect('0 A ECANCELED not-sent');
      }),
    );

    it(
      'is subscribed anew by each subscription',
      timeline((t) => {
        const { channel } = t.open({ window: 2 });
        const sending$ = channel.send('A').pipe(txCancel(timer(10)));
        sending$.subscribe(t.sender('first'));
        t.at(5, () => sending$.subscribe(t.sender('second')));
        t.expect('0 sendData A', '5 sendData A', '10 first ECANCELED unknown', '15 second ECANCELED unknown');
      }),
    );

    it('may be a promise', async () => {
      const { channel } = open();
      const stop = Promise.resolve('now');
      const seen = outcomes(channel, channel.send('A').pipe(txCancel(stop)));
      await stop;
      await Promise.resolve();
      expect(seen.notified).toEqual([canceled('unknown')]);
    });

    it('may be an array, which emits at once', () => {
      const { channel } = open();
      expect(outcomes(channel, channel.send('A').pipe(txCancel([1]))).notified).toEqual([canceled('not-sent')]);
      expect(outcomes(channel, channel.send('B').pipe(txCancel([]))).notified).toEqual([]);
    });
  });
});
