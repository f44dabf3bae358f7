import { concat, delay, EMPTY, from, map, NEVER, Observable, of, range, repeat, retry, Subject, take, throwError, toArray } from 'rxjs';
import { Mailbox, sendTo, txTimeout, type Channel, type ChannelOptions, type TxReport } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';
import { marbles, ScriptedController, type ScriptedOptions } from 'rx-mailbox/testing';
import { timeline } from '../../support/timeline';

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

  describe('when others fill the queue', () => {
    it('reports ENOBUFS, with a token of its own, and goes on', () => {
      const { channel, link } = open({}, { txQueueLength: 0 });
      const seen: string[] = [];
      const source = new Subject<string>();
      channel.next('theirs');
      source.pipe(sendTo(channel), map(line)).subscribe((each) => seen.push(each));
      source.next('A');
      link.txDone({ token: 1 });
      source.next('B');
      link.txDone({ token: 3 });
      expect(seen).toEqual(['2 A ENOBUFS', '3 B ok']);
    });
  });

  describe('on a channel that closes', () => {
    it('reports ESHUTDOWN for pending messages and for all that follow, and ends with the source', () => {
      const { channel } = open();
      const seen: string[] = [];
      const source = new Subject<string>();
      source.pipe(sendTo(channel, 2), map(line)).subscribe({ next: (each) => seen.push(each), complete: () => seen.push('complete') });
      source.next('A');
      source.next('B');
      channel.close();
      expect(seen).toEqual(['1 A ESHUTDOWN', '2 B ESHUTDOWN']);
      source.next('C');
      source.complete();
      expect(seen.slice(2).map((each) => each.replace(/^\d+ /, ''))).toEqual(['C ESHUTDOWN', 'complete']);
    });

    it('says for each whether it was sent', () => {
      const { channel } = open();
      const seen: unknown[] = [];
      of('A', 'B')
        .pipe(sendTo(channel, 2))
        .subscribe(({ error }) => seen.push(error?.delivery));
      channel.close();
      expect(seen).toEqual(['unknown', 'not-sent']);
    });
  });

  describe('unsubscribed', () => {
    it('leaves all of its messages that are pending', () => {
      const { channel, link } = open({ abort: true, window: 2 });
      const reports: string[] = [];
      channel.txDone$.subscribe((report) => reports.push(line(report)));
      of('A', 'B').pipe(sendTo(channel)).subscribe().unsubscribe();
      expect(reports).toEqual(['1 A ECANCELED', '2 B ECANCELED']);
      expect(link.aborted).toEqual([1, 2]);
    });

    it(
      'unsubscribes the source',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source$ = cold('                                           -A----');
        expectObservable(source$.pipe(sendTo(open().channel)), '         ^---!').toBe('-----');
        expectSubscriptions(source$.subscriptions).toBe('                ^---!');
      }),
    );

    it('leaves the messages of others alone', () => {
      const { channel, link } = open({ window: 2 });
      let done = false;
      channel.send('theirs').subscribe({ complete: () => (done = true) });
      of('A').pipe(sendTo(channel)).subscribe().unsubscribe();
      link.txDone({ token: 1 });
      expect(done).toBe(true);
    });
  });

  it('stops a synchronous source when take has enough', () => {
    const { channel, link } = open(atOnce);
    const seen: string[] = [];
    of('A')
      .pipe(repeat(1000), sendTo(channel), take(3))
      .subscribe((report) => seen.push(line(report)));
    expect(seen).toEqual(['1 A a', '2 A a', '3 A a']);
    expect(link.sent).toHaveLength(3);
  });

  it('sends 10⁵ messages that are done at once without growing the stack', () => {
    const { channel } = open(atOnce);
    let reports = 0;
    range(0, 100_000)
      .pipe(
        map((i) => `${i}`),
        sendTo(channel),
      )
      .subscribe(() => reports++);
    expect(reports).toBe(100_000);
  });

  it('may be fed from inside its own report', () => {
    const { channel, link } = open(atOnce);
    const source = new Subject<string>();
    const seen: string[] = [];
    source.pipe(sendTo(channel), map(line)).subscribe((each) => {
      seen.push(each);
      if (seen.length < 4) source.next(`m${seen.length}`);
    });
    source.next('m0');
    expect(seen).toEqual(['1 m0 m0', '2 m1 m1', '3 m2 m2', '4 m3 m3']);
    expect(link.sent).toHaveLength(4);
  });

  it(
    'is one operator for many sources: state lives in the subscription',
    timeline((t) => {
      const { channel } = t.open({ onSend: (_message, token, link) => link.txDone({ token }) });
      const send = sendTo(channel);
      for (const name of ['A', 'B']) {
        of(name)
          .pipe(delay(name === 'A' ? 4 : 2), send)
          .subscribe({ complete: () => t.write(`${name} complete`) });
      }
      t.expect('2 sendData B', '2 B complete', '4 sendData A', '4 A complete');
    }),
  );

  it('can be subscribed again', () => {
    const { channel, link } = open(atOnce);
    const sending$ = of('A').pipe(sendTo(channel));
    sending$.subscribe();
    sending$.subscribe();
    expect(link.sent).toHaveLength(2);
  });

  it('works with retry of the source, and does not end when a message fails', () => {
    const { channel } = open(atOnce);
    let attempts = 0;
    const seen: string[] = [];
    new Observable<string>((subscriber) => {
      subscriber.next(`bad ${++attempts}`);
      if (attempts < 3) subscriber.error('file broke');
      else subscriber.complete();
    })
      .pipe(sendTo(channel), retry(5), map(line))
      .subscribe({ next: (each) => seen.push(each), complete: () => seen.push('complete') });
    expect(seen).toEqual(['1 bad 1 EIO', '2 bad 2 EIO', '3 bad 3 EIO', 'complete']);
  });

  it(
    'waits while a held slot blocks the channel',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'untagged' });
      channel.send('theirs').pipe(txTimeout(3)).subscribe(t.sender('theirs'));
      t.at(
        4,
        () =>
          void concat(of('A'), NEVER)
            .pipe(sendTo(channel), map(line))
            .subscribe((each) => t.write(each)),
      );
      t.at(6, () => link.txDone());
      t.at(8, () => link.txDone());
      t.expect('0 sendData theirs', '3 theirs ETIME unknown', '6 sendData A', '8 2 A ok');
    }),
  );
});
