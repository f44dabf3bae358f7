import { config, filter, map, merge, mergeMap, of, tap, VirtualTimeScheduler } from 'rxjs';
import { ChannelBusyError, Mailbox, TxFailedError, txTimeout, type Channel } from 'rx-mailbox';
import { createLoopback, type LoopbackOptions } from 'rx-mailbox/loopback';
import { marbles } from 'rx-mailbox/testing';
import { environment } from '../../support/environment';

/** Both ends of channel 0. b is opened first, so a is up at once, and b after the current code ends. */
function open<Ack = void>(options?: LoopbackOptions<string, Ack>): [a: Channel<string, string, Ack>, b: Channel<string, string, Ack>] {
  const [a, b] = createLoopback<string, string, Ack>(options);
  const second = new Mailbox(b).requestChannel(0);
  return [new Mailbox(a).requestChannel(0), second];
}

/** What a send ends with, as text. */
function outcome(log: unknown[], name: string) {
  return {
    next: ({ ack }: { ack: unknown }) => void log.push(ack === undefined ? `${name} taken` : `${name} taken: ${String(ack)}`),
    error: (error: { code: string }) => void log.push(`${name} ${error.code}`),
  };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('loopback', () => {
  it('delivers messages to the other end, and completes the send when they are taken', () => {
    const log: string[] = [];
    // #region example
    const [a, b] = createLoopback({ ack: (message: string) => message.length });
    const device = new Mailbox(b).requestChannel(0);
    const application = new Mailbox(a).requestChannel(0);

    device.subscribe((message) => log.push(`received ${message}`));
    application.send('hello').subscribe(({ ack }) => log.push(`taken, ${ack} characters`));
    // #endregion example
    expect(log).toEqual(['received hello', 'taken, 5 characters']);
  });

  it('passes message objects on without a copy', () => {
    const [a, b] = createLoopback<object>();
    const seen: object[] = [];
    const message = {};
    new Mailbox(b).requestChannel(0).subscribe((received) => seen.push(received));
    new Mailbox(a).requestChannel(0).next(message);
    expect(seen[0]).toBe(message);
  });

  it.each([0, '', null, undefined, false, NaN])('delivers %p', (message) => {
    const [a, b] = createLoopback();
    const seen: unknown[] = [];
    new Mailbox(b).requestChannel(0).subscribe((received) => seen.push(received));
    new Mailbox(a).requestChannel(0).next(message);
    expect(seen).toEqual([message]);
  });

  it('keeps channels apart', () => {
    const [a, b] = createLoopback<string>({ channelCount: 2 });
    const [from, to] = [new Mailbox(a), new Mailbox(b)];
    const log: string[] = [];
    for (const channel of [0, 1]) to.requestChannel(channel).subscribe((message) => log.push(`${channel}: ${message}`));
    from.requestChannel(1).next('one');
    from.requestChannel(0).next('zero');
    expect(log).toEqual(['1: one', '0: zero']);
  });

  describe('tx-done', () => {
    it('comes after every receiver has returned', () => {
      const [a, b] = open();
      const log: string[] = [];
      b.subscribe(() => log.push('first receiver'));
      b.subscribe(() => log.push('second receiver'));
      a.send('A').subscribe(outcome(log, 'A'));
      expect(log).toEqual(['first receiver', 'second receiver', 'A taken']);
    });

    it('comes even if a receiver throws', () => {
      const unhandled: unknown[] = [];
      config.onUnhandledError = (error) => unhandled.push(error);
      jest.useFakeTimers();
      const [a, b] = open();
      const log: string[] = [];
      b.subscribe(() => {
        throw new Error('receiver');
      });
      b.subscribe((message) => log.push(`received ${message}`));
      a.send('A').subscribe(outcome(log, 'A'));
      a.send('B').subscribe(outcome(log, 'B'));
      jest.runAllTimers();
      jest.useRealTimers();
      expect(log).toEqual(['received A', 'A taken', 'received B', 'B taken']);
      expect(unhandled.map(String)).toEqual(['Error: receiver', 'Error: receiver']);
    });

    it.each([
      ['tagged', 1],
      ['tagged', 3],
      ['ordered', 1],
      ['ordered', 3],
      ['untagged', 1],
    ] as const)('of an %s link with a window of %p goes to its own sender', (correlation, window) => {
      marbles(({ expectObservable }) => {
        const [a, b] = open({ latency: 3, correlation, window, ack: (message) => `${message}!` });
        const values = { a: 'A!', b: 'B!', c: 'C!' };
        const acks$ = merge(...['A', 'B', 'C'].map((message) => a.send(message))).pipe(map(({ ack }) => ack));
        expectObservable(b).toBe(window === 1 ? ' ---A--B--C ' : '---(ABC)');
        expectObservable(acks$).toBe(window === 1 ? '---a--b--(c|)' : '---(abc|)', values);
      })();
    });

    it(
      'by polling',
      marbles(({ expectObservable }) => {
        const [a, b] = open({ latency: 5, txDone: 'poll', txPollPeriod: 2, ack: (message) => message.length });
        const acks$ = merge(a.send('A'), a.send('BB')).pipe(map(({ ack }) => ack));
        expectObservable(b).toBe('    -----a-----b', { a: 'A', b: 'BB' });
        // asked                      0-2-4-6-8-0-2
        expectObservable(acks$).toBe('------1-----(2|)', { 1: 1, 2: 2 });
      }),
    );

    it('by the application', () => {
      const [a, b] = open<number>({ txDone: 'ack', correlation: 'ordered' });
      const log: string[] = [];
      b.subscribe((message) => log.push(`received ${message}`));
      a.send('A').subscribe(outcome(log, 'A'));
      a.send('B').subscribe(outcome(log, 'B'));
      expect(log).toEqual(['received A']);
      a.acknowledge({ ack: 7 });
      expect(log).toEqual(['received A', 'received B', 'A taken: 7']);
    });

    it('is a failure if making the ack throws', () => {
      const reason = new Error('NAK');
      const [a, b] = open<never>({
        ack: (message) => {
          throw message === 'A' ? reason : undefined;
        },
      });
      const errors: unknown[] = [];
      b.subscribe();
      a.send('A').subscribe({ error: (error: unknown) => errors.push(error) });
      a.send('B').subscribe({ error: (error: unknown) => errors.push(error) });
      expect(errors).toEqual([expect.any(TxFailedError), expect.any(TxFailedError)]);
      expect(errors).toMatchObject([
        { cause: reason, delivery: 'sent' },
        { cause: { message: 'ack threw undefined' }, delivery: 'sent' },
      ]);
    });

    it(
      'of a sender that has left ends no other send',
      marbles(({ expectObservable }) => {
        const [a, b] = open({ latency: 10 });
        const late$ = a.events$.pipe(
          filter(({ type }) => type === 'lateTxDone'),
          map(({ token }) => token),
        );
        expectObservable(b).toBe('         ----------A---B');
        expectObservable(a.send('A').pipe(txTimeout(4))).toBe('----#', {}, expect.objectContaining({ code: 'ETIME', delivery: 'unknown' }));
        expectObservable(a.send('B').pipe(map(({ token }) => token))).toBe('--------------(b|)', { b: 2 });
        expectObservable(late$).toBe('     ----------l', { l: 1 });
      }),
    );

    it('of abandoned messages leaves no polled answer behind', () => {
      const time = new VirtualTimeScheduler();
      const [a, b] = createLoopback<number>({ latency: 10, txDone: 'poll', scheduler: time });
      const receiving = b.open(0, environment).events$.subscribe();
      const sender = a.open(0, environment);
      sender.events$.subscribe();
      for (let token = 1; token <= 1000; token++) {
        sender.sendData(token, token);
        sender.abort!(token);
        // A held slot is polled: its message is still in transit.
        expect(sender.lastTxDone!(token)).toBe(false);
      }
      // Taken, then abandoned before it is polled.
      sender.sendData(1001, 1001);
      time.flush();
      sender.abort!(1001);
      expect(sender.lastTxDone!(1)).toBe(true);
      // Taken and polled; and one that is in transit when the other end closes.
      sender.sendData(1002, 1002);
      time.flush();
      expect(sender.lastTxDone!(1002)).toEqual({});
      const { answers } = (sender as unknown as { answers: { answers: Map<number, unknown> } }).answers;
      expect(answers.size).toBe(0);
      sender.sendData(1003, 1003);
      receiving.unsubscribe();
      expect(answers.size).toBe(0);
      expect(time.actions).toEqual([]);
    });
  });

  describe('an answer from inside a receiver', () => {
    it('is delivered asynchronously, and taken after its receivers have returned', async () => {
      const [a, b] = open();
      const log: string[] = [];
      await nextTurn();
      a.subscribe((message) => log.push(`a received ${message}`));
      b.subscribe((message) => {
        log.push(`b received ${message}`);
        b.send('answer').subscribe(outcome(log, 'answer'));
        log.push('b returns');
      });
      a.send('question').subscribe(outcome(log, 'question'));
      log.push('end of the turn');
      await nextTurn();
      expect(log).toEqual(['b received question', 'b returns', 'question taken', 'end of the turn', 'a received answer', 'answer taken']);
    });

    it('may be answered again, 100000 times', () => {
      const time = new VirtualTimeScheduler(undefined, Infinity);
      const [a, b] = createLoopback<number>({ scheduler: time });
      const right = new Mailbox(b).requestChannel(0);
      const left = new Mailbox(a).requestChannel(0);
      let last = 0;
      right.subscribe((n) => right.next(n + 1));
      left.subscribe((n) => {
        last = n;
        if (n < 100_000) left.next(n + 1);
      });
      left.next(0);
      time.flush();
      expect(last).toBeGreaterThanOrEqual(100_000);
    });
  });

  it('delivers a long queue without growing the stack', async () => {
    const [a, b] = createLoopback<number>();
    const sender = new Mailbox(a).requestChannel(0, { txQueueLength: 100_000 });
    const seen: number[] = [];
    for (let n = 0; n < 100_000; n++) sender.next(n);
    new Mailbox(b).requestChannel(0).subscribe((n) => seen.push(n));
    expect(seen).toEqual([]);
    await nextTurn();
    expect(seen.length).toBe(100_000);
    expect(seen.every((n, i) => n === i)).toBe(true);
  });

  it('delivers synchronously in both directions', async () => {
    const [a, b] = open();
    const log: string[] = [];
    await nextTurn();
    a.send('A').subscribe(outcome(log, 'A'));
    b.send('B').subscribe(outcome(log, 'B'));
    a.send('C').subscribe(outcome(log, 'C'));
    expect(log).toEqual(['A taken', 'B taken', 'C taken']);
  });

  it('delivers one message at a time, even if a receiver sends the next', async () => {
    const [a, b] = open({ window: 2 });
    const log: string[] = [];
    await nextTurn();
    b.subscribe((message) => {
      log.push(`first ${message}`);
      if (message === 'A') a.next('B');
    });
    b.subscribe((message) => log.push(`second ${message}`));
    a.next('A');
    expect(log.splice(0)).toEqual(['first A', 'second A', 'first B', 'second B']);
    // The same when A is delivered asynchronously, so that B is not sent inside the send of A.
    a.subscribe(() => a.next('A'));
    b.next('start');
    await nextTurn();
    expect(log).toEqual(['first A', 'second A', 'first B', 'second B']);
  });

  describe('while the other end is closed', () => {
    it('messages wait until it is open and its owner has subscribed', async () => {
      const [a, b] = createLoopback<string>();
      const log: string[] = [];
      const sender = new Mailbox(a).requestChannel(0);
      sender.send('A').subscribe(outcome(log, 'A'));
      sender.send('B').subscribe(outcome(log, 'B'));
      const receiver = new Mailbox(b).requestChannel(0);
      receiver.subscribe((message) => log.push(`received ${message}`));
      expect(log).toEqual([]);
      await nextTurn();
      expect(log).toEqual(['received A', 'received B', 'A taken', 'B taken']);
    });

    it(
      'waiting messages go to the next owner, and messages in flight have failed',
      marbles(({ expectObservable, cold }) => {
        const [a, b] = createLoopback<string>({ latency: 5 });
        const sender = new Mailbox(a).requestChannel(0);
        const mailbox = new Mailbox(b);
        const first = mailbox.requestChannel(0);
        const second$ = cold('---c---o|').pipe(
          tap((step) => step === 'c' && first.close()),
          mergeMap((step) => (step === 'o' ? mailbox.requestChannel(0) : of())),
        );
        expectObservable(first).toBe('            ---|');
        expectObservable(sender.send('A')).toBe(
          ' ---#',
          {},
          {
            name: 'LinkDownError',
            code: 'ENETDOWN',
            delivery: 'unknown',
            message: 'loopback-a[0]: link down while in flight: loopback-a[0] is not open at the other end',
            cause: { name: 'Error', message: 'loopback-a[0] is not open at the other end' },
          },
        );
        expectObservable(second$, '            ----------------!').toBe('------------B');
        expectObservable(sender.send('B').pipe(map(() => 't'))).toBe('------------(t|)');
      }),
    );

    it('messages wait if it was closed before they reached it', async () => {
      const [a, b] = createLoopback<string>();
      const log: string[] = [];
      const sender = new Mailbox(a).requestChannel(0);
      sender.events$.subscribe(({ type }) => log.push(type));
      new Mailbox(b).requestChannel(0).close();
      await nextTurn();
      expect(log).toEqual([]);
      sender.send('A').subscribe(outcome(log, 'A'));
      new Mailbox(b).requestChannel(0).subscribe((message) => log.push(`received ${message}`));
      await nextTurn();
      expect(log).toEqual(['queued', 'received A', 'up', 'sent', 'settled', 'A taken']);
    });

    it('the link emits down once', async () => {
      const [a, b] = createLoopback();
      const log: string[] = [];
      a.open(0, environment).events$.subscribe(({ type }) => log.push(type));
      for (let i = 0; i < 3; i++) b.open(0, environment).events$.subscribe().unsubscribe();
      await nextTurn();
      expect(log).toEqual(['down']);
    });

    it('sendData throws', () => {
      const [a] = createLoopback<string>({ name: 'lo' });
      const link = a.open(0, environment);
      link.events$.subscribe();
      expect(() => link.sendData('A', 1)).toThrow('lo-a[0] is down');
    });
  });

  it.each([
    ['sender', ['received A', 'closed', 'A ESHUTDOWN']],
    ['receiver', ['received A', 'down', 'A ENETDOWN']],
  ])('a receiver may close the %s, and then no tx-done comes', (who, expected) => {
    const [a, b] = open();
    const log: string[] = [];
    a.events$.subscribe(({ type }) => ['down', 'closed', 'lateTxDone', 'unknownTxDone'].includes(type) && log.push(type));
    b.subscribe((message) => {
      log.push(`received ${message}`);
      (who === 'sender' ? a : b).close();
    });
    a.send('A').subscribe(outcome(log, 'A'));
    expect(log).toEqual(expected);
  });

  it(
    'no message or tx-done of an earlier owner reaches a later one',
    marbles(({ expectObservable, cold }) => {
      const [a, b] = createLoopback<string>({ latency: 10, correlation: 'ordered' });
      const mailbox = new Mailbox(a);
      const receiver = new Mailbox(b).requestChannel(0);
      const first = mailbox.requestChannel(0);
      first.next('old');
      const second$ = cold('----o').pipe(
        mergeMap(() => {
          first.close();
          return mailbox.requestChannel(0).send('new');
        }),
        map(() => 't'),
      );
      expectObservable(receiver).toBe('--------------n', { n: 'new' });
      expectObservable(second$).toBe(' --------------t');
    }),
  );

  it('refuses to open one end of a channel twice', () => {
    const [a] = createLoopback({ name: 'lo' });
    const first = new Mailbox(a).requestChannel(0);
    expect(() => new Mailbox(a).requestChannel(0)).toThrow(new ChannelBusyError('lo-a[0]'));
    first.close();
    expect(() => new Mailbox(a).requestChannel(0)).not.toThrow();
  });

  it(
    'peekData sees a message in transit, and flush waits for it',
    marbles(({ expectObservable, cold }) => {
      const [a, b] = open({ latency: 4 });
      a.next('A');
      a.next('B');
      expectObservable(cold('--p------p').pipe(map(() => b.peekData()))).toBe('--t------f', { t: true, f: false });
      expectObservable(a.flush(100)).toBe('--------|');
    }),
  );

  it('runs on the given scheduler', () => {
    const time = new VirtualTimeScheduler();
    const [a, b] = open({ latency: 60_000, scheduler: time });
    const log: unknown[] = [];
    b.subscribe(() => log.push(time.now()));
    a.next('A');
    time.flush();
    expect(log).toEqual([60_000]);
  });

  it.each([
    [null, TypeError, 'options is null; expected an object'],
    [{ channelCount: 0 }, RangeError, 'channelCount is 0; expected an integer >= 1'],
    [{ channelCount: '2' }, TypeError, 'channelCount is "2"; expected an integer >= 1'],
    [{ txDone: 'maybe' }, TypeError, `txDone is "maybe"; expected 'irq', 'poll', 'ack'`],
    [{ correlation: 1 }, TypeError, `correlation is 1; expected 'tagged', 'ordered', 'untagged'`],
    [{ window: 1.5 }, RangeError, 'window is 1.5; expected an integer >= 1'],
    [{ window: 2, correlation: 'untagged' }, RangeError, 'window is 2; expected an integer from 1 to 1'],
    [{ latency: -1 }, RangeError, 'latency is -1; expected milliseconds, 0 to 2147483647'],
    [{ latency: 2 ** 31 }, RangeError, 'latency is 2147483648; expected milliseconds, 0 to 2147483647'],
    [{ latency: NaN }, RangeError, 'latency is NaN; expected milliseconds, 0 to 2147483647'],
    [{ ack: 3 }, TypeError, 'ack is 3; expected a function'],
    [{ ack: () => 1, txDone: 'ack' }, TypeError, `ack is given; expected none where txDone is 'ack'`],
  ])('rejects %p', (options, type, message) => {
    const call = () => createLoopback(options as LoopbackOptions);
    expect(call).toThrow(type);
    expect(call).toThrow(message);
  });
});
