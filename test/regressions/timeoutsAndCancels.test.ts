import { map, Subject, takeUntil, tap } from 'rxjs';
import { txCancel, txTimeout } from 'rx-mailbox';
import { marbles } from 'rx-mailbox/testing';
import { failure } from '../support/failure';
import { Journal } from '../support/Journal';
import { handedOver, open } from '../support/open';
import { turnEnd } from '../support/turn';

// Bugs in which a sender that gave up stopped the queue, or was sent all the same. Each test is named after a public report of it.

describe('a sender unsubscribes in the tick in which it started', () => {
  it('dariuszseweryn/RxAndroidBle#644: before, during or after the hand-over, the queue goes on', async () => {
    const stop = new Subject<void>();
    const { channel, link } = open(
      { onSend: (message) => message === 'during' && stop.next() },
      { txPrepare: (message) => message === 'before' && stop.next() },
    );
    const journal = new Journal();
    journal.reports(channel);
    for (const message of ['before', 'during', 'after']) {
      channel.send(message).pipe(takeUntil(stop)).subscribe().unsubscribe();
      await turnEnd();
    }
    channel.send('next').subscribe(journal.sender('next'));
    link.txDoneOldest();
    link.txDoneOldest();
    link.txDoneOldest();
    expect(journal.lines).toEqual([
      'report before ECANCELED not-sent',
      'report during ECANCELED unknown',
      'report after ECANCELED unknown',
      'report next ok',
      'next ok',
    ]);
    expect(handedOver(link)).toBe('during after next');
  });

  it('dariuszseweryn/RxAndroidBle#644: the slot is free again, however often', async () => {
    const { channel, link } = open();
    const journal = new Journal();
    for (let i = 0; i < 100; i++) {
      channel.send('A').subscribe().unsubscribe();
      await turnEnd();
    }
    channel.send('B').subscribe(journal.sender('B'));
    link.txDone({ token: 101 });
    expect([journal.lines, channel.slotsAvailable]).toEqual([['B ok'], 20]);
  });

  it('dariuszseweryn/RxAndroidBle#644: of many in one tick only the first is sent, and the queue goes on', async () => {
    const { channel, link } = open();
    for (let i = 0; i < 100; i++) channel.send(`${i}`).subscribe().unsubscribe();
    channel.next('B');
    expect(handedOver(link)).toBe('0');
    await turnEnd();
    expect(handedOver(link)).toBe('0 B');
  });
});

describe('one signal aborts a message in flight and a waiting one', () => {
  it('sindresorhus/p-queue#168: both settle, and the queue goes on', async () => {
    const abort = new AbortController();
    const { channel, link } = open();
    const journal = new Journal();
    journal.reports(channel);
    for (const name of ['A', 'B']) channel.send(name).pipe(txCancel(abort.signal)).subscribe(journal.sender(name));
    channel.send('C').subscribe(journal.sender('C'));
    abort.abort();
    await turnEnd();
    link.txDone({ token: 3 });
    expect(journal.lines.filter((line) => !line.startsWith('report')).sort()).toEqual([
      'A ECANCELED unknown',
      'B ECANCELED not-sent',
      'C ok',
    ]);
    expect(journal.lines.filter((line) => line.startsWith('report'))).toHaveLength(3);
    expect(handedOver(link)).toBe('A C');
  });

  it('sindresorhus/p-queue#168: the waiting one is not handed over in between', async () => {
    const abort = new AbortController();
    const { channel, link } = open();
    for (const name of ['A', 'B', 'C']) {
      channel
        .send(name)
        .pipe(txCancel(abort.signal))
        .subscribe({ error: () => undefined });
    }
    channel.next('D');
    abort.abort();
    expect(handedOver(link)).toBe('A');
    await turnEnd();
    expect(handedOver(link)).toBe('A D');
  });
});

describe('a signal that is aborted already', () => {
  it('sindresorhus/p-queue#241: nothing is sent and the sender gets the error at once', () => {
    const { channel, link } = open();
    const journal = new Journal();
    channel.next('in the way');
    channel.send('A').pipe(txCancel(AbortSignal.abort())).subscribe(journal.sender('A'));
    expect([journal.lines, handedOver(link)]).toEqual([['A ECANCELED not-sent'], 'in the way']);
  });

  it('sindresorhus/p-queue#241: one that aborts while the message waits settles it then', () => {
    const abort = new AbortController();
    const { channel, link } = open();
    const journal = new Journal();
    channel.next('in the way');
    channel.send('A').pipe(txCancel(abort.signal)).subscribe(journal.sender('A'));
    expect(journal.lines).toEqual([]);
    abort.abort();
    expect([journal.lines, handedOver(link)]).toEqual([['A ECANCELED not-sent'], 'in the way']);
  });
});

describe('cancelled while it waits', () => {
  it('redis/node-redis#3365: a message that fails as cancelled and not-sent was not sent', () => {
    const abort = new AbortController();
    const { channel, link } = open();
    const journal = new Journal();
    channel.next('in the way');
    channel.send('A').pipe(txCancel(abort.signal)).subscribe(journal.sender('A'));
    abort.abort();
    while (link.outstanding.length > 0) link.txDoneOldest();
    expect([journal.lines, handedOver(link)]).toEqual([['A ECANCELED not-sent'], 'in the way']);
  });
});

describe('cancelled in flight', () => {
  it('zwave-js/zwave-js#6472: the slot is held and abort is called once', async () => {
    const abort = new AbortController();
    const { channel, link } = open({ correlation: 'untagged', abort: true });
    const journal = new Journal();
    const sending = channel.send('A').pipe(txCancel(abort.signal), txTimeout(50)).subscribe(journal.sender('A'));
    channel.next('B');
    abort.abort();
    sending.unsubscribe();
    abort.abort();
    expect([journal.lines, link.aborted, handedOver(link)]).toEqual([['A ECANCELED unknown'], [1], 'A']);
    await turnEnd();
    link.txDone();
    expect([link.aborted, handedOver(link)]).toEqual([[1], 'A B']);
  });

  it(
    'faststream-community/zMQTT#72: cancelling a sent message gives no quota back if the peer counts it',
    marbles(({ cold, flush }) => {
      const { channel, link } = open({ quarantine: 10, abort: true });
      channel
        .send('A')
        .pipe(txCancel(cold('---c')))
        .subscribe({ error: () => undefined });
      channel.next('B');
      flush();
      expect(link.sent).toMatchObject([
        { message: 'A', at: 0 },
        { message: 'B', at: 13 },
      ]);
    }),
  );

  it(
    'josdejong/workerpool#548: cleaning up after a cancelled message does not hit the next one',
    marbles(({ cold, script, expectObservable }) => {
      const { channel } = open({ quarantine: 10, script: script('        ----d---d') });
      expectObservable(channel.send('A').pipe(txCancel(cold('--c')))).toBe('--#', undefined, failure('ECANCELED', 'unknown'));
      expectObservable(channel.send('B').pipe(map(() => 'r'))).toBe('  --------(r|)');
    }),
  );
});

describe('a clock for the time in flight does not start when the message is queued', () => {
  it(
    'Koenkk/zigbee-herdsman#856: inFlight runs from the hand-over',
    marbles(({ script, expectObservable }) => {
      const { channel } = open({ script: script('                             --------d---d') });
      expectObservable(channel.send('A').pipe(map(() => 'r'))).toBe('              --------(r|)');
      expectObservable(
        channel.send('B').pipe(
          txTimeout({ inFlight: 5 }),
          map(() => 'r'),
        ),
      ).toBe('------------(r|)');
    }),
  );

  it(
    'redis/ioredis#2130: and it runs out when it is due',
    marbles(({ script, expectObservable }) => {
      const { channel } = open({ script: script('                          --------d') });
      expectObservable(channel.send('A').pipe(map(() => 'r'))).toBe('           --------(r|)');
      expectObservable(channel.send('B').pipe(txTimeout({ inFlight: 5 }))).toBe(
        '-------------#',
        undefined,
        failure('ETIME', 'unknown', { clock: 'inFlight' }),
      );
    }),
  );

  it(
    'total, in contrast, runs from the subscription',
    marbles(({ expectObservable }) => {
      const { channel } = open();
      channel.next('in the way');
      expectObservable(channel.send('A').pipe(txTimeout(5))).toBe('-----#', undefined, failure('ETIME', 'not-sent', { clock: 'total' }));
    }),
  );
});

describe('messages behind the head run out of time', () => {
  it(
    'Koenkk/zigbee-herdsman#1851: each waiting message runs out of time by its own clock',
    marbles(({ expectObservable }) => {
      const { channel } = open();
      const expiring = (message: string, ms: number) => channel.send(message).pipe(txTimeout(ms));
      const expired = failure('ETIME', 'not-sent');
      channel.next('head, for ever');
      expectObservable(expiring('A', 9)).toBe('---------#', undefined, expired);
      expectObservable(expiring('B', 2)).toBe('--#', undefined, expired);
      expectObservable(expiring('C', 5)).toBe('-----#', undefined, expired);
    }),
  );

  it(
    'Koenkk/zigbee-herdsman#1851: and that makes room for others',
    marbles(({ flush }) => {
      const { channel } = open({}, { txQueueLength: 2 });
      const available: number[] = [];
      channel.next('head, for ever');
      for (const ms of [9, 2]) {
        channel
          .send('A')
          .pipe(txTimeout(ms), tap({ error: () => available.push(channel.slotsAvailable) }))
          .subscribe({ error: () => undefined });
      }
      flush();
      expect(available).toEqual([1, 2]);
    }),
  );
});
