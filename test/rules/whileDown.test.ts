import { firstValueFrom, from, toArray } from 'rxjs';
import { Mailbox, sendTo, txTimeout } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { Journal, outcome } from '../support/Journal';
import { handedOver, open } from '../support/open';
import { sharedWire } from '../support/sharedWire';
import { timeline } from '../support/timeline';

const gone = new Error('cable out');

/** Writes down the cause of each failure, too. */
function withCauses(journal: Journal, name: string) {
  return {
    complete: () => journal.write(`${name} ok`),
    error: (error: Error) => journal.write(`${name} ${outcome(error)} ${(error.cause as Error | undefined)?.message ?? 'no cause'}`),
  };
}

describe('the link is down: messages wait by default (section 3)', () => {
  it(
    'for up, in their order',
    timeline((t) => {
      const { channel, link } = t.open();
      link.down(gone);
      for (const message of ['A', 'B']) channel.send(message).subscribe(t.sender(message));
      t.at(5, () => link.up());
      t.at(6, () => link.txDoneOldest());
      t.at(7, () => link.txDoneOldest());
      t.expect('5 sendData A', '6 sendData B', '6 A ok', '7 B ok');
    }),
  );

  it("and the same with 'wait'", () => {
    const { channel, link } = open({}, { whileDown: 'wait' });
    link.down(gone);
    channel.next('A');
    link.up();
    expect(handedOver(link)).toBe('A');
  });
});

describe("whileDown: 'fail' (section 3)", () => {
  const fail = { whileDown: 'fail' as const };

  it('a send meanwhile is refused as by a full queue: ENETDOWN, not sent, without a report; its cause is the reason', () => {
    const { channel, link } = open({}, fail);
    const journal = new Journal();
    journal.reports(channel);
    link.down(gone);
    channel.send('A').subscribe(withCauses(journal, 'A'));
    expect([journal.lines, link.sent, channel.slotsAvailable]).toEqual([['A ENETDOWN not-sent cable out'], [], 20]);
  });

  it('next() reports before it returns', () => {
    const { channel, link } = open({}, fail);
    const journal = new Journal();
    journal.reports(channel);
    link.down(gone);
    channel.next('A');
    expect(journal.lines).toEqual(['report A ENETDOWN not-sent']);
  });

  it('what is in flight when it goes down fails first, then what waits, in order, each with a report', () => {
    const { channel, link } = open({}, fail);
    const journal = new Journal();
    journal.reports(channel);
    for (const message of ['A', 'B', 'C']) channel.send(message).subscribe(withCauses(journal, message));
    link.down(gone);
    expect(journal.lines).toEqual([
      'report A ENETDOWN unknown',
      'A ENETDOWN unknown cable out',
      'report B ENETDOWN not-sent',
      'B ENETDOWN not-sent cable out',
      'report C ENETDOWN not-sent',
      'C ENETDOWN not-sent cable out',
    ]);
  });

  it('without a reason there is no cause', () => {
    const { channel, link } = open({}, fail);
    const journal = new Journal();
    link.down();
    channel.send('A').subscribe(withCauses(journal, 'A'));
    expect(journal.lines).toEqual(['A ENETDOWN not-sent no cause']);
  });

  it('a link that is down when it starts', () => {
    const { channel } = open({ onStart: (link) => link.down(gone) }, fail);
    const journal = new Journal();
    channel.send('A').subscribe(withCauses(journal, 'A'));
    expect([channel.up, journal.lines]).toEqual([false, ['A ENETDOWN not-sent cable out']]);
  });

  it('after up messages go again, and nothing stale', () => {
    const { channel, link } = open({}, fail);
    for (const message of ['A', 'B']) channel.next(message);
    link.down();
    channel.next('C');
    link.up();
    channel.next('D');
    expect(handedOver(link)).toBe('A D');
  });

  it('a refused head fails, too; the next one is tried afresh', () => {
    const { channel, link, mailbox } = open({}, fail);
    link.refuse();
    channel.next('A');
    link.down();
    expect(mailbox.states()[0]).toMatchObject({ waiting: 0, refused: false });
    link.up();
    channel.next('B');
    expect(handedOver(link)).toBe('B');
  });

  it('who sends again when it is told is refused again, without end only if it never stops', () => {
    const { channel, link } = open({}, fail);
    const told: string[] = [];
    const again = (left: number): void =>
      void channel.send('A').subscribe({ error: (error: unknown) => (told.push(outcome(error)), left > 0 && again(left - 1)) });
    again(2);
    link.down();
    expect(told).toEqual(['ENETDOWN unknown', 'ENETDOWN not-sent', 'ENETDOWN not-sent']);
  });

  it('sendTo does not wait for up: it reports each', async () => {
    const { channel, link } = open({}, fail);
    link.down();
    const reports = await firstValueFrom(from(['A', 'B', 'C']).pipe(sendTo(channel), toArray()));
    expect(reports.map(({ message, error }) => `${message} ${outcome(error)}`)).toEqual(
      ['A', 'B', 'C'].map((m) => `${m} ENETDOWN not-sent`),
    );
  });

  it(
    'from inside sendData: what is being handed over fails as unknown, the rest as not sent',
    timeline((t) => {
      const { channel, link } = t.open({ channel: fail, onSend: (message, _token, self) => message === 'A' && self.down(gone) });
      link.down();
      link.up();
      for (const message of ['A', 'B']) channel.send(message).subscribe(t.sender(message));
      t.expect('0 sendData A', '0 A ENETDOWN unknown', '0 B ENETDOWN not-sent');
    }),
  );

  it('on a channel that shares a window: its place is free for the others', () => {
    const journal = new Journal();
    const { channels, links } = sharedWire({ channel: fail, journal });
    for (const [at, message] of ['a1', 'b1'].entries()) channels[at]!.send(message).subscribe(journal.sender(message));
    links[0]!.down();
    expect(journal.lines).toEqual(['sendData a1', 'sendData b1', 'a1 ENETDOWN unknown']);
  });

  it('a closed channel is closed, not down', () => {
    const { channel, link } = open({}, fail);
    const journal = new Journal();
    link.down();
    channel.close();
    channel.send('A').subscribe(withCauses(journal, 'A'));
    expect(journal.lines).toEqual(['A ESHUTDOWN not-sent no cause']);
  });

  it(
    'a limit on a send that is refused leaves no timer',
    timeline((t) => {
      const { channel, link } = t.open({ channel: fail });
      link.down();
      channel.send('A').pipe(txTimeout(5)).subscribe(t.sender('A'));
      t.expect('0 A ENETDOWN not-sent');
      expect(t.now).toBe(0);
    }),
  );
});

describe('name, up and up$ (section 3)', () => {
  it('a name is that of the options, or the controller and the number', () => {
    const mailbox = new Mailbox(new ScriptedController({ name: 'gpu', channelCount: 2 }));
    expect([mailbox.requestChannel(0).name, mailbox.requestChannel(1, { name: 'fan' }).name]).toEqual(['gpu[0]', 'fan']);
  });

  it('up is true until the link says otherwise, and false once the channel has closed', () => {
    const { channel, link } = open();
    const seen = [channel.up];
    link.down();
    seen.push(channel.up);
    link.up();
    seen.push(channel.up);
    channel.close();
    expect([...seen, channel.up]).toEqual([true, false, true, false]);
  });

  it('up$ emits the state now, then its changes, and completes on close', () => {
    const { channel, link } = open();
    const seen: unknown[] = [];
    const observer = { next: (up: boolean) => seen.push(up), complete: () => seen.push('complete') };
    link.down();
    channel.up$.subscribe(observer);
    link.down();
    link.up();
    link.up();
    channel.close();
    expect(seen).toEqual([false, true, 'complete']);
  });

  it('who asks up$ later gets the state of then, and after the close its end', () => {
    const { channel, link } = open();
    const seen: unknown[] = [];
    const observer = { next: (up: boolean) => seen.push(up), complete: () => seen.push('complete') };
    channel.up$.subscribe().unsubscribe();
    link.down();
    channel.up$.subscribe(observer).unsubscribe();
    channel.close();
    channel.up$.subscribe(observer);
    expect(seen).toEqual([false, 'complete']);
  });

  it('up$ completes also where it is asked for the first time after the close', () => {
    const { channel } = open();
    const seen: unknown[] = [];
    channel.close();
    channel.up$.subscribe({ next: (up) => seen.push(up), complete: () => seen.push('complete') });
    expect(seen).toEqual(['complete']);
  });

  it('up$ comes in the order of what happened: after the outcomes that were known before', () => {
    const { channel, link } = open();
    const journal = new Journal();
    channel.up$.subscribe((up) => journal.write(`up ${up}`));
    channel.send('A').subscribe({ error: () => journal.write('A failed'), complete: () => (journal.write('A ok'), link.down()) });
    channel.send('B').subscribe(journal.sender('B'));
    link.txDoneOldest();
    expect(journal.lines).toEqual(['up true', 'A ok', 'up false', 'B ENETDOWN unknown']);
  });

  it('in a reset up stays true', () => {
    const { channel } = open({ correlation: 'untagged', reset: () => new Promise(() => undefined) });
    channel.send('A').subscribe().unsubscribe();
    expect(channel.up).toBe(true);
  });

  it('who is told of a change may send, or close', () => {
    const { channel, link } = open();
    const seen: unknown[] = [];
    channel.up$.subscribe({
      next: (up) => (seen.push(up), up ? channel.next('hello') : channel.close()),
      complete: () => seen.push('complete'),
    });
    link.down();
    expect([seen, handedOver(link)]).toEqual([[true, false, 'complete'], 'hello']);
  });
});

describe('states() are snapshots of the channels that have an owner (section 3)', () => {
  it('what waits, is in flight, is held, was refused', () => {
    const mailbox = new Mailbox(new ScriptedController({ channelCount: 5, correlation: 'ordered', window: 2, name: 'bus' }));
    const idle = mailbox.requestChannel(3);
    const busy = mailbox.requestChannel(1, { name: 'motor' });
    for (const message of ['A', 'B', 'C']) busy.send(message).subscribe();
    busy.send('D').subscribe().unsubscribe();
    const none = { up: true, closed: false, waiting: 0, inFlight: 0, held: 0, refused: false };
    const before = mailbox.states();
    expect(before).toEqual([
      { name: 'bus[3]', index: 3, ...none },
      { name: 'motor', index: 1, ...none, waiting: 1, inFlight: 2 },
    ]);
    idle.close();
    expect(mailbox.states()).toHaveLength(1);
    expect(before).toHaveLength(2);
  });

  it('a held slot is not in flight', () => {
    const { channel, mailbox } = open({ correlation: 'untagged' });
    channel.send('A').subscribe().unsubscribe();
    expect(mailbox.states()).toMatchObject([{ inFlight: 0, held: 1 }]);
  });

  it('a refused head waits; while the link is down nobody has refused it', () => {
    const { channel, link, mailbox } = open();
    link.refuseUntilReady();
    channel.next('A');
    expect(mailbox.states()).toMatchObject([{ waiting: 1, refused: true, up: true }]);
    link.down();
    expect(mailbox.states()).toMatchObject([{ waiting: 1, refused: false, up: false }]);
  });

  it('only those of this mailbox; none once it is closed', () => {
    const controller = new ScriptedController({ channelCount: 2 });
    const [one, other] = [new Mailbox(controller), new Mailbox(controller)];
    one.requestChannel(0);
    other.requestChannel(1);
    expect([one, other].map((mailbox) => mailbox.states().map(({ index }) => index))).toEqual([[0], [1]]);
    one.close();
    expect([one.states(), other.states()]).toEqual([[], [expect.objectContaining({ index: 1 })]]);
  });
});
