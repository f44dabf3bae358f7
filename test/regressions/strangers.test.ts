import { config, finalize, map, Subject } from 'rxjs';
import { Mailbox, scheduleTx, sendTo, txCancel, txTimeout, type LinkEvent, type MailboxLink } from 'rx-mailbox';
import { handmade } from '../support/handmade';
import { Journal, outcome } from '../support/Journal';
import { open } from '../support/open';
import { timeline } from '../support/timeline';
import { ScriptedController } from 'rx-mailbox/testing';

// Senders that were told what belonged to somebody else, twice, or nothing (field trial of the first edition).

describe('a sender that another one takes along', () => {
  it(
    'field report: unsubscribed by a teardown of one that runs out, it fails with an error of its own',
    timeline((t) => {
      const { channel } = t.open({ window: 2, reports: true });
      const other = channel.send('other').subscribe();
      channel
        .send('A')
        .pipe(txTimeout(10))
        .subscribe(t.sender('A'))
        .add(() => other.unsubscribe());
      t.expect('0 sendData other', '0 sendData A', '10 report A ETIME unknown', '10 A ETIME unknown', '10 report other ECANCELED unknown');
    }),
  );

  it(
    'field report: unsubscribed by a teardown of one that a tx operator behind others leaves, too',
    timeline((t) => {
      const { channel } = t.open({ window: 2, reports: true });
      const other = channel.send('other').subscribe();
      const leave = new Subject<void>();
      const own = channel.send('A').subscribe();
      own.add(() => other.unsubscribe());
      leave
        .pipe(
          map(() => ({ token: 0, ack: undefined })),
          finalize(() => own.unsubscribe()),
          txTimeout(10),
        )
        .subscribe({ error: () => undefined });
      t.flush();
      // It is told the operator's error, since it stands below finalize; its own teardown's stranger is not.
      expect(t.lines.filter((line) => line.includes('report'))).toEqual(['10 report other ECANCELED unknown', '10 report A ETIME unknown']);
    }),
  );

  it(
    'field report: report and sender of a message that was never sent are told one error',
    timeline((t) => {
      const { channel } = t.open();
      const errors: unknown[] = [];
      channel.txDone$.subscribe(({ error }) => error && errors.push(error));
      channel.next('first');
      channel
        .send('A')
        .pipe(
          map((receipt) => receipt),
          txTimeout(10),
        )
        .subscribe({ error: (error: unknown) => errors.push(error) });
      t.flush();
      expect(errors.map(outcome)).toEqual(['ETIME not-sent', 'ETIME not-sent']);
      expect(errors[0]).toBe(errors[1]);
    }),
  );
});

describe('first answer wins: a signal that is aborted inside next', () => {
  it('field report: directly on a transmission: a receipt and its completion, no error', () => {
    const abort = new AbortController();
    const { channel, link } = open();
    const seen: string[] = [];
    channel
      .send('A')
      .pipe(txCancel(abort.signal))
      .subscribe({
        next: () => (seen.push('receipt'), abort.abort()),
        error: (error: unknown) => seen.push(outcome(error)),
        complete: () => seen.push('complete'),
      });
    link.txDone({ token: 1 });
    expect(seen).toEqual(['receipt', 'complete']);
  });

  it('field report: a subscription that is cancelled inside next is complete', () => {
    const { channel, link } = open();
    const seen: string[] = [];
    const subscription = channel.send('A').subscribe({
      next: () => (seen.push('receipt'), subscription.unsubscribe()),
      complete: () => seen.push('complete'),
    });
    link.txDone({ token: 1 });
    expect(seen).toEqual(['receipt', 'complete']);
  });
});

describe('a second mailbox on one controller', () => {
  it('field report: its tokens go on, so a late tx-done of the first settles nothing', () => {
    const controller = new ScriptedController<string, string>({ correlation: 'tagged' });
    const first = new Mailbox(controller).requestChannel(0);
    first.send('A').subscribe({ error: () => undefined });
    first.close();
    const second = new Mailbox(controller).requestChannel(0);
    const journal = new Journal();
    journal.events(second, 'lateTxDone');
    second.send('B').subscribe(journal.sender('B'));
    controller.link().txDone({ token: 1 });
    controller.link().txDone({ token: 2 });
    expect(journal.lines).toEqual(['lateTxDone 1', 'B ok']);
  });

  it('field report: a channel has one owner, whoever hands it out', () => {
    const controller = new ScriptedController({ channelCount: 2 });
    const [one, two] = [new Mailbox(controller), new Mailbox(controller)];
    const channel = one.requestChannel(0);
    expect(() => two.requestChannel(0)).toThrow('scripted[0] has an owner');
    two.requestChannel(1);
    two.close();
    expect(channel.closed).toBe(false);
    one.close();
    expect(new Mailbox(controller).requestChannel(0).closed).toBe(false);
  });
});

describe('many and odd', () => {
  it('field report: 1,000 messages in flight are found in any order', () => {
    const { channel, link } = open({ window: 1000 }, { txQueueLength: 1000 });
    let done = 0;
    for (let i = 0; i < 1000; i++) channel.send('m').subscribe({ complete: () => done++ });
    for (let i = 0; i < 1000; i++) link.txDone({ token: ((i * 387) % 1000) + 1 });
    expect(done).toBe(1000);
  });

  it('field report: sendTo with a window of 64 and a queue of 20 loses nothing while the link is down', () => {
    const { channel, link } = open({ window: 64, onStart: (starting) => starting.down() });
    const outcomes: string[] = [];
    const messages = new Subject<string>();
    messages.pipe(sendTo(channel)).subscribe(({ error }) => outcomes.push(error === undefined ? 'ok' : outcome(error)));
    for (let i = 0; i < 1000; i++) messages.next(`m${i}`);
    link.up();
    while (link.outstanding.length > 0) link.txDoneOldest();
    expect([outcomes.length, new Set(outcomes)]).toEqual([1000, new Set(['ok'])]);
  });

  it('field report: a limit of 1e-5 ms, with which retry() would spin, is refused', () => {
    expect(() => txTimeout(1e-5)).toThrow(new RangeError('limit is 0.00001; expected milliseconds, 1 to 2147483647'));
  });

  it('field report: a queue of 0 takes a send from inside sendData where another slot is free', () => {
    const sent: string[] = [];
    const set = handmade({
      controller: { window: 2 },
      options: { txQueueLength: 0 },
      link: {
        sendData: (message) => {
          sent.push(message);
          if (message === 'A') for (const name of ['B', 'C']) set.channel.next(name);
          return 'accepted';
        },
      },
    });
    const refused: string[] = [];
    set.channel.txDone$.subscribe(({ message, error }) => error && refused.push(`${message} ${error.code}`));
    set.channel.next('A');
    expect([sent, refused]).toEqual([['A', 'B'], ['C ENOBUFS']]);
  });

  it('field report: a message that arrives from inside a completion does not overtake an outcome', () => {
    const set = handmade({ controller: { window: 3 } });
    const seen: string[] = [];
    set.channel.subscribe((message) => seen.push(`received ${message}`));
    set.channel.send('A').subscribe({
      complete: () => {
        seen.push('A');
        set.done(2);
        set.events.next({ type: 'received', message: 'X' });
        set.done(3);
      },
    });
    for (const name of ['B', 'C']) set.channel.send(name).subscribe({ complete: () => seen.push(name) });
    set.done(1);
    expect(seen).toEqual(['A', 'B', 'received X', 'C']);
  });

  it("field report: scheduleTx with 'ack', where nobody could acknowledge, is refused", () => {
    const link: MailboxLink<string, never, void> = { events$: new Subject(), sendData: () => 'accepted', lastTxDone: () => true };
    expect(() => scheduleTx(link, { txDone: 'ack' })).toThrow("options.txDone is 'ack'; expected 'irq' or 'poll'");
    expect(() => scheduleTx(link, { txDone: 'poll', knowsTxDone: true })).toThrow('options.knowsTxDone is true; expected false or nothing');
  });

  it('field report: a scheduler that throws loses no report', async () => {
    const scheduler = {
      now: () => 0,
      schedule: (): never => {
        throw new Error('no time');
      },
    };
    const unhandled: string[] = [];
    config.onUnhandledError = (error) => unhandled.push(String(error));
    jest.useFakeTimers({ doNotFake: ['nextTick'] });
    try {
      const set = handmade({ scheduler, controller: { quarantine: 10, correlation: 'ordered', window: 3 } });
      const journal = new Journal();
      journal.reports(set.channel);
      set.channel.send('A').subscribe().unsubscribe();
      set.channel.send('B').subscribe(journal.sender('B'));
      await Promise.resolve();
      expect(() => set.channel.send('C').pipe(txTimeout(10)).subscribe(journal.sender('C'))).toThrow('no time');
      set.done(1);
      set.done(2);
      jest.runOnlyPendingTimers();
      expect(journal.lines).toEqual(['report A ECANCELED unknown', 'report B ok', 'B ok']);
      expect(new Set(unhandled)).toEqual(new Set(['Error: no time']));
    } finally {
      jest.useRealTimers();
    }
  });

  it('field report: with useDeprecatedSynchronousErrorHandling a report listener that throws keeps nobody from its outcome', () => {
    config.useDeprecatedSynchronousErrorHandling = true;
    jest.useFakeTimers();
    try {
      const events = new Subject<LinkEvent<string, string>>();
      const set = handmade({ link: { events$: events } });
      const journal = new Journal();
      set.channel.txDone$.subscribe(() => {
        throw new Error('listener');
      });
      for (const name of ['A', 'B']) set.channel.send(name).subscribe(journal.sender(name));
      const emit = (token: number): void => {
        try {
          events.next({ type: 'txDone', token });
        } catch {
          // That is what the setting is for.
        }
      };
      emit(1);
      emit(2);
      expect(journal.lines).toEqual(['A ok', 'B ok']);
    } finally {
      config.useDeprecatedSynchronousErrorHandling = false;
      jest.useRealTimers();
    }
  });
});
