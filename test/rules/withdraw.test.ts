import { NEVER } from 'rxjs';
import { txTap, txTimeout, type Channel, type ChannelOptions } from 'rx-mailbox';
import type { ScriptedOptions } from 'rx-mailbox/testing';
import { Journal } from '../support/Journal';
import { handedOver, open } from '../support/open';
import { sharedWire } from '../support/sharedWire';
import { timeline } from '../support/timeline';
import { turnEnd } from '../support/turn';

type Channels = Channel<string, string, string>;

describe('withdraw takes back everything that waits (section 3)', () => {
  it('whoever sent it, and says how many there were', () => {
    const { channel, link } = open<string>();
    const journal = new Journal();
    journal.reports(channel);
    for (const message of ['A', 'B']) channel.send(message).subscribe(journal.sender(message));
    channel.next('C');
    void channel.sendAsync('D').catch(() => undefined);
    expect(channel.withdraw()).toBe(3);
    link.txDoneOldest();
    expect([handedOver(link), journal.lines]).toEqual([
      'A',
      [
        'report B ECANCELED not-sent',
        'B ECANCELED not-sent',
        'report C ECANCELED not-sent',
        'report D ECANCELED not-sent',
        'report A ok',
        'A ok',
      ],
    ]);
  });

  it('the reason is the cause; without one there is none', () => {
    const { channel } = open();
    const errors: unknown[] = [];
    const send = (): unknown => channel.send('A').subscribe({ error: (error: unknown) => errors.push(error) });
    channel.next('in flight');
    send();
    channel.withdraw('stop');
    send();
    channel.withdraw();
    expect(errors.map((error) => [(error as Error).cause, Object.hasOwn(error as object, 'cause')])).toEqual([
      ['stop', true],
      [undefined, false],
    ]);
  });

  it('what is in flight, or held, stays there', () => {
    const { channel, link } = open({ correlation: 'untagged' });
    channel.next('A');
    channel.next('B');
    expect(channel.withdraw()).toBe(1);
    expect(link.outstanding).toHaveLength(1);
  });

  it('where nothing waits, or the channel is closed, it is 0', () => {
    const { channel } = open();
    expect(channel.withdraw()).toBe(0);
    channel.next('A');
    expect(channel.withdraw()).toBe(0);
    channel.close();
    expect(channel.withdraw()).toBe(0);
  });

  it('a refused head, too: what comes then is tried afresh', () => {
    const { channel, link } = open();
    link.refuse();
    channel.next('A');
    expect(channel.withdraw()).toBe(1);
    channel.next('B');
    expect(handedOver(link)).toBe('B');
  });

  it('the events are left and settled, for each', () => {
    const { channel } = open();
    channel.next('A');
    channel.next('B');
    channel.next('C');
    const journal = new Journal();
    journal.events(channel);
    channel.withdraw();
    expect(journal.lines).toEqual(['left 2', 'settled 2', 'left 3', 'settled 3']);
  });
});

describe('an emergency stop goes at once (section 3)', () => {
  it('withdraw begins no pause', () => {
    const { channel, link } = open();
    // Each send tries the head again.
    link.refuse(5);
    for (let i = 0; i < 5; i++) channel.next(`move ${i}`);
    channel.withdraw();
    channel.next('stop');
    expect(handedOver(link)).toBe('stop');
  });

  it('behind what is in flight it is the next', () => {
    const { channel, link } = open();
    for (let i = 0; i < 5; i++) channel.next(`move ${i}`);
    channel.withdraw();
    channel.next('stop');
    link.txDoneOldest();
    expect(handedOver(link)).toBe('move 0 stop');
  });

  it('also out of a full queue', () => {
    const { channel, link } = open({ window: 2 }, { txQueueLength: 1 });
    for (const message of ['A', 'B', 'C']) channel.next(message);
    channel.withdraw();
    channel.next('stop');
    link.txDoneOldest();
    expect(handedOver(link)).toBe('A B stop');
  });

  it(
    'but not in the pause of somebody else',
    timeline((t) => {
      const { channel } = t.open();
      const a = channel.send('A').subscribe();
      channel.next('B');
      t.at(3, () => {
        a.unsubscribe();
        channel.withdraw();
        channel.next('stop');
        t.write('the turn goes on');
      });
      t.expect('0 sendData A', '3 the turn goes on', '3 sendData stop');
    }),
  );

  it(
    'a pause that nothing waits for any more keeps no task',
    timeline((t) => {
      const { channel } = t.open();
      const a = channel.send('A').subscribe();
      channel.next('B');
      t.at(3, () => {
        a.unsubscribe();
        channel.withdraw();
      });
      t.at(5, () => channel.next('C'));
      t.expect('0 sendData A', '5 sendData C');
    }),
  );

  it(
    'while the link is down: nothing stale goes out when it comes back',
    timeline((t) => {
      const { channel, link } = t.open();
      link.down();
      for (let i = 0; i < 3; i++) channel.send(`move ${i}`).subscribe(t.sender(`move ${i}`));
      t.at(1, () => expect(channel.withdraw('too late')).toBe(3));
      t.at(1, () => channel.next('stop'));
      t.at(2, () => link.up());
      t.expect('1 move 0 ECANCELED not-sent', '1 move 1 ECANCELED not-sent', '1 move 2 ECANCELED not-sent', '2 sendData stop');
    }),
  );

  it('on one channel of several that share a window: the others lose nothing', () => {
    const journal = new Journal();
    const { channels, links } = sharedWire({ journal });
    for (const message of ['a1', 'a2']) channels[0]!.next(message);
    channels[1]!.next('b1');
    channels[0]!.withdraw();
    channels[0]!.next('stop');
    links[0]!.txDoneOldest();
    links[1]!.txDoneOldest();
    expect(journal.lines).toEqual(['sendData a1', 'sendData b1', 'sendData stop']);
  });
});

describe('withdraw from inside: what it took back and what was handed over are all that was accepted (section 3)', () => {
  /** Sends six messages on a channel where `act` withdraws at some moment; lets everything happen. */
  async function counted(
    options: ScriptedOptions<string, string, string>,
    channelOptions: (withdraw: () => void) => ChannelOptions<string>,
    act: (channel: Channels, withdraw: () => void) => void,
  ): Promise<{ taken: number; sent: string; waiting: number }> {
    let taken = 0;
    const withdraw = (): void => {
      // Those that it notifies may withdraw, too.
      const withdrawn = opened.channel.withdraw();
      taken += withdrawn;
    };
    const { onSend, ...rest } = options;
    const opened = open<string>(
      { ...rest, onSend: (...args) => (onSend?.(...args), args[0] === 'hook' && withdraw()) },
      channelOptions(withdraw),
    );
    const { channel, link, mailbox } = opened;
    act(channel, withdraw);
    const { waiting } = mailbox.states()[0]!;
    while (link.outstanding.length > 0) link.txDoneOldest();
    await turnEnd();
    while (link.outstanding.length > 0) link.txDoneOldest();
    return { taken, sent: handedOver(link), waiting };
  }

  const none = (): ChannelOptions<string> => ({});
  const post = (channel: Channels, ...messages: string[]): void => messages.forEach((message) => channel.next(message));

  it('sendData: all but the one that is being handed over', async () => {
    const run = counted({}, none, (channel) => post(channel, 'A', 'hook', 'C', 'D'));
    expect(await run).toEqual({ taken: 2, sent: 'A hook', waiting: 3 });
  });

  it('a sendData that refuses it then: it waits for its next attempt', () => {
    const { channel, link } = open();
    let taken = 0;
    link.sendData = () => {
      taken = channel.withdraw();
      return 'busy';
    };
    link.down();
    for (const message of ['A', 'B', 'C']) channel.next(message);
    link.up();
    expect([taken, channel.slotsAvailable]).toEqual([2, 19]);
  });

  it('sendData, what is sent from there afterwards', async () => {
    const { channel, link } = open<string>({ onSend: (message) => message === 'A' && (channel.withdraw(), channel.next('stop')) });
    link.down();
    post(channel, 'A', 'B', 'C');
    link.up();
    link.txDoneOldest();
    await turnEnd();
    expect(handedOver(link)).toBe('A stop');
  });

  it('txPrepare: the one that is prepared, too', async () => {
    const run = counted(
      {},
      (withdraw) => ({ txPrepare: (message) => message === 'B' && withdraw() }),
      (channel) => post(channel, 'A', 'B', 'C', 'D'),
    );
    expect(await run).toEqual({ taken: 3, sent: 'A', waiting: 3 });
  });

  it('a receipt', async () => {
    const run = counted({ window: 2 }, none, (channel, withdraw) => {
      channel.send('A').subscribe(withdraw);
      post(channel, 'B', 'C', 'D', 'E');
    });
    // C had taken A's slot before A was told.
    expect(await run).toEqual({ taken: 2, sent: 'A B C', waiting: 3 });
  });

  it('a report', async () => {
    const run = counted({}, none, (channel, withdraw) => {
      channel.txDone$.subscribe(({ message }) => message === 'A' && withdraw());
      post(channel, 'A', 'B', 'C', 'D');
    });
    expect(await run).toEqual({ taken: 2, sent: 'A B', waiting: 3 });
  });

  it('an event', async () => {
    const run = counted({}, none, (channel, withdraw) => {
      channel.events$.subscribe(({ type, token }) => type === 'queued' && token === 3 && withdraw());
      post(channel, 'A', 'B', 'C', 'D');
    });
    expect(await run).toEqual({ taken: 2, sent: 'A D', waiting: 1 });
  });

  it('a hook of txTap', async () => {
    const run = counted({}, none, (channel, withdraw) => {
      channel.next('A');
      channel
        .send('B')
        .pipe(txTap({ queued: withdraw }))
        .subscribe({ error: () => undefined });
      channel.next('C');
    });
    expect(await run).toEqual({ taken: 1, sent: 'A C', waiting: 1 });
  });

  it('an error of another one that it takes back', async () => {
    const run = counted({}, none, (channel, withdraw) => {
      channel.next('A');
      channel.send('B').subscribe({ error: () => (post(channel, 'C', 'D'), withdraw()) });
      withdraw();
    });
    expect(await run).toEqual({ taken: 3, sent: 'A', waiting: 0 });
  });

  it('a pause', async () => {
    const run = counted({}, none, (channel, withdraw) => {
      channel.send('A').subscribe().unsubscribe();
      post(channel, 'B', 'C');
      withdraw();
      post(channel, 'D');
    });
    expect(await run).toEqual({ taken: 2, sent: 'A D', waiting: 1 });
  });

  it('nextChannel', () => {
    let taken = 0;
    const journal = new Journal();
    const { channels } = sharedWire({
      nextChannel: ([first]) => {
        taken += channels[1]!.withdraw();
        return first;
      },
      journal,
    });
    channels[1]!.next('b1');
    channels[0]!.next('a1');
    expect([taken, journal.lines]).toEqual([1, ['sendData a1']]);
  });

  it('nextChannel, what it then names: broken, and the next one goes', () => {
    const journal = new Journal();
    const { channels } = sharedWire({ nextChannel: () => (channels[1]!.withdraw(), 1), journal });
    journal.events(channels[1]!, 'broken');
    channels[1]!.next('b1');
    channels[0]!.next('a1');
    expect(journal.lines).toEqual(['broken', 'sendData a1']);
  });

  it(
    'a limit that runs out together with what it takes back',
    timeline((t) => {
      const { channel } = t.open({ abort: true });
      channel
        .send('A')
        .pipe(txTimeout(5))
        .subscribe({ error: () => t.write(`took back ${channel.withdraw()}`) });
      channel.send('B').pipe(txTimeout(5)).subscribe(t.sender('B'));
      for (const message of ['C', 'D']) channel.next(message);
      t.expect('0 sendData A', '5 abort 1', '5 sendData C', '5 took back 1', '5 B ETIME not-sent');
    }),
  );

  it('under a reset: what is taken back is not sent when it is over', async () => {
    const { channel, link } = open<string>({ correlation: 'untagged', reset: () => NEVER });
    channel.send('A').subscribe().unsubscribe();
    await turnEnd();
    post(channel, 'B', 'C');
    expect([link.resets, channel.withdraw()]).toEqual([1, 2]);
  });
});
