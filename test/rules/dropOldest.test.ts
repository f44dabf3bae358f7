import { VirtualTimeScheduler } from 'rxjs';
import { Mailbox, QueueFullError, txTimeout, type ChannelOptions } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { Journal } from '../support/Journal';
import { handedOver, open, type Opened } from '../support/open';
import { timeline } from '../support/timeline';
import { turnEnd } from '../support/turn';

const overflow = 'drop-oldest' as const;

function opened(txQueueLength: number): Opened<string> & { journal: Journal; send(...messages: string[]): void } {
  const journal = new Journal();
  const one = open<string>({}, { overflow, txQueueLength });
  const send = (...messages: string[]): void => messages.forEach((message) => one.channel.send(message).subscribe(journal.sender(message)));
  return { ...one, journal, send };
}

describe("overflow: 'drop-oldest' (section 3)", () => {
  it('a full queue drops the oldest that waits, and accepts the new one', async () => {
    const { journal, link, send } = opened(2);
    send('A', 'B', 'C', 'D', 'E');
    await turnEnd();
    while (link.outstanding.length > 0) link.txDoneOldest();
    expect([handedOver(link), journal.lines]).toEqual(['A D E', ['B ENOBUFS not-sent', 'C ENOBUFS not-sent', 'A ok', 'D ok', 'E ok']]);
  });

  it('the error says how many may wait, and that it was dropped', async () => {
    const { channel, send } = opened(1);
    const errors: QueueFullError[] = [];
    send('A');
    channel.send('B').subscribe({ error: (error: QueueFullError) => errors.push(error) });
    send('C');
    await turnEnd();
    expect(errors.map(({ txQueueLength, message }) => [txQueueLength, message])).toEqual([[1, expect.stringContaining('dropped')]]);
  });

  it("'reject' is as without it", () => {
    const { channel, link } = open({}, { overflow: 'reject', txQueueLength: 1 });
    const journal = new Journal();
    for (const message of ['A', 'B', 'C']) channel.send(message).subscribe(journal.sender(message));
    link.txDoneOldest();
    expect([handedOver(link), journal.lines]).toEqual(['A B', ['C ENOBUFS not-sent', 'A ok']]);
  });

  it('a queue of 0 rejects', () => {
    const { journal, send } = opened(0);
    send('A', 'B');
    expect(journal.lines).toEqual(['B ENOBUFS not-sent']);
  });

  it('next() is dropped with a report, at the end of the turn', async () => {
    const { channel, journal } = opened(1);
    journal.reports(channel);
    for (const message of ['A', 'B', 'C']) channel.next(message);
    expect(journal.lines).toEqual([]);
    await turnEnd();
    expect(journal.lines).toEqual(['report B ENOBUFS not-sent']);
  });

  it('a refused head is tried once more, then dropped; the next one is tried afresh', async () => {
    const { journal, link, send } = opened(1);
    link.refuse(2);
    send('A', 'B');
    await turnEnd();
    expect([link.refused.map(({ message }) => message), handedOver(link), journal.lines]).toEqual([
      ['A', 'A'],
      'B',
      ['A ENOBUFS not-sent'],
    ]);
  });

  it('what is being handed over is never dropped', async () => {
    const { channel, link } = open<string>({}, { overflow, txQueueLength: 2 });
    const { sendData } = link;
    let once = true;
    link.sendData = (message, token) => {
      if (once) {
        once = false;
        for (const inner of ['B', 'C', 'D']) channel.next(inner);
      }
      return sendData.call(link, message, token);
    };
    channel.next('A');
    await turnEnd();
    link.txDoneOldest();
    expect(handedOver(link)).toBe('A D');
  });

  it('with latest: one with the same key goes first, and only then the oldest', async () => {
    const journal = new Journal();
    const { channel, link } = open<string>({}, { overflow, latest: (message) => message[0], txQueueLength: 2 });
    for (const message of ['-1', 'x1', 'y1', 'x2', 'z1']) channel.send(message).subscribe(journal.sender(message));
    await turnEnd();
    while (link.outstanding.length > 0) link.txDoneOldest();
    expect([handedOver(link), journal.lines.slice(0, 2)]).toEqual(['-1 y1 z1', ['x1 ECANCELED not-sent', 'x2 ENOBUFS not-sent']]);
  });

  it('a dropped key can be sent again', async () => {
    const { channel, link } = open<string>({}, { overflow, latest: (message) => message[0], txQueueLength: 1 });
    for (const message of ['-1', 'x1', 'y1', 'x2', 'x3']) channel.next(message);
    await turnEnd();
    link.txDoneOldest();
    expect(handedOver(link)).toBe('-1 x3');
  });

  it('events come at once: queued of the new, then settled of the old', () => {
    const { channel, journal, send } = opened(1);
    send('A', 'B');
    journal.events(channel);
    send('C');
    expect(journal.lines).toEqual(['queued 3', 'settled 2']);
  });

  it(
    'a limit on the one that was dropped runs out no more',
    timeline((t) => {
      const { channel } = t.open({ channel: { overflow, txQueueLength: 1 } });
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').pipe(txTimeout(5)).subscribe(t.sender('B'));
      t.at(3, () => channel.next('C'));
      t.expect('0 sendData A', '3 B ENOBUFS not-sent');
    }),
  );

  it(
    'while the link is down the newest wait',
    timeline((t) => {
      const { channel, link } = t.open({ window: 3, channel: { overflow, txQueueLength: 2 } });
      link.down();
      for (const message of ['A', 'B', 'C']) channel.next(message);
      t.at(3, () => link.up());
      t.expect('3 sendData B', '3 sendData C');
    }),
  );
});

describe('two senders that displace each other, and both send again as soon as they are told (rule 7)', () => {
  const cases: [string, ChannelOptions<string>][] = [
    ['latest', { latest: () => 'key' }],
    ['drop-oldest', { overflow, txQueueLength: 1 }],
    ['both', { overflow, txQueueLength: 1, latest: (message) => (message === 'A' ? 'a' : undefined) }],
  ];

  it.each(cases)('%s: timers get their turn, in real time', async (_what, options) => {
    const { channel, link } = open<string>({}, options);
    let told = 0;
    let stopped = false;
    const again = (message: string): void =>
      void channel.send(message).subscribe({
        error: () => {
          told++;
          if (!stopped) again(message);
        },
      });
    channel.next('in flight');
    again('A');
    again('B');
    await new Promise((resolve) => setTimeout(resolve, 0));
    stopped = true;
    expect(told).toBeGreaterThan(0);
    expect(link.sent).toHaveLength(1);
    channel.close();
  });

  it.each(cases)('%s: also where they wait for promises', async (_what, options) => {
    const { channel } = open<string>({}, options);
    let told = 0;
    let stopped = false;
    const again = async (message: string): Promise<void> => {
      while (!stopped) {
        await channel.sendAsync(message).catch(() => undefined);
        told++;
      }
    };
    channel.next('in flight');
    const both = [again('A'), again('B')];
    await new Promise((resolve) => setTimeout(resolve, 0));
    stopped = true;
    channel.close();
    await Promise.all(both);
    expect(told).toBeGreaterThan(0);
  });

  it.each(cases)('%s: virtual time goes on', (_what, options) =>
    timeline((t) => {
      const { channel } = t.open({ channel: options });
      let told = 0;
      const again = (message: string): void => void channel.send(message).subscribe({ error: () => (told++, t.now < 5 && again(message)) });
      channel.next('in flight');
      again('A');
      again('B');
      t.at(5, () => t.write(`${told > 5 && told < 200 ? 'some were told' : told}`));
      t.expect('0 sendData in flight', '5 some were told');
    })(),
  );

  it('no more than one timer stands for what is to be told later', () => {
    const scheduler = new VirtualTimeScheduler();
    const channel = new Mailbox(new ScriptedController({ scheduler }), { scheduler }).requestChannel(0, { latest: () => 'key' });
    let most = 0;
    const again = (message: string): void =>
      void channel.send(message).subscribe({
        error: () => {
          most = Math.max(most, scheduler.actions.filter(({ closed }) => !closed).length);
          if (scheduler.frame < 3) again(message);
        },
      });
    channel.next('in flight');
    again('A');
    again('B');
    // Somebody who displaces in every turn, without being told.
    for (let i = 0; i < 100; i++) scheduler.schedule(() => channel.next(`${i}`), 0);
    scheduler.maxFrames = 10;
    scheduler.flush();
    expect(most).toBeLessThan(105);
    channel.close();
    expect(scheduler.actions.filter(({ closed }) => !closed)).toHaveLength(0);
  });

  it(
    'a pause that begins while they wait to be told ends with its own turn',
    timeline((t) => {
      const { channel } = t.open({ window: 2, channel: { latest: (message) => (message.startsWith('x') ? 'x' : undefined) } });
      const first = channel.send('1').subscribe();
      const second = channel.send('2').subscribe();
      const again = (message: string): void => void channel.send(message).subscribe({ error: () => t.now < 2 && again(message) });
      channel.next('3');
      again('x1');
      again('x2');
      // What could not be told within the first millisecond is told between these two.
      t.at(1, () => first.unsubscribe());
      t.at(0.5, () =>
        t.at(1, () => {
          second.unsubscribe();
          t.write('both have left');
        }),
      );
      t.flush();
      expect(t.lines.filter((line) => !line.includes('sendData x'))).toEqual([
        '0 sendData 1',
        '0 sendData 2',
        '1 both have left',
        '1 sendData 3',
      ]);
    }),
  );
});
