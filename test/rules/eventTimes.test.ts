import { asyncScheduler, timer, type SchedulerLike } from 'rxjs';
import { Mailbox, txTimeout, type Channel, type ChannelEvent } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { open } from '../support/open';
import { timeline } from '../support/timeline';
import { unhandledErrors } from '../support/unhandled';
import { advance, virtual } from '../support/virtual';

/** Writes the events of a channel down as `at type token`, and what freed a slot. */
function events(channel: Channel<string, string, string>): string[] {
  const lines: string[] = [];
  channel.events$.subscribe(({ at, type, token, by }) => lines.push([at, type, token, by].filter((part) => part !== undefined).join(' ')));
  return lines;
}

/** A scheduler whose clock goes on by 1 ms each time somebody looks at it. */
function countingScheduler() {
  const scheduler = { reads: 0, now: () => ++scheduler.reads, schedule: asyncScheduler.schedule.bind(asyncScheduler) };
  return scheduler satisfies SchedulerLike;
}

/** The link looks at another clock. */
function counted(window = 1) {
  const scheduler = countingScheduler();
  const controller = new ScriptedController<string, string, string>({ window, scheduler: asyncScheduler });
  const channel = new Mailbox(controller, { scheduler }).requestChannel(0);
  return { scheduler, channel, link: controller.link() };
}

describe('each event has its time, in milliseconds of the mailbox (semantics 13.4)', () => {
  it(
    'in the virtual time of a test',
    timeline((t) => {
      const { channel, link } = t.open();
      const lines = events(channel);
      t.at(2, () => channel.next('A'));
      t.at(5, () => link.txDone({ token: 1 }));
      t.expect('2 sendData A');
      expect(lines).toEqual(['2 queued 1', '2 sent 1', '5 settled 1']);
    }),
  );

  it('by the clock of a scheduler that is given', () => {
    const { scheduler, channel, link } = virtual();
    const lines = events(channel);
    advance(scheduler, 100);
    channel.next('A');
    advance(scheduler, 23);
    link.txDone({ token: 1 });
    expect(lines).toEqual(['100 queued 1', '100 sent 1', '123 settled 1']);
  });

  it('by a monotonic clock, and no time since an epoch, without one', () => {
    const { channel } = open();
    const times: number[] = [];
    channel.events$.subscribe(({ at }) => times.push(at));
    const before = performance.now();
    channel.next('A');
    const after = performance.now();
    expect(times).toHaveLength(2);
    expect(times[0]).toBeGreaterThanOrEqual(before);
    expect(times[1]).toBeLessThanOrEqual(after);
  });

  it('an event has a token, an error and a reason only where there is one', () => {
    const { scheduler, channel, link } = virtual();
    const seen: ChannelEvent[] = [];
    channel.events$.subscribe((event) => seen.push(event));
    advance(scheduler, 7);
    channel.next('A');
    link.ready();
    expect(seen).toStrictEqual([
      { type: 'queued', at: 7, token: 1 },
      { type: 'sent', at: 7, token: 1 },
      { type: 'ready', at: 7 },
    ]);
  });
});

describe('the clock is read once per call into the channel (semantics 13.4)', () => {
  it('all that one call causes has one time', () => {
    const { channel, link } = counted(2);
    const lines = events(channel);
    channel.next('A');
    channel.next('B');
    channel.next('C');
    link.down();
    link.up();
    expect(lines).toEqual([
      ...['1 queued 1', '1 sent 1', '2 queued 2', '2 sent 2', '3 queued 3'],
      ...['4 down', '4 settled 1', '4 settled 2', '5 up', '5 sent 3'],
    ]);
  });

  it('what a listener or a sender causes from inside is another call', () => {
    const { channel, link } = counted();
    const lines = events(channel);
    channel.send('A').subscribe({ complete: () => channel.next('B') });
    link.txDone({ token: 1 });
    expect(lines).toEqual(['1 queued 1', '1 sent 1', '2 settled 1', '3 queued 2', '3 sent 2']);
  });

  it('what the link says from inside a call is part of that call', () => {
    const { channel, link } = counted();
    const lines = events(channel);
    const { sendData } = link;
    link.sendData = (message, token) => {
      const answer = sendData.call(link, message, token);
      link.emit({ type: 'progress' });
      link.txDone({ token });
      return answer;
    };
    channel.next('A');
    expect(lines).toEqual(['1 queued 1', '1 sent 1', '1 progress 1', '1 settled 1']);
  });

  it(
    'events that are told in their place among received messages have the time of their own call, too',
    timeline((t) => {
      const { channel, link } = t.open({ txDone: 'poll', txPollPeriod: 10 });
      const lines = events(channel);
      channel.subscribe((message) => lines.push(`received ${message}`));
      let asked = 0;
      Object.assign(link, {
        lastTxDone: (token: number) => {
          if (asked++ === 0) {
            link.received('x');
            link.progress(token);
          }
          return asked > 1;
        },
      });
      channel.next('A');
      t.at(5, () => link.ready());
      t.expect('0 sendData A');
      expect(lines).toEqual(['0 queued 1', '0 sent 1', 'received x', '0 progress 1', '5 ready', '10 settled 1']);
    }),
  );

  it('where nobody listens it is never read', () => {
    const { scheduler, channel, link } = counted(2);
    for (const message of ['A', 'B', 'C']) channel.next(message);
    link.progress(1);
    link.giveBack(2);
    link.ready();
    link.txDone({ token: 1 });
    link.down();
    link.up();
    channel.close();
    expect(scheduler.reads).toBe(0);
  });

  it('a listener of the reports alone is none of the events', () => {
    const { scheduler, channel, link } = counted();
    channel.txDone$.subscribe();
    channel.next('A');
    link.txDone({ token: 1 });
    expect(scheduler.reads).toBe(0);
  });

  it('once the last listener has left it is read no more', () => {
    const { scheduler, channel, link } = counted();
    const listening = channel.events$.subscribe();
    channel.next('A');
    expect(scheduler.reads).toBe(1);
    listening.unsubscribe();
    link.txDone({ token: 1 });
    expect(scheduler.reads).toBe(1);
  });

  it('a clock that throws is reported as unhandled, and harms no message', () => {
    let lines: string[] = [];
    const errors = unhandledErrors(() => {
      const { scheduler, channel, link } = counted();
      scheduler.now = () => {
        throw new Error('no time');
      };
      lines = events(channel);
      channel.send('A').subscribe({ complete: () => lines.push('A ok') });
      link.txDone({ token: 1 });
    });
    expect(lines).toEqual(['NaN queued 1', 'NaN sent 1', 'NaN settled 1', 'A ok']);
    expect(errors.map(String)).toEqual(['Error: no time', 'Error: no time']);
  });
});

describe('freed says what has freed a held slot (semantics 4)', () => {
  it(
    'a late tx-done, after the event of that',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered' });
      const lines = events(channel);
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.at(5, () => link.txDone());
      t.expect('0 sendData A', '3 A ETIME unknown', '5 sendData B');
      expect(lines.filter((line) => line.startsWith('5'))).toEqual(['5 lateTxDone 1', '5 freed 1 txDone', '5 sent 2']);
    }),
  );

  it(
    'a reset, after the event of that, and before its victims settle',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'ordered', window: 3, reset: () => timer(4) });
      const lines = events(channel);
      channel.next('A');
      channel.send('B').pipe(txTimeout(3)).subscribe(t.sender('B'));
      channel.next('C');
      channel.next('D');
      t.expect('0 sendData A', '0 sendData B', '0 sendData C', '3 B ETIME unknown', '3 reset', '7 sendData D');
      // In the order of the hand-over.
      expect(lines.filter((line) => line.startsWith('7'))).toEqual([
        ...['7 reset', '7 settled 1', '7 freed 2 reset', '7 settled 3', '7 sent 4'],
      ]);
    }),
  );

  it(
    'the end of its quarantine',
    timeline((t) => {
      const { channel } = t.open({ quarantine: 4 });
      const lines = events(channel);
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.expect('0 sendData A', '3 A ETIME unknown', '7 sendData B');
      expect(lines.filter((line) => line.startsWith('7'))).toEqual(['7 freed 1 quarantine', '7 sent 2']);
    }),
  );

  it(
    'the link that goes down, after the event of that',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'untagged' });
      const lines = events(channel);
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      t.at(5, () => link.down());
      t.expect('0 sendData A', '3 A ETIME unknown');
      expect(lines.slice(-2)).toEqual(['5 down', '5 freed 1 down']);
    }),
  );

  it(
    'the link that gives the message back',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered' });
      const lines = events(channel);
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      t.at(5, () => link.giveBack(1));
      t.expect('0 sendData A', '3 A ETIME unknown');
      expect(lines.slice(-1)).toEqual(['5 freed 1 refused']);
    }),
  );

  it(
    'and nothing when the channel closes: the slot is gone with it',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'ordered' });
      const lines = events(channel);
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      t.at(5, () => channel.close());
      t.expect('0 sendData A', '3 A ETIME unknown');
      expect(lines.slice(-1)).toEqual(['5 closed']);
    }),
  );

  it(
    'nor where no slot was held',
    timeline((t) => {
      const { channel, link } = t.open();
      const lines = events(channel);
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      t.at(5, () => link.txDone({ token: 1 }));
      t.expect('0 sendData A', '3 A ETIME unknown');
      expect(lines.filter((line) => line.includes('freed'))).toEqual([]);
    }),
  );
});

describe('what the link says about itself (semantics 7.1, 5.4)', () => {
  it('ready shows each time, also where nothing was refused', () => {
    const { channel, link } = virtual();
    const lines = events(channel);
    link.ready();
    link.refuse(1);
    channel.next('A');
    link.ready();
    expect(lines).toEqual(['0 ready', '0 queued 1', '0 busy 1', '0 ready', '0 sent 1']);
  });

  it(
    'reset shows when it has completed, not when it begins, nor when it fails',
    timeline((t) => {
      let fails = false;
      const { channel, link } = t.open({
        correlation: 'ordered',
        reset: () => {
          if (fails) throw new Error('stuck');
          return timer(4);
        },
      });
      const lines = events(channel);
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      t.at(10, () => (fails = true));
      t.at(11, () => channel.send('B').pipe(txTimeout(3)).subscribe(t.sender('B')));
      t.at(20, () => link.up());
      t.expect('0 sendData A', '3 A ETIME unknown', '3 reset', '11 sendData B', '14 B ETIME unknown', '14 reset');
      expect(lines.filter((line) => !/queued|sent|settled|left/.test(line))).toEqual([
        ...['7 reset', '7 freed 1 reset', '14 down', '14 freed 2 down', '20 up'],
      ]);
    }),
  );
});
