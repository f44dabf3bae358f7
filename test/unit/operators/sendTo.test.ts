import { concat, EMPTY, from, map, Observable, of, Subject, throwError, toArray } from 'rxjs';
import { Mailbox, sendTo, type Channel, type ChannelOptions, type TxReport } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';
import { marbles, ScriptedController, type ScriptedOptions } from 'rx-mailbox/testing';

const open = (options: ScriptedOptions<string, string, string> = {}, channelOptions: ChannelOptions<string> = {}) => {
  const controller = new ScriptedController<string, string, string>(options);
  const channel = new Mailbox(controller).requestChannel(0, channelOptions);
  return { channel, link: controller.link() };
};

/** One line for a report. */
const line = ({ token, message, ack, error }: TxReport<string, string>) => `${token} ${message} ${error ? error.code : (ack ?? 'ok')}`;

/** Answers at once: with an ack, or with a failure where the message says so. */
const atOnce: ScriptedOptions<string, string, string> = {
  onSend: (message, token, link) =>
    link.txDone(message.startsWith('bad') ? { token, error: message } : { token, ack: message.toLowerCase() }),
};

describe('sendTo', () => {
  // #region example
  it('sends the lines of a file, with a report for each', (done) => {
    const [near, far] = createLoopback<string>();
    const received: string[] = [];
    new Mailbox(far).requestChannel(0).subscribe((line) => received.push(line));
    const channel = new Mailbox(near).requestChannel(0);

    from(['G28', 'G1 X10', 'M84'])
      .pipe(sendTo(channel), toArray())
      .subscribe((reports) => {
        expect(reports.map(({ message, error }) => `${message}: ${error?.message ?? 'taken'}`)).toEqual([
          'G28: taken',
          'G1 X10: taken',
          'M84: taken',
        ]);
        expect(received).toEqual(['G28', 'G1 X10', 'M84']);
        done();
      });
  });
  // #endregion example

  describe('maps each message to its report', () => {
    it(
      'never: never',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source$ = cold('               -');
        expectObservable(source$.pipe(sendTo(open().channel))).toBe('-');
        expectSubscriptions(source$.subscriptions).toBe('     ^');
      }),
    );

    it(
      'empty: completes',
      marbles(({ cold, expectObservable }) => {
        expectObservable(cold('                       --|').pipe(sendTo(open().channel))).toBe('--|');
        expectObservable((EMPTY as Observable<string>).pipe(sendTo(open().channel))).toBe('|');
      }),
    );

    it(
      'single: one report, then completion',
      marbles(({ cold, script, expectObservable }) => {
        const { channel } = open({ script: script('---d', { d: { type: 'taken', ack: 'ok' } }) });
        const source$ = cold('                     -A|');
        expectObservable(source$.pipe(sendTo(channel))).toBe('---(r|)', { r: { token: 1, message: 'A', ack: 'ok' } });
      }),
    );

    it(
      'many: in the order in which they settle',
      marbles(({ cold, script, expectObservable }) => {
        const { channel } = open({ script: script('---d--d-d') });
        const source$ = cold('                     -ABC|');
        const values = { a: '1 A ok', b: '2 B ok', c: '3 C ok' };
        expectObservable(source$.pipe(sendTo(channel), map(line))).toBe('---a--b-(c|)', values);
      }),
    );

    it(
      'an endless source: reports as long as it goes on',
      marbles(({ cold, script, expectObservable }) => {
        const { channel } = open({ script: script('--d--d') });
        const source$ = cold('                     -A--B-');
        expectObservable(source$.pipe(sendTo(channel), map(line))).toBe('--a--b', { a: '1 A ok', b: '2 B ok' });
      }),
    );

    it("the source's error: passed on, and pending messages are left", () => {
      const { channel } = open();
      const reports: string[] = [];
      channel.txDone$.subscribe((report) => reports.push(line(report)));
      let failure: unknown;
      concat(
        of('A', 'B'),
        throwError(() => 'file broke'),
      )
        .pipe(sendTo(channel, 2))
        .subscribe({ error: (error: unknown) => (failure = error) });
      expect(failure).toBe('file broke');
      expect(reports).toEqual(['1 A ECANCELED', '2 B ECANCELED']);
    });

    it('a failure is a report, and ends nothing', () => {
      const { channel } = open(atOnce);
      const seen: string[] = [];
      of('A', 'bad', 'C')
        .pipe(sendTo(channel), map(line))
        .subscribe({ next: (each) => seen.push(each), complete: () => seen.push('complete') });
      expect(seen).toEqual(['1 A a', '2 bad EIO', '3 C c', 'complete']);
    });

    it('a throw in sendData or txPrepare is a report, and ends nothing', () => {
      const { channel, link } = open(atOnce, {
        txPrepare: (message) => {
          if (message === 'unprepared') throw new Error('no');
        },
      });
      link.throwOnSend(new Error('bad frame'));
      const seen: string[] = [];
      of('A', 'unprepared', 'C')
        .pipe(sendTo(channel), map(line))
        .subscribe((each) => seen.push(each));
      expect(seen).toEqual(['1 A EIO', '2 unprepared EIO', '3 C c']);
    });

    it(
      'link down is a report for what was in flight, and ends nothing',
      marbles(({ cold, script, expectObservable }) => {
        const { channel } = open({ script: script('--x-u-d') });
        const source$ = cold('                     -(AB|)');
        expectObservable(source$.pipe(sendTo(channel), map(line))).toBe('--a---(b|)', { a: '1 A ENETDOWN', b: '2 B ok' });
      }),
    );

    it('the same report that txDone$ gives, down to the error object', () => {
      const { channel } = open(atOnce);
      const [theirs, ours]: TxReport<string, string>[][] = [[], []];
      channel.txDone$.subscribe((report) => theirs!.push(report));
      of('A', 'bad')
        .pipe(sendTo(channel))
        .subscribe((report) => ours!.push(report));
      expect(ours).toEqual(theirs);
      expect(ours![1]!.error).toBe(theirs![1]!.error);
    });

    it('after the report on txDone$', () => {
      const { channel } = open(atOnce);
      const seen: string[] = [];
      channel.txDone$.subscribe(() => seen.push('txDone$'));
      of('A')
        .pipe(sendTo(channel))
        .subscribe(() => seen.push('sendTo'));
      expect(seen).toEqual(['txDone$', 'sendTo']);
    });

    it('exactly once: a late tx-done adds none', () => {
      const { channel, link } = open();
      const seen: string[] = [];
      of('A')
        .pipe(sendTo(channel), map(line))
        .subscribe((each) => seen.push(each));
      link.txDone({ token: 1 });
      link.txDone({ token: 1, error: 'NAK' });
      expect(seen).toEqual(['1 A ok']);
    });

    it.each([[''], [0], [false], [null], [undefined]])('the falsy message %p', (message) => {
      const controller = new ScriptedController<unknown, unknown, unknown>({
        onSend: (sent, token, link) => link.txDone({ token, ack: sent }),
      });
      const channel = new Mailbox(controller).requestChannel(0);
      const seen: unknown[] = [];
      of(message)
        .pipe(sendTo(channel))
        .subscribe((report) => seen.push(report));
      expect(seen).toEqual([{ token: 1, message, ack: message }]);
    });
  });

  describe('has no more messages pending than concurrency', () => {
    const pendingOf = (options: ScriptedOptions<string, string, string>, concurrency?: number) => {
      const { channel, link } = open(options);
      of('A', 'B', 'C', 'D', 'E').pipe(sendTo(channel, concurrency)).subscribe();
      return { inFlight: link.outstanding.length, waiting: 20 - channel.slotsAvailable };
    };

    it('by default the window: 1', () => {
      expect(pendingOf({})).toEqual({ inFlight: 1, waiting: 0 });
    });

    it('by default the window: 3', () => {
      expect(pendingOf({ window: 3 })).toEqual({ inFlight: 3, waiting: 0 });
    });

    it('more than the window: the rest waits in the queue', () => {
      expect(pendingOf({ window: 2 }, 4)).toEqual({ inFlight: 2, waiting: 2 });
    });

    it('less than the window', () => {
      expect(pendingOf({ window: 4 }, 2)).toEqual({ inFlight: 2, waiting: 0 });
    });

    it('and so never overruns the queue by itself', () => {
      const { channel } = open({ ...atOnce, window: 2 }, { txQueueLength: 0 });
      const seen: string[] = [];
      from(Array.from({ length: 100 }, (_each, i) => `m${i}`))
        .pipe(sendTo(channel))
        .subscribe(({ error }) => seen.push(error?.code ?? 'ok'));
      expect(seen).toEqual(Array(100).fill('ok'));
    });

    it('and keeps the order of the source', () => {
      const { channel, link } = open({ ...atOnce, window: 2 });
      const messages = Array.from({ length: 100 }, (_each, i) => `m${i}`);
      from(messages).pipe(sendTo(channel, 5)).subscribe();
      expect(link.sent.map(({ message }) => message)).toEqual(messages);
    });

    it.each<[unknown, new (message: string) => Error]>([
      [0, RangeError],
      [-1, RangeError],
      [1.5, RangeError],
      [NaN, RangeError],
      ['2', TypeError],
      [null, TypeError],
    ])('which is an integer >= 1, not %p', (concurrency, error) => {
      const { channel } = open();
      expect(() => sendTo(channel, concurrency as number)).toThrow(error);
      expect(() => sendTo(channel, concurrency as number)).toThrow(/concurrency is .*expected an integer >= 1/);
    });
  });

  it.each([[undefined], [null], [{}], [new Subject()]])('throws TypeError at the call for a channel that is %p', (channel) => {
    expect(() => sendTo(channel as Channel<string>)).toThrow(TypeError);
    expect(() => sendTo(channel as Channel<string>)).toThrow(/channel is /);
  });
});
