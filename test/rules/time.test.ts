import { asyncScheduler, EMPTY, map, retry, VirtualTimeScheduler } from 'rxjs';
import { readdirSync, readFileSync } from 'node:fs';
import { isMailboxError, Mailbox, txTimeout, TxTimeoutError, txCancel, Transmission, type MailboxErrorCode } from 'rx-mailbox';
import { marbles, ScriptedController, type ScriptedOptions } from 'rx-mailbox/testing';
import { timeline } from '../support/timeline';

/** Timers that are scheduled and not given back. */
const pending = (scheduler: VirtualTimeScheduler): number => scheduler.actions.filter(({ closed }) => !closed).length;

/** Lets that much virtual time go by. */
function advance(scheduler: VirtualTimeScheduler, ms: number): void {
  scheduler.maxFrames = scheduler.frame + ms;
  scheduler.flush();
  scheduler.frame = scheduler.maxFrames;
}

function virtual(options: ScriptedOptions<string, string, string> = {}) {
  const scheduler = new VirtualTimeScheduler();
  const controller = new ScriptedController<string, string, string>({ ...options, scheduler });
  const mailbox = new Mailbox(controller, { scheduler });
  return { scheduler, controller, mailbox, channel: mailbox.requestChannel(0), link: controller.link() };
}

describe('timers only through RxJS schedulers', () => {
  it(
    'asyncScheduler by default, so TestScheduler.run drives everything',
    marbles(({ script, expectObservable }) => {
      const controller = new ScriptedController({ script: script('-----------d') });
      const channel = new Mailbox(controller).requestChannel(0);
      expectObservable(channel.send('A').pipe(txTimeout(4))).toBe('----#', undefined, new TxTimeoutError('total', 4, 'unknown'));
    }),
  );

  it('an injected VirtualTimeScheduler drives everything: no timer of the platform is ever set', () => {
    const setTimer = [jest.spyOn(globalThis, 'setTimeout'), jest.spyOn(globalThis, 'setInterval'), jest.spyOn(globalThis, 'setImmediate')];
    const { scheduler, mailbox, channel } = virtual({
      txDone: 'poll',
      channelCount: 2,
      correlation: 'untagged',
      txPollPeriod: 5,
      flush: () => EMPTY,
    });
    const codes: (MailboxErrorCode | undefined)[] = [];
    const error = (e: unknown) => codes.push(isMailboxError(e) ? e.code : undefined);
    channel
      .send('A')
      .pipe(txTimeout({ inFlight: 20 }))
      .subscribe({ error });
    channel
      .send('B')
      .pipe(txTimeout({ queued: 30 }))
      .subscribe({ error });
    channel.flush(40).subscribe({ error });
    mailbox
      .requestChannel(1, { quarantine: 10 })
      .send('C')
      .pipe(
        map((receipt) => receipt),
        txTimeout(50, scheduler),
      )
      .subscribe({ error });
    advance(scheduler, 100);
    mailbox.close();
    expect(codes).toEqual(['ETIME', 'ETIME', 'ETIME', 'ETIME']);
    for (const spy of setTimer) expect(spy).not.toHaveBeenCalled();
    for (const spy of setTimer) spy.mockRestore();
  });

  it('no promises in the core, no timers, no RxJS', () => {
    const folder = new URL('../../src/core/', `file://${__filename}`);
    for (const file of readdirSync(folder)) {
      const code = readFileSync(new URL(file, folder), 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
      expect(`${file}: ${/\bPromise\b|\basync\b|\bawait\b|queueMicrotask|setTimeout|setInterval|Date\b|from 'rxjs/.exec(code)?.[0]}`).toBe(
        `${file}: undefined`,
      );
    }
  });

  it('an outcome is told in the same turn as its tx-done', () => {
    const { channel, link } = virtual();
    let told = false;
    channel.send('A').subscribe(() => (told = true));
    link.txDone({ token: 1 });
    expect(told).toBe(true);
  });

  it('without a scheduler of its own, a tx operator on a Transmission uses the one of the mailbox', () => {
    const { scheduler, channel } = virtual();
    let told: unknown;
    channel
      .send('A')
      .pipe(txTimeout(10))
      .subscribe({ error: (error: unknown) => (told = error) });
    advance(scheduler, 9);
    expect(told).toBeUndefined();
    advance(scheduler, 1);
    expect(told).toBeInstanceOf(TxTimeoutError);
  });

  it('without a scheduler of its own, a tx operator elsewhere uses asyncScheduler', () => {
    const schedule = jest.spyOn(asyncScheduler, 'schedule');
    const { channel } = virtual();
    channel
      .send('A')
      .pipe(
        map((receipt) => receipt),
        txTimeout(10),
      )
      .subscribe()
      .unsubscribe();
    expect(schedule.mock.calls.map(([, ms]) => ms)).toEqual([10]);
    schedule.mockRestore();
  });

  it('with a scheduler of its own, a tx operator uses that', () => {
    const { scheduler, channel } = virtual();
    const own = new VirtualTimeScheduler();
    let told: unknown;
    channel
      .send('A')
      .pipe(txTimeout(10, own))
      .subscribe({ error: (error: unknown) => (told = error) });
    advance(scheduler, 100);
    expect(told).toBeUndefined();
    advance(own, 10);
    expect(told).toBeInstanceOf(TxTimeoutError);
  });

  it.each([['setTimeout'], [{}], [null], [{ now: () => 0 }]])('a scheduler that is none throws TypeError: %p', (scheduler) => {
    expect(() => new Mailbox(new ScriptedController(), { scheduler: scheduler as unknown as VirtualTimeScheduler })).toThrow(TypeError);
  });
});

describe('one poll timer per mailbox', () => {
  it('whatever the number of channels and messages', () => {
    const { scheduler, mailbox, channel } = virtual({ txDone: 'poll', channelCount: 3, window: 4, txPollPeriod: 10 });
    for (const each of [channel, mailbox.requestChannel(1), mailbox.requestChannel(2)]) for (const name of ['A', 'B', 'C']) each.next(name);
    expect(pending(scheduler)).toBe(1);
    advance(scheduler, 35);
    expect(pending(scheduler)).toBe(1);
  });

  it('asks about an accepted message first after 0 ms, never from inside send()', () => {
    const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10 });
    channel.next('A');
    expect(link.polled).toEqual([]);
    advance(scheduler, 0);
    expect(link.polled).toEqual([{ token: 1, at: 0 }]);
  });

  it('then asks every period', () => {
    const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10 });
    channel.next('A');
    advance(scheduler, 35);
    expect(link.polled.map(({ at }) => at)).toEqual([0, 10, 20, 30]);
  });

  it('restarts the period with the 0 ms question about the next message', () => {
    const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10, window: 2 });
    channel.next('A');
    advance(scheduler, 14);
    channel.next('B');
    advance(scheduler, 25);
    expect(link.polled.map(({ token, at }) => `${token} at ${at}`)).toEqual([
      '1 at 0',
      '1 at 10',
      '1 at 14',
      '2 at 14',
      '1 at 24',
      '2 at 24',
      '1 at 34',
      '2 at 34',
    ]);
  });

  it(
    'settles what has been taken, and asks about the next message after 0 ms again',
    timeline((t) => {
      const { channel, link } = t.open({ txDone: 'poll', txPollPeriod: 10 });
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(14, () => link.setLastTxDone(1, { ack: 'a' }));
      t.at(14, () => link.setLastTxDone(2, true));
      t.expect('0 sendData A', '20 sendData B', '20 A told ok a', '20 B told ok');
    }),
  );

  it('takes an object with an error for a failure, with one that is null, too', () => {
    const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10 });
    const errors: unknown[] = [];
    channel.txDone$.subscribe(({ error }) => errors.push(error));
    channel.next('A');
    link.setLastTxDone(1, { error: null });
    advance(scheduler, 0);
    expect(errors).toHaveLength(1);
    expect(isMailboxError(errors[0], 'EIO') && [errors[0].delivery, errors[0].cause]).toEqual(['sent', null]);
  });

  it('takes an object without anything for success', () => {
    const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10 });
    const reports: unknown[] = [];
    channel.txDone$.subscribe((report) => reports.push(report));
    channel.next('A');
    link.setLastTxDone(1, {});
    advance(scheduler, 0);
    expect(reports).toEqual([{ token: 1, message: 'A', ack: undefined }]);
  });

  it(
    'asks about orphans that hold a slot, too',
    timeline((t) => {
      const { channel, link } = t.open({ txDone: 'poll', txPollPeriod: 10, correlation: 'untagged', events: ['lateTxDone'] });
      channel.send('A').pipe(txTimeout(5)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(14, () => link.setLastTxDone(1, true));
      t.at(25, () => link.setLastTxDone(2, true));
      t.expect('0 sendData A', '5 A told ETIME unknown', '20 sendData B', '20 lateTxDone 1', '30 B told ok');
    }),
  );

  it('asks no more about a message that has left and holds no slot', () => {
    const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10 });
    channel
      .send('A')
      .pipe(txTimeout(5))
      .subscribe({ error: () => undefined });
    advance(scheduler, 100);
    expect(link.polled.map(({ at }) => at)).toEqual([0]);
  });

  it("does not take a link's txDone event for an answer: it is not the channel's own method", () => {
    const { channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10 });
    const seen: unknown[] = [];
    channel.txDone$.subscribe((report) => seen.push(report));
    channel.events$.subscribe(({ type, token }) => seen.push([type, token]));
    channel.next('A');
    seen.length = 0;
    link.txDone({ token: 1 });
    expect(seen).toEqual([['unknownTxDone', 1]]);
  });

  describe('stops when no slot is held and no head waits after busy', () => {
    it('because everything has been taken', () => {
      const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10 });
      channel.next('A');
      link.setLastTxDone(1, true);
      advance(scheduler, 0);
      expect(pending(scheduler)).toBe(0);
    });

    it('because the only message left, and holds no slot', () => {
      const { scheduler, channel } = virtual({ txDone: 'poll', txPollPeriod: 1000 });
      const sending = channel.send('A').subscribe();
      advance(scheduler, 1);
      sending.unsubscribe();
      expect(pending(scheduler)).toBe(0);
    });

    it('because the refused head left', () => {
      const { scheduler, channel, link } = virtual({ txPollPeriod: 1000 });
      link.refuseUntilReady();
      const sending = channel.send('A').subscribe();
      expect(pending(scheduler)).toBe(1);
      sending.unsubscribe();
      expect(pending(scheduler)).toBe(0);
    });

    it('because the link went down', () => {
      const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 1000 });
      channel.next('A');
      advance(scheduler, 1);
      link.down();
      expect(pending(scheduler)).toBe(0);
    });

    it('because the channel closed', () => {
      const { scheduler, channel } = virtual({ txDone: 'poll', txPollPeriod: 1000 });
      channel.next('A');
      channel.close();
      expect(pending(scheduler)).toBe(0);
    });

    it('and goes on for the sake of another channel', () => {
      const { scheduler, mailbox, channel, controller } = virtual({ txDone: 'poll', txPollPeriod: 10, channelCount: 2 });
      mailbox.requestChannel(1).next('B');
      channel.next('A');
      channel.close();
      advance(scheduler, 25);
      expect(controller.link(1).polled.map(({ at }) => at)).toEqual([0, 10, 20]);
    });

    it('and starts again with the next message', () => {
      const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10 });
      channel.next('A');
      link.setLastTxDone(1, true);
      advance(scheduler, 7);
      channel.next('B');
      advance(scheduler, 15);
      expect(link.polled.map(({ token, at }) => `${token} at ${at}`)).toEqual(['1 at 0', '2 at 7', '2 at 17']);
    });
  });

  it('needs lastTxDone: requestChannel throws TypeError where a poll link has none', () => {
    const controller = new ScriptedController({ txDone: 'poll' });
    const open = controller.open.bind(controller);
    controller.open = (index) => Object.assign(open(index), { lastTxDone: undefined });
    const mailbox = new Mailbox(controller);
    expect(() => mailbox.requestChannel(0)).toThrow(TypeError);
    expect(() => mailbox.requestChannel(0)).toThrow(/lastTxDone/);
    expect(() => mailbox.requestChannel(0, { knowsTxDone: true })).not.toThrow();
  });
});

describe('txTimeout', () => {
  it(
    'txTimeout(ms) counts from subscription',
    timeline((t) => {
      const { channel } = t.open();
      const sending$ = channel.send('A').pipe(txTimeout(10));
      t.at(5, () => sending$.subscribe(t.sender('A')));
      t.expect('5 sendData A', '15 A told ETIME unknown');
    }),
  );

  it(
    'txTimeout(ms) counts from subscription, also the time in the queue',
    timeline((t) => {
      const { channel, link } = t.open();
      channel.next('first');
      channel.send('A').pipe(txTimeout(10)).subscribe(t.sender('A'));
      t.at(7, () => link.txDone({ token: 1 }));
      t.expect('0 sendData first', '7 sendData A', '10 A told ETIME unknown');
    }),
  );

  it(
    'queued runs until the message goes in flight',
    timeline((t) => {
      const { channel, link } = t.open();
      channel.next('first');
      channel
        .send('A')
        .pipe(txTimeout({ queued: 10 }))
        .subscribe(t.sender('A'));
      channel
        .send('B')
        .pipe(txTimeout({ queued: 10 }))
        .subscribe(t.sender('B'));
      t.at(7, () => link.txDone({ token: 1 }));
      t.at(50, () => link.txDone({ token: 2 }));
      t.expect('0 sendData first', '7 sendData A', '10 B told ETIME not-sent', '50 A told ok');
    }),
  );

  it(
    'queued goes on while the head is refused',
    timeline((t) => {
      const { channel, link } = t.open();
      link.refuseUntilReady();
      channel
        .send('A')
        .pipe(txTimeout({ queued: 10 }))
        .subscribe(t.sender('A'));
      t.expect('0 sendData A → busy', '10 A told ETIME not-sent');
    }),
  );

  it(
    'inFlight runs from then on',
    timeline((t) => {
      const { channel, link } = t.open();
      channel.next('first');
      channel
        .send('A')
        .pipe(txTimeout({ inFlight: 10 }))
        .subscribe(t.sender('A'));
      t.at(50, () => link.txDone({ token: 1 }));
      t.expect('0 sendData first', '50 sendData A', '60 A told ETIME unknown');
    }),
  );

  it(
    'inFlight does not run for a refused head',
    timeline((t) => {
      const { channel, link } = t.open();
      link.refuseUntilReady();
      channel
        .send('A')
        .pipe(txTimeout({ inFlight: 10 }))
        .subscribe(t.sender('A'));
      t.at(50, () => link.ready());
      t.expect('0 sendData A → busy', '50 sendData A', '60 A told ETIME unknown');
    }),
  );

  it.each<[string, { queued?: number; inFlight?: number; total?: number }, string[]]>([
    ['queued', { queued: 5, inFlight: 50, total: 50 }, ['5 queued 5 not-sent']],
    ['total, while it waits', { queued: 50, inFlight: 50, total: 5 }, ['5 total 5 not-sent']],
    ['total, while it is in flight', { queued: 50, inFlight: 50, total: 15 }, ['10 sendData A', '15 total 15 unknown']],
    ['inFlight', { queued: 50, inFlight: 7, total: 50 }, ['10 sendData A', '17 inFlight 7 unknown']],
  ])('says which clock ran out and its length in ms: %s', (_clock, limit, lines) =>
    timeline((t) => {
      const { channel, link } = t.open();
      channel.next('first');
      channel
        .send('A')
        .pipe(txTimeout(limit))
        .subscribe({ error: (e: TxTimeoutError) => t.write(`${e.clock} ${e.limit} ${e.delivery}`) });
      t.at(10, () => link.txDone({ token: 1 }));
      t.expect('0 sendData first', ...lines);
    })(),
  );
});

describe('applied to a Transmission, tx operators return a Transmission', () => {
  const policies = [
    ['txTimeout, txCancel', (source: Transmission<string>) => source.pipe(txTimeout({ queued: 20, inFlight: 3 }), txCancel(EMPTY))],
    ['txCancel, txTimeout', (source: Transmission<string>) => source.pipe(txCancel(EMPTY), txTimeout({ queued: 20, inFlight: 3 }))],
    ['txTimeout twice', (source: Transmission<string>) => source.pipe(txTimeout(50), txTimeout({ inFlight: 3 }))],
  ] as const;

  it.each(policies)('so they stack in any order: %s', (_order, policy) =>
    timeline((t) => {
      const { channel } = t.open();
      const sending$ = policy(channel.send('A'));
      expect(sending$).toBeInstanceOf(Transmission);
      sending$.subscribe(t.sender('A'));
      t.expect('0 sendData A', '3 A told ETIME unknown');
    })(),
  );

  it('and leave the Transmission they were applied to as it was', () => {
    const { scheduler, channel } = virtual();
    const plain$ = channel.send('A');
    plain$.pipe(txTimeout(10));
    let told = false;
    plain$.subscribe({ error: () => (told = true) });
    advance(scheduler, 100);
    expect(told).toBe(false);
  });
});

describe('on any other source', () => {
  it(
    'total works',
    timeline((t) => {
      const { channel } = t.open({ reports: true });
      channel
        .send('A')
        .pipe(
          map((receipt) => receipt),
          txTimeout({ total: 5 }),
        )
        .subscribe(t.sender('A'));
      t.expect('0 sendData A', '5 report A ETIME unknown', '5 A told ETIME unknown');
    }),
  );

  it.each([[{ queued: 5 }], [{ inFlight: 5 }], [{ queued: 5, total: 9 }], [{ inFlight: 5, total: 9 }]])(
    'queued and inFlight throw TypeError when the operator is applied: %p',
    (limit) => {
      const { channel } = virtual();
      expect(() => channel.send('A').pipe(retry(1), txTimeout(limit))).toThrow(TypeError);
      expect(() => channel.send('A').pipe(txTimeout(limit), retry(1))).not.toThrow();
    },
  );
});

describe("the operator's error reaches the message's report as the same object, wherever in the pipe it stands", () => {
  const places: [string, (source: Transmission<string>) => ReturnType<Transmission<string>['pipe']>][] = [
    [
      'first',
      (source) =>
        source.pipe(
          txTimeout(5),
          map(({ token }) => token),
        ),
    ],
    [
      'after map',
      (source) =>
        source.pipe(
          map((receipt) => receipt),
          txTimeout(5),
        ),
    ],
    [
      'after two operators',
      (source) =>
        source.pipe(
          map((receipt) => receipt),
          map((receipt) => receipt),
          txTimeout(5),
          map(({ token }) => token),
        ),
    ],
    ['after another tx operator', (source) => source.pipe(txTimeout(50), txTimeout(5))],
    [
      'after another tx operator and map',
      (source) =>
        source.pipe(
          txTimeout(50),
          map((receipt) => receipt),
          txTimeout(5),
        ),
    ],
    ['after retry', (source) => source.pipe(retry(3), txTimeout(5))],
  ];

  it.each(places)('%s', (_place, policy) =>
    timeline((t) => {
      const { channel } = t.open();
      const errors: unknown[] = [];
      channel.txDone$.subscribe(({ error }) => errors.push(error));
      policy(channel.send('A')).subscribe({ error: (error: unknown) => errors.push(error) });
      t.expect('0 sendData A');
      expect(errors).toHaveLength(2);
      expect(errors[1]).toBe(errors[0]);
      expect(errors[0]).toBeInstanceOf(TxTimeoutError);
    })(),
  );
});
