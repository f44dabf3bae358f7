import { config, EMPTY, NEVER } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { Transmission, txTimeout } from 'rx-mailbox';
import { send, watch } from '../support/channelLog';
import { outcome } from '../support/Journal';
import { open as openChannel } from '../support/open';

const open = openChannel<string>;

describe('peekData()', () => {
  it('asks the link', () => {
    let waits = true;
    const { channel } = open({ peekData: () => waits });
    expect(channel.peekData()).toBe(true);
    waits = false;
    expect(channel.peekData()).toBe(false);
  });

  it('is false where the link cannot tell', () => {
    expect(open().channel.peekData()).toBe(false);
  });

  it('is false on a closed channel, without asking', () => {
    let asked = 0;
    const { channel } = open({ peekData: () => ++asked > 0 });
    channel.close();
    expect([channel.peekData(), asked]).toEqual([false, 0]);
  });
});

describe('slotsAvailable', () => {
  it('is txQueueLength when nothing waits: 20 by default', () => {
    expect(open().channel.slotsAvailable).toBe(20);
    expect(open({}, { txQueueLength: 3 }).channel.slotsAvailable).toBe(3);
    expect(open({}, { txQueueLength: 0 }).channel.slotsAvailable).toBe(0);
  });

  it('does not count those in flight', () => {
    const { channel } = open({ window: 2 });
    channel.next('A');
    channel.next('B');
    expect(channel.slotsAvailable).toBe(20);
    channel.next('C');
    expect(channel.slotsAvailable).toBe(19);
  });

  it('grows as soon as a message is handed over', () => {
    const { channel, link } = open();
    channel.next('A');
    channel.next('B');
    link.txDone({ token: 1 });
    expect(channel.slotsAvailable).toBe(20);
  });

  it('grows as soon as a message is withdrawn', () => {
    const { channel } = open();
    channel.next('A');
    const sending = channel.send('B').subscribe();
    expect(channel.slotsAvailable).toBe(19);
    sending.unsubscribe();
    expect(channel.slotsAvailable).toBe(20);
  });

  it('is 0 when as many wait as may, and then a send is refused', () => {
    const { channel } = open({}, { txQueueLength: 2 });
    for (const message of ['A', 'B', 'C']) channel.next(message);
    expect(channel.slotsAvailable).toBe(0);
    let refusal = '';
    channel.send('D').subscribe({ error: (error: unknown) => (refusal = outcome(error)) });
    expect(refusal).toBe('ENOBUFS not-sent');
  });

  it('is 0 when closed', () => {
    const { channel } = open();
    channel.close();
    expect(channel.slotsAvailable).toBe(0);
  });
});

describe('txDone$', () => {
  it('has one report for every accepted message, also for one sent with next()', () => {
    const { channel, link } = open({ window: 2 });
    const reports: unknown[] = [];
    channel.txDone$.subscribe((report) => reports.push(report));
    channel.next('A');
    channel.send('B').subscribe();
    link.txDone({ token: 2, ack: 'b' });
    link.txDone({ token: 1, ack: 'a' });
    expect(reports).toEqual([
      { token: 2, message: 'B', ack: 'b' },
      { token: 1, message: 'A', ack: 'a' },
    ]);
  });

  it('does not end when a message fails', () => {
    const { channel, link } = open();
    const log = watch(channel);
    channel.next('A');
    link.txDone({ token: 1, error: 'NAK' });
    channel.next('B');
    link.down();
    expect(log).toEqual(['report A EIO sent', 'report B ENETDOWN unknown']);
  });

  it('a listener that throws stops neither the queue nor the sender', () => {
    const unhandled: unknown[] = [];
    config.onUnhandledError = (error) => unhandled.push(error);
    const log: unknown[] = [];
    new TestScheduler(() => undefined).run(({ flush }) => {
      const { channel, link } = open();
      channel.txDone$.subscribe(() => {
        throw new Error('oops');
      });
      send(channel, 'A', log);
      send(channel, 'B', log);
      link.txDone({ token: 1 });
      link.txDone({ token: 2 });
      flush();
    });
    expect(log).toEqual(['A ok', 'B ok']);
    expect(unhandled).toEqual([new Error('oops'), new Error('oops')]);
  });
});

describe('events$', () => {
  it('shows the life of a message', () => {
    const { channel, link } = open();
    const events: unknown[] = [];
    channel.events$.subscribe(({ at: _at, ...event }) => events.push(event));
    link.refuse(1);
    channel.next('A');
    link.ready();
    link.txDone({ token: 1 });
    link.txDone({ token: 1 });
    link.txDone({ token: 7 });
    link.txDone();
    link.down('cable');
    link.up();
    channel.close();
    expect(events).toEqual([
      { type: 'queued', token: 1 },
      { type: 'busy', token: 1 },
      { type: 'ready' },
      { type: 'sent', token: 1 },
      { type: 'settled', token: 1 },
      { type: 'lateTxDone', token: 1 },
      { type: 'unknownTxDone', token: 7 },
      { type: 'unknownTxDone' },
      { type: 'down', error: 'cable' },
      { type: 'up' },
      { type: 'closed' },
    ]);
  });

  it('a listener that throws stops neither the queue nor the sender', () => {
    const unhandled: unknown[] = [];
    config.onUnhandledError = (error) => unhandled.push(error);
    const log: unknown[] = [];
    new TestScheduler(() => undefined).run(({ flush }) => {
      const { channel, link } = open();
      channel.events$.subscribe(({ type }) => {
        if (type === 'sent') throw new Error('oops');
      });
      send(channel, 'A', log);
      link.txDone({ token: 1 });
      flush();
    });
    expect([log, unhandled]).toEqual([['A ok'], [new Error('oops')]]);
  });
});

describe('send()', () => {
  it('makes a Transmission', () => {
    expect(open().channel.send('A')).toBeInstanceOf(Transmission);
  });

  it('takes a token only when the message is taken into the queue', () => {
    const { channel, link } = open({ window: 3 }, { txQueueLength: 0 });
    const early$ = channel.send('A');
    channel.next('B');
    early$.subscribe();
    expect(link.sent.map(({ message, token }) => `${message} ${token}`)).toEqual(['B 1', 'A 2']);
  });

  it('goes straight in flight with a queue of 0, if there is a slot', () => {
    const { channel, link } = open({}, { txQueueLength: 0 });
    const log: unknown[] = [];
    send(channel, 'A', log);
    send(channel, 'B', log);
    expect([link.sent.length, log]).toEqual([1, ['B ENOBUFS not-sent']]);
  });

  it('errors on a full queue without a report', () => {
    const { channel } = open({}, { txQueueLength: 0 });
    const log = watch(channel);
    channel.next('A');
    send(channel, 'B', log);
    expect(log).toEqual(['B ENOBUFS not-sent']);
  });
});

it('a channel without any subscriber works all the same', async () => {
  const { channel, link } = open({ flush: () => EMPTY });
  channel.send('A').pipe(txTimeout(10)).subscribe().unsubscribe();
  channel.next('B');
  await Promise.resolve();
  link.txDone({ token: 2 });
  channel.flush(5).subscribe();
  channel.close();
  expect([link.sent.length, channel.closed]).toEqual([2, true]);
});

it('a channel stays open when it is unsubscribed from a source', () => {
  const { channel } = open();
  NEVER.subscribe(channel).unsubscribe();
  expect(channel.closed).toBe(false);
});
