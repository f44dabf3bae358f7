import { map, Subject, takeUntil, type Subscription } from 'rxjs';
import { txCancel, txTimeout } from 'rx-mailbox';
import { marbles } from 'rx-mailbox/testing';
import { failure } from '../support/failure';
import { Journal } from '../support/Journal';
import { handedOver, open } from '../support/open';
import { turnEnd } from '../support/turn';

describe('never sent after leaving (rule 4)', () => {
  it(
    'a message that times out while it waits is not sent',
    marbles(({ script, expectObservable, flush }) => {
      const { channel, link } = open({ script: script('                   ------d-d') });
      expectObservable(channel.send('A').pipe(map(() => 'r'))).toBe('            ------(r|)');
      expectObservable(channel.send('B').pipe(txTimeout(4))).toBe('               ----#', undefined, failure('ETIME', 'not-sent'));
      expectObservable(channel.send('C').pipe(map(() => 'r'))).toBe('            --------(r|)');
      flush();
      expect(handedOver(link)).toBe('A C');
    }),
  );

  it(
    'a message that is cancelled while it waits is not sent',
    marbles(({ script, cold, expectObservable, flush }) => {
      const { channel, link } = open({ script: script('                   ------d-d') });
      expectObservable(channel.send('A').pipe(map(() => 'r'))).toBe('            ------(r|)');
      expectObservable(channel.send('B').pipe(txCancel(cold('---c')))).toBe('     ---#', undefined, failure('ECANCELED', 'not-sent'));
      expectObservable(channel.send('C').pipe(map(() => 'r'))).toBe('            --------(r|)');
      flush();
      expect(handedOver(link)).toBe('A C');
    }),
  );

  it(
    'a message whose subscriber leaves while it waits is not sent',
    marbles(({ script, expectObservable, flush }) => {
      const { channel, link } = open({ script: script('                   ------d-d') });
      expectObservable(channel.send('A').pipe(map(() => 'r'))).toBe('            ------(r|)');
      expectObservable(channel.send('B'), '                                       ^--!').toBe('----');
      expectObservable(channel.send('C').pipe(map(() => 'r'))).toBe('            --------(r|)');
      flush();
      expect(handedOver(link)).toBe('A C');
    }),
  );

  it('its place in the queue is free at once', () => {
    const { channel } = open({}, { txQueueLength: 2 });
    const journal = new Journal();
    channel.next('A');
    const [b] = [channel.send('B').subscribe(journal.sender('B')), channel.send('C').subscribe(journal.sender('C'))];
    expect(channel.slotsAvailable).toBe(0);
    b.unsubscribe();
    expect(channel.slotsAvailable).toBe(1);
    channel.send('D').subscribe(journal.sender('D'));
    expect([channel.slotsAvailable, journal.lines]).toEqual([0, []]);
  });

  it('a refused head that leaves is not tried again, and the next one is tried when the turn ends', async () => {
    const { channel, link } = open();
    link.refuse();
    const a = channel.send('A').subscribe();
    a.unsubscribe();
    channel.send('B').subscribe();
    expect([link.refused.length, handedOver(link)]).toEqual([1, '']);
    await turnEnd();
    expect([link.refused.length, handedOver(link)]).toEqual([1, 'B']);
  });

  it('leaving from inside the completion of the message before is too late: the next was handed over first (rule 7)', async () => {
    const { channel, link } = open();
    const waiting: Subscription[] = [];
    channel.send('A').subscribe({ complete: () => waiting[0]!.unsubscribe() });
    waiting.push(channel.send('B').subscribe());
    waiting.push(channel.send('C').subscribe());
    link.txDoneOldest();
    expect(handedOver(link)).toBe('A B');
    await turnEnd();
    expect(handedOver(link)).toBe('A B C');
  });

  it('leaving from inside txPrepare is in time', async () => {
    const leave$ = new Subject<void>();
    const { channel, link } = open({}, { txPrepare: (message) => message === 'A' && leave$.next() });
    const journal = new Journal();
    journal.reports(channel);
    channel.send('A').pipe(takeUntil(leave$)).subscribe();
    channel.send('B').subscribe();
    await turnEnd();
    expect([handedOver(link), journal.lines]).toEqual(['B', ['report A ECANCELED not-sent']]);
  });

  it('closing from inside txPrepare is in time', () => {
    const { channel, link } = open({}, { txPrepare: (): void => channel.close() });
    const journal = new Journal();
    journal.reports(channel);
    channel.send('A').subscribe(journal.sender('A'));
    expect([handedOver(link), journal.lines]).toEqual(['', ['report A ESHUTDOWN not-sent', 'A ESHUTDOWN not-sent', 'txDone$ completed']]);
  });

  it('leaving from inside the sendData of the message before is in time', async () => {
    const waiting: Subscription[] = [];
    const { channel, link } = open({ window: 2, onSend: (message) => message === 'A' && waiting[0]?.unsubscribe() });
    link.refuseUntilReady();
    channel.send('A').subscribe();
    waiting.push(channel.send('B').subscribe());
    channel.send('C').subscribe();
    link.ready();
    expect(handedOver(link)).toBe('A');
    await turnEnd();
    expect(handedOver(link)).toBe('A C');
  });

  it('a message that left while the link was down is not sent when it is up again', async () => {
    const { channel, link } = open();
    link.down();
    const a = channel.send('A').subscribe();
    channel.send('B').subscribe();
    a.unsubscribe();
    await turnEnd();
    link.up();
    expect(handedOver(link)).toBe('B');
  });
});
