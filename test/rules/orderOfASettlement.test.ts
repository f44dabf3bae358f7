import { Subject, Subscription, take, takeUntil, type Observable } from 'rxjs';
import { txCancel, txTimeout, type Channel, type TxReceipt } from 'rx-mailbox';
import { marbles, type ScriptedOptions } from 'rx-mailbox/testing';
import { Journal } from '../support/Journal';
import { handedOver, open, type Opened } from '../support/open';
import { turnEnd } from '../support/turn';

/** One message in flight, one waiting; `sendData` is written down, too. */
function race(
  options: ScriptedOptions<string, string, void> = {},
  send: (channel: Channel<string>) => Observable<TxReceipt<void>> = (channel) => channel.send('A'),
) {
  const journal = new Journal();
  const opened = open({ ...options, onSend: (message) => journal.write(`sendData ${message}`) });
  journal.reports(opened.channel);
  const sending = send(opened.channel).subscribe(journal.sender('A'));
  opened.channel.send('B').subscribe(journal.sender('B'));
  return { ...opened, journal, sending };
}

describe('slot freed, next message handed over, report, then the sender (rule 7)', () => {
  it('on a tx-done', () => {
    const { link, journal } = race();
    link.txDoneOldest();
    expect(journal.lines).toEqual(['sendData A', 'sendData B', 'report A ok', 'A ok']);
  });

  it('on a tx-done with an error', () => {
    const { link, journal } = race();
    link.txDoneOldest({ error: 'NAK' });
    expect(journal.lines).toEqual(['sendData A', 'sendData B', 'report A EIO sent', 'A EIO sent']);
  });

  it(
    'on a poll',
    marbles(({ script, flush }) => {
      const { journal } = race({ txDone: 'poll', txPollPeriod: 2, script: script('-----d--d') });
      flush();
      expect(journal.lines).toEqual(['sendData A', 'sendData B', 'report A ok', 'A ok', 'report B ok', 'B ok']);
    }),
  );

  it('on an acknowledge()', () => {
    const { channel, journal } = race({ txDone: 'ack' });
    channel.acknowledge({ token: 1 });
    expect(journal.lines).toEqual(['sendData A', 'sendData B', 'report A ok', 'A ok']);
  });

  it('on a sendData that throws', () => {
    const { link, journal, channel } = race();
    channel.send('C').subscribe(journal.sender('C'));
    journal.lines.length = 0;
    link.throwOnSend('no');
    link.txDoneOldest();
    expect(journal.lines).toEqual(['sendData C', 'report A ok', 'A ok', 'report B EIO not-sent', 'B EIO not-sent']);
  });

  it('on unsubscribing, but the next one is handed over when the turn ends (rule 4)', async () => {
    const { sending, journal } = race();
    sending.unsubscribe();
    await turnEnd();
    expect(journal.lines).toEqual(['sendData A', 'report A ECANCELED unknown', 'sendData B']);
  });

  it(
    'on a timeout',
    marbles(({ flush }) => {
      const { journal } = race({}, (channel) => channel.send('A').pipe(txTimeout(3)));
      flush();
      expect(journal.lines).toEqual(['sendData A', 'sendData B', 'report A ETIME unknown', 'A ETIME unknown']);
    }),
  );

  it('on a cancel, but the next one is handed over when the turn ends (rule 4)', async () => {
    const abort = new AbortController();
    const { journal } = race({}, (channel) => channel.send('A').pipe(txCancel(abort.signal)));
    abort.abort();
    await turnEnd();
    expect(journal.lines).toEqual(['sendData A', 'report A ECANCELED unknown', 'A ECANCELED unknown', 'sendData B']);
  });

  it('report, then sender, when the link goes down', () => {
    const { link, journal } = race();
    link.down();
    expect(journal.lines).toEqual(['sendData A', 'report A ENETDOWN unknown', 'A ENETDOWN unknown']);
  });

  it('several that throw in one go are reported after the hand-over loop, in queue order', () => {
    const { link, channel, journal } = race();
    for (const name of ['C', 'D']) channel.send(name).subscribe(journal.sender(name));
    journal.lines.length = 0;
    link.throwOnSend('no', 2);
    link.txDoneOldest();
    expect(journal.lines).toEqual([
      'sendData D',
      ...['report A ok', 'A ok'],
      ...['report B EIO not-sent', 'B EIO not-sent'],
      ...['report C EIO not-sent', 'C EIO not-sent'],
    ]);
  });

  it('the slot is free when the report is made', () => {
    const { channel, link } = open({}, { txQueueLength: 1 });
    const available: number[] = [];
    channel.txDone$.subscribe(() => available.push(channel.slotsAvailable));
    channel.next('A');
    channel.next('B');
    link.txDoneOldest();
    expect([available, handedOver(link)]).toEqual([[1], 'A B']);
  });

  it('a sender may send again from inside its own completion', () => {
    const { channel, link } = open();
    const journal = new Journal();
    const again = journal.sender('A again');
    channel.send('A').subscribe({ complete: () => channel.send('A2').subscribe(again) });
    channel.next('B');
    while (link.outstanding.length > 0) link.txDoneOldest();
    expect([handedOver(link), journal.lines]).toEqual(['A B A2', ['A again ok']]);
  });

  it('a sender may send again from inside its own error', () => {
    const { channel, link } = open();
    const journal = new Journal();
    channel.send('A').subscribe({ error: () => channel.send('A').subscribe(journal.sender('A')) });
    link.txDoneOldest({ error: 'NAK' });
    link.txDoneOldest();
    expect(journal.lines).toEqual(['A ok']);
  });

  it('a sender may cancel another one from inside its own completion', () => {
    const stop = new Subject<void>();
    const { channel, link } = open();
    const journal = new Journal();
    journal.reports(channel);
    channel.send('A').subscribe({ complete: () => stop.next() });
    channel.next('B');
    channel.send('C').pipe(takeUntil(stop)).subscribe(journal.sender('C'));
    link.txDoneOldest();
    link.txDoneOldest();
    // takeUntil completes its subscriber without a receipt; that is RxJS, and txCancel exists because of it.
    expect(journal.lines.filter((line) => line.startsWith('report'))).toEqual([
      'report A ok',
      'report C ECANCELED not-sent',
      'report B ok',
    ]);
    expect(handedOver(link)).toBe('A B');
  });

  it('a settlement that a report causes is notified after the sender of that report', () => {
    const { channel, link } = open({ window: 2 });
    const journal = new Journal();
    channel.send('A').subscribe(journal.sender('A'));
    const other = channel.send('B').subscribe(journal.sender('B'));
    channel.txDone$.subscribe(({ message }) => message === 'A' && other.unsubscribe());
    journal.reports(channel);
    link.txDone({ token: 1 });
    expect(journal.lines).toEqual(['report A ok', 'A ok', 'report B ECANCELED unknown']);
  });

  it('messages that settle in one go are notified in order, and what the first of them causes comes after them, also the next time', async () => {
    const { channel, link } = open({ window: 3 });
    const journal = new Journal();
    for (let i = 0; i < 2; i++) {
      const leaving = { sending: Subscription.EMPTY };
      channel.send('A').subscribe({ error: () => (journal.write('A'), leaving.sending.unsubscribe()) });
      for (const name of 'BC') channel.send(name).subscribe(journal.sender(name));
      leaving.sending = channel.send('D').subscribe();
      channel.txDone$.pipe(take(4)).subscribe(({ message }) => journal.write(`report ${message}`));
      link.down();
      link.up();
      expect(journal.lines.splice(0)).toEqual([
        'report A',
        'A',
        'report B',
        'B ENETDOWN unknown',
        'report C',
        'C ENETDOWN unknown',
        'report D',
      ]);
      await turnEnd();
    }
  });

  describe('a message that is received meanwhile has its place in that order', () => {
    const received = (opened: Opened<void>, journal: Journal): void => {
      opened.channel.subscribe((message) => journal.write(`received ${message}`));
    };

    it('from inside a completion: after it, not in its middle', () => {
      const opened = open();
      const { channel, link } = opened;
      const journal = new Journal();
      received(opened, journal);
      channel.send('A').subscribe({
        complete: () => {
          journal.write('A is told');
          link.received('x');
          journal.write('A has been told');
        },
      });
      link.txDoneOldest();
      expect(journal.lines).toEqual(['A is told', 'A has been told', 'received x']);
    });

    it('from inside a completion: after the outcomes that came before it', () => {
      const opened = open({ window: 2 });
      const { channel, link } = opened;
      const journal = new Journal();
      received(opened, journal);
      journal.reports(channel);
      channel.send('A').subscribe({ error: () => link.received('x') });
      channel.send('B').subscribe(journal.sender('B'));
      link.down();
      expect(journal.lines).toEqual(['report A ENETDOWN unknown', 'report B ENETDOWN unknown', 'B ENETDOWN unknown', 'received x']);
    });

    it('from inside a report: after the sender of that report', () => {
      const opened = open();
      const { channel, link } = opened;
      const journal = new Journal();
      received(opened, journal);
      channel.txDone$.subscribe(() => link.received('x'));
      channel.send('A').subscribe(journal.sender('A'));
      link.txDoneOldest();
      expect(journal.lines).toEqual(['A ok', 'received x']);
    });

    it('from inside a receiver: after all receivers of the first one', () => {
      const opened = open();
      const { channel, link } = opened;
      const journal = new Journal();
      channel.subscribe((message) => message === 'x' && link.received('y'));
      received(opened, journal);
      link.received('x');
      expect(journal.lines).toEqual(['received x', 'received y']);
    });

    it('what a receiver causes is told when all receivers have been told', () => {
      const opened = open();
      const { channel, link } = opened;
      const journal = new Journal();
      channel.subscribe(() => {
        link.txDoneOldest();
        journal.write('the first receiver has returned');
      });
      received(opened, journal);
      channel.send('A').subscribe(journal.sender('A'));
      link.received('x');
      expect(journal.lines).toEqual(['the first receiver has returned', 'received x', 'A ok']);
    });

    it('a receiver that completes the channel, where nothing is pending, closes it', () => {
      const { channel, link } = open();
      channel.subscribe(() => channel.complete());
      link.received('x');
      expect(channel.closed).toBe(true);
    });
  });

  it('a chain of sends from inside completions does not grow the stack', () => {
    const opened: Opened<void> = open({ onSend: (_message, token, link) => link.txDone({ token }) });
    let left = 20_000;
    const sendAgain = (): void => {
      if (left-- > 0) opened.channel.send('A').subscribe({ complete: sendAgain });
    };
    sendAgain();
    expect([left, opened.link.sent.length]).toEqual([-1, 20_000]);
  });
});
