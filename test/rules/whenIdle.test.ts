import { NEVER, of, Subject } from 'rxjs';
import { Mailbox, txTimeout } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { failure } from '../support/failure';
import { Journal, outcome } from '../support/Journal';
import { open } from '../support/open';
import { sharedWire } from '../support/sharedWire';
import { timeline } from '../support/timeline';
import { virtual } from '../support/virtual';

const idle = (journal: Journal) => ({
  complete: () => journal.write('idle'),
  error: (error: unknown) => journal.write(`not idle: ${outcome(error)}`),
});

describe('whenIdle waits until nothing waits, is in flight, or holds a slot (section 3)', () => {
  it('it is cold, and completes at once where that is so', () => {
    const { channel } = open();
    const journal = new Journal();
    const idle$ = channel.whenIdle();
    channel.next('A');
    idle$.subscribe(idle(journal));
    expect(journal.lines).toEqual([]);
    channel.close();
    const fresh = open().channel;
    fresh.whenIdle().subscribe(idle(journal));
    expect(journal.lines).toEqual(['not idle: ESHUTDOWN not-sent', 'idle']);
  });

  it(
    'it comes after the last outcome',
    timeline((t) => {
      const { channel, link } = t.open();
      for (const message of ['A', 'B']) channel.send(message).subscribe(t.sender(message));
      channel.whenIdle().subscribe(idle(t));
      t.at(3, () => link.txDoneOldest());
      t.at(5, () => link.txDoneOldest());
      t.expect('0 sendData A', '3 sendData B', '3 A ok', '5 B ok', '5 idle');
    }),
  );

  it(
    'a slot that is held for a sender who has left counts',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'untagged' });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.whenIdle().subscribe(idle(t));
      t.at(9, () => link.txDone());
      t.expect('0 sendData A', '3 A ETIME unknown', '9 idle');
    }),
  );

  it(
    'while the link is down it waits for what waits',
    timeline((t) => {
      const { channel, link } = t.open();
      link.down();
      channel.next('A');
      channel.whenIdle().subscribe(idle(t));
      t.at(3, () => link.up());
      t.at(5, () => link.txDoneOldest());
      t.expect('3 sendData A', '5 idle');
    }),
  );

  it(
    'a down that takes along what was in flight is an end, too',
    timeline((t) => {
      const { channel, link } = t.open();
      channel.send('A').subscribe(t.sender('A'));
      channel.whenIdle().subscribe(idle(t));
      t.at(3, () => link.down());
      t.expect('0 sendData A', '3 A ENETDOWN unknown', '3 idle');
    }),
  );

  it('it asks nothing of the link, so it needs no flush', () => {
    const { channel, link } = open({ flush: () => of() });
    const journal = new Journal();
    channel.next('A');
    channel.whenIdle().subscribe(idle(journal));
    link.txDoneOldest();
    expect([link.flushed, journal.lines]).toEqual([[], ['idle']]);
  });

  it('a sender that sends again when it is told keeps it waiting', () => {
    const { channel, link } = open();
    const journal = new Journal();
    let again = true;
    channel.send('A').subscribe({ complete: () => again && channel.next('B') });
    channel.whenIdle().subscribe(idle(journal));
    link.txDoneOldest();
    expect(journal.lines).toEqual([]);
    again = false;
    link.txDoneOldest();
    expect(journal.lines).toEqual(['idle']);
  });

  it('withdraw() lets it come', () => {
    const { channel, link } = open();
    const journal = new Journal();
    link.refuse();
    channel.next('A');
    channel.whenIdle().subscribe(idle(journal));
    channel.withdraw();
    expect(journal.lines).toEqual(['idle']);
  });

  it('several wait, also with one more of them from inside the first', () => {
    const { channel, link } = open();
    const journal = new Journal();
    channel.next('A');
    channel.whenIdle().subscribe({ complete: () => (journal.write('first'), channel.whenIdle().subscribe(idle(journal))) });
    channel.whenIdle().subscribe({ complete: () => journal.write('second') });
    link.txDoneOldest();
    expect(journal.lines).toEqual(['first', 'idle', 'second']);
  });

  it(
    'after the limit it fails, and settles nothing',
    timeline((t) => {
      const { channel, link } = t.open();
      channel.send('A').subscribe(t.sender('A'));
      channel.whenIdle(7).subscribe({
        error: (error: Error & { clock?: string }) => t.write(`${outcome(error)} ${error.clock}: ${error.message}`),
      });
      t.at(9, () => link.txDoneOldest());
      t.expect('0 sendData A', '7 ETIME unknown total: whenIdle: not idle within 7 ms (total; unknown)', '9 A ok');
    }),
  );

  it('unsubscribing stops waiting, and gives the timer back', () => {
    const { channel, link, scheduler } = virtual();
    const journal = new Journal();
    channel.next('A');
    const waiting = channel.whenIdle(5).subscribe(idle(journal));
    expect(scheduler.actions).toHaveLength(1);
    waiting.unsubscribe();
    expect(scheduler.actions.filter(({ closed }) => !closed)).toEqual([]);
    link.txDoneOldest();
    expect(journal.lines).toEqual([]);
  });

  it('when the channel closes it fails, and afterwards at once', () => {
    const { channel } = open();
    const errors: unknown[] = [];
    const error = (reason: unknown): unknown => errors.push(reason);
    channel.next('A');
    channel.whenIdle().subscribe({ error });
    channel.close();
    channel.whenIdle().subscribe({ error });
    expect(errors).toEqual([failure('ESHUTDOWN', 'not-sent'), failure('ESHUTDOWN', 'not-sent')]);
  });

  it('where complete() drains the channel it completes first', () => {
    const { channel, link } = open();
    const journal = new Journal();
    channel.next('A');
    channel.whenIdle().subscribe(idle(journal));
    channel.complete();
    link.txDoneOldest();
    expect([journal.lines, channel.closed]).toEqual([['idle'], true]);
  });

  it.each([
    [0, 'limit is 0; expected'],
    [NaN, 'limit is NaN; expected'],
    [2 ** 31, 'limit is 2147483648; expected'],
    ['5', 'limit is "5"; expected'],
    [Infinity, 'limit is Infinity; expected'],
  ])('a limit of %p is refused at the call', (limit, text) => {
    const { channel } = open();
    expect(() => channel.whenIdle(limit as number)).toThrow(text);
  });
});

describe('closeWhenIdle closes a mailbox when what it has accepted has settled (section 3)', () => {
  const two = () => {
    const controller = new ScriptedController<string, string, string>({ channelCount: 3 });
    const mailbox = new Mailbox(controller);
    return { controller, mailbox, channels: [0, 1].map((index) => mailbox.requestChannel(index)) };
  };

  it('it is cold', () => {
    const { channels, mailbox } = two();
    mailbox.closeWhenIdle(10);
    expect(channels.map(({ closed }) => closed)).toEqual([false, false]);
  });

  it('an idle channel closes at once; from then on requests and sends are refused', () => {
    const { channels, mailbox } = two();
    const journal = new Journal();
    channels[1]!.next('B');
    mailbox.closeWhenIdle(10).subscribe(idle(journal));
    channels[1]!.send('C').subscribe(journal.sender('C'));
    expect([channels.map(({ closed }) => closed), journal.lines]).toEqual([[true, false], ['C ESHUTDOWN not-sent']]);
    expect(() => mailbox.requestChannel(2)).toThrow(failure('ESHUTDOWN', 'not-sent') as Error);
    mailbox.close();
  });

  it(
    'it completes when the last message has settled, after it was told',
    timeline((t) => {
      const { channel, link, mailbox } = t.open();
      for (const message of ['A', 'B']) channel.send(message).subscribe(t.sender(message));
      mailbox.closeWhenIdle(100).subscribe(idle(t));
      t.at(3, () => link.txDoneOldest());
      t.at(5, () => link.txDoneOldest());
      t.expect('0 sendData A', '3 sendData B', '3 A ok', '5 B ok', '5 idle');
    }),
  );

  it(
    'what is left after the limit is closed; it completes all the same',
    timeline((t) => {
      const { channel, mailbox } = t.open();
      for (const message of ['A', 'B']) channel.send(message).subscribe(t.sender(message));
      mailbox.closeWhenIdle(10).subscribe(idle(t));
      t.expect('0 sendData A', '10 A ESHUTDOWN unknown', '10 B ESHUTDOWN not-sent', '10 idle');
    }),
  );

  it(
    'a slot that is held delays nothing',
    timeline((t) => {
      const { channel, mailbox } = t.open({ correlation: 'untagged' });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      mailbox.closeWhenIdle(100).subscribe(idle(t));
      t.expect('0 sendData A', '3 A ETIME unknown', '3 idle');
    }),
  );

  it(
    'unsubscribing stops waiting: the channels go on to close, without a limit',
    timeline((t) => {
      const { channel, link, mailbox } = t.open();
      channel.send('A').subscribe(t.sender('A'));
      const closing = mailbox.closeWhenIdle(10).subscribe(idle(t));
      t.at(3, () => closing.unsubscribe());
      t.at(20, () => link.txDoneOldest());
      t.flush();
      expect([t.lines, channel.closed]).toEqual([['0 sendData A', '20 A ok'], true]);
    }),
  );

  it('a mailbox without channels, or one that is closed, completes at once', () => {
    const journal = new Journal();
    const { mailbox } = open();
    mailbox.close();
    mailbox.closeWhenIdle(1).subscribe(idle(journal));
    new Mailbox(new ScriptedController()).closeWhenIdle(1).subscribe(idle(journal));
    expect(journal.lines).toEqual(['idle', 'idle']);
  });

  it('again waits as well', () => {
    const { channels, controller, mailbox } = two();
    const journal = new Journal();
    channels[0]!.next('A');
    mailbox.closeWhenIdle(10).subscribe(idle(journal));
    mailbox.closeWhenIdle(20).subscribe(idle(journal));
    controller.link(0).txDoneOldest();
    expect(journal.lines).toEqual(['idle', 'idle']);
  });

  it('close() meanwhile ends it', () => {
    const { channels, mailbox } = two();
    const journal = new Journal();
    channels[0]!.send('A').subscribe(journal.sender('A'));
    mailbox.closeWhenIdle(10).subscribe(idle(journal));
    mailbox.close();
    expect(journal.lines).toEqual(['A ESHUTDOWN unknown', 'idle']);
  });

  it('a channel that fails meanwhile ends it, too', () => {
    const { channels, mailbox } = two();
    const journal = new Journal();
    for (const channel of channels) channel.subscribe({ error: () => undefined });
    channels[0]!.send('A').subscribe(journal.sender('A'));
    mailbox.closeWhenIdle(10).subscribe(idle(journal));
    channels[0]!.error(new Error('port gone'));
    expect(journal.lines).toEqual(['A ESHUTDOWN unknown', 'idle']);
  });

  it('the channels of another mailbox on that controller stay', () => {
    const { controller, mailbox } = two();
    const other = new Mailbox(controller).requestChannel(2);
    mailbox.closeWhenIdle(10).subscribe();
    expect(other.closed).toBe(false);
  });

  it('channels that share a window drain in turns', () => {
    const journal = new Journal();
    const { channels, links, mailbox } = sharedWire({ journal });
    channels.forEach((channel, at) => channel.next(`${'abc'[at]!}1`));
    mailbox.closeWhenIdle(10).subscribe(idle(journal));
    for (const link of links) link.txDoneOldest();
    expect(journal.lines).toEqual(['sendData a1', 'sendData b1', 'sendData c1', 'idle']);
  });

  it('who is told of the end may close, or wait again', () => {
    const { channels, controller, mailbox } = two();
    const journal = new Journal();
    channels[0]!.send('A').subscribe({
      complete: () => {
        mailbox.closeWhenIdle(10).subscribe(idle(journal));
        mailbox.close();
      },
    });
    mailbox.closeWhenIdle(10).subscribe(idle(journal));
    controller.link(0).txDoneOldest();
    expect(journal.lines).toEqual(['idle', 'idle']);
  });

  it('under a reset that never ends the limit decides', () => {
    timeline((t) => {
      const { channel, mailbox } = t.open({ correlation: 'untagged', reset: () => NEVER });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      mailbox.closeWhenIdle(10).subscribe(idle(t));
      t.expect('0 sendData A', '3 A ETIME unknown', '3 reset', '10 B ESHUTDOWN not-sent', '10 idle');
    })();
  });

  it.each([0, NaN, Infinity, undefined])('a limit of %p is refused at the call', (limit) => {
    const { mailbox } = open();
    expect(() => mailbox.closeWhenIdle(limit!)).toThrow(/^limit is/u);
  });
});

describe('a message that was displaced and not told yet (section 3)', () => {
  it('keeps nobody waiting: the channel closes, and it is told before the end', () => {
    const { channel, link, mailbox } = open<string>({}, { latest: () => 'key' });
    const journal = new Journal();
    const end$ = new Subject<never>();
    link.down();
    for (const message of ['A', 'B']) channel.send(message).subscribe(journal.sender(message));
    channel.withdraw();
    channel.whenIdle().subscribe(idle(journal));
    mailbox.closeWhenIdle(10).subscribe(end$);
    expect(journal.lines).toEqual(['B ECANCELED not-sent', 'idle', 'A ECANCELED not-sent']);
  });
});
