import { NEVER, Subject } from 'rxjs';
import { Mailbox, txTimeout } from 'rx-mailbox';
import { Journal } from '../support/Journal';
import { sharedWire, type OpenedWire } from '../support/sharedWire';
import { timeline } from '../support/timeline';

// Channels are called a, b, c, …; b2 is the second message on b.

/** The wire is done with the message that it has had for the longest time. */
function done({ links }: OpenedWire): void {
  const oldest = links
    .filter(({ outstanding }) => outstanding.length > 0)
    .sort((x, y) => x.outstanding[0]!.token - y.outstanding[0]!.token);
  oldest[0]!.txDoneOldest();
}

/** Until the wire has nothing left. */
function drain(wire: OpenedWire): void {
  while (wire.controller.carried > 0) done(wire);
}

describe('channels that share a window take turns (rule 6)', () => {
  it('one with much to send waits until each of the others had its turn', () => {
    const journal = new Journal();
    const wire = sharedWire({ channelCount: 8, journal });
    const [greedy, ...others] = wire.channels;
    for (let i = 1; i <= 10; i++) greedy!.next(`a${i}`);
    others.forEach((channel, at) => channel.next(`${'bcdefgh'[at]!}1`));
    for (let i = 0; i < 8; i++) done(wire);
    expect(journal.lines.join(' ').replaceAll('sendData ', '')).toBe('a1 b1 c1 d1 e1 f1 g1 h1 a2');
  });

  it('also where the greedy one sends again as soon as it is told', () => {
    const journal = new Journal();
    const wire = sharedWire({ channelCount: 8, journal });
    const [greedy, ...others] = wire.channels;
    let sent = 0;
    const again = (): void => void greedy!.send(`a${++sent}`).subscribe({ complete: again });
    again();
    others.forEach((channel, at) => [1, 2, 3].forEach((i) => channel.next(`${'bcdefgh'[at]!}${i}`)));
    for (let i = 0; i < 24; i++) done(wire);
    const round = (i: number): string =>
      Array.from('bcdefgh', (name) => name)
        .map((name) => `${name}${i}`)
        .join(' ');
    expect(journal.lines.join(' ').replaceAll('sendData ', '')).toBe(`a1 ${round(1)} a2 ${round(2)} a3 ${round(3)} a4`);
  });

  it.each([2, 3])('and with a window of %i', (sharedWindow) => {
    const journal = new Journal();
    const wire = sharedWire({ channelCount: 4, window: 2, sharedWindow: () => sharedWindow, journal });
    for (const name of 'abcd') for (let i = 1; i <= 4; i++) wire.channels['abcd'.indexOf(name)]!.next(`${name}${i}`);
    drain(wire);
    const sent = journal.lines.map((line) => line.replace('sendData ', ''));
    expect(sent).toHaveLength(16);
    // From when all of them had something to send, each goes once in each round.
    const rounds = sent.slice(sharedWindow);
    for (let at = 0; at + 4 <= 8; at++) expect(new Set(rounds.slice(at, at + 4).map(([name]) => name)).size).toBeGreaterThanOrEqual(3);
  });

  it('each with no more than its own window', () => {
    const journal = new Journal();
    const { channels } = sharedWire({ window: 2, sharedWindow: () => 3, journal });
    for (const message of ['a1', 'a2', 'a3']) channels[0]!.next(message);
    expect(journal.lines).toEqual(['sendData a1', 'sendData a2']);
    for (const message of ['b1', 'b2']) channels[1]!.next(message);
    expect(journal.lines).toEqual(['sendData a1', 'sendData a2', 'sendData b1']);
  });

  it('a plain number is read as often as a getter', () => {
    const { controller, channels } = sharedWire({ sharedWindow: () => Infinity });
    Object.defineProperty(controller, 'sharedWindow', { value: 0, writable: true });
    channels[0]!.next('a1');
    expect(controller.carried).toBe(0);
    Object.assign(controller, { sharedWindow: 1 });
    channels[1]!.next('b1');
    expect(controller.carried).toBe(1);
  });

  it('two mailboxes on one controller object share it', () => {
    const journal = new Journal();
    const wire = sharedWire({ channelCount: 2, journal, channel: { name: 'unused' } });
    wire.channels[1]!.close();
    const other = new Mailbox(wire.controller).requestChannel(1);
    wire.channels[0]!.next('a1');
    other.send('b1').subscribe(journal.sender('b1'));
    wire.channels[0]!.next('a2');
    drain(wire);
    expect(journal.lines).toEqual(['sendData a1', 'sendData b1', 'sendData a2', 'b1 ok']);
  });
});

describe('the hand-overs of one controller are one loop (rule 6)', () => {
  it('no sendData is called from inside that of another link', () => {
    const journal = new Journal();
    const { channels, links } = sharedWire({
      sharedWindow: () => 3,
      onSend: (message) => {
        if (message === 'a1') {
          channels[1]!.next('b1');
          links[2]!.ready();
          journal.write('a1 returns');
        }
      },
      journal,
    });
    channels[0]!.next('a1');
    expect(journal.lines).toEqual(['sendData a1', 'a1 returns', 'sendData b1']);
  });

  it('notifications wait for the loop', () => {
    const journal = new Journal();
    let open = 0;
    const { channels, links } = sharedWire({
      onSend: (_message, token, link) => link.txDone({ token }),
      sharedWindow: () => open,
      journal,
    });
    channels.forEach((channel, at) => channel.send(`${'abc'[at]!}1`).subscribe(journal.sender(`${'abc'[at]!}1`)));
    open = 1;
    links[2]!.ready();
    expect(journal.lines).toEqual(['sendData a1', 'sendData b1', 'sendData c1', 'c1 ok', 'a1 ok', 'b1 ok']);
  });

  it('a message that is received meanwhile is told after it, too', () => {
    const journal = new Journal();
    const { channels, links } = sharedWire({
      sharedWindow: () => 2,
      onSend: (message) => message === 'a1' && (links[1]!.received('hello'), journal.write('a1 returns')),
      journal,
    });
    channels[1]!.subscribe((message) => journal.write(`b hears ${message}`));
    channels[0]!.next('a1');
    expect(journal.lines).toEqual(['sendData a1', 'a1 returns', 'b hears hello']);
  });

  const MANY = 100_000;

  it('100,000 channels that are done at once need no more stack than one', () => {
    let open = 0;
    const { channels, links } = sharedWire({
      channelCount: MANY,
      sharedWindow: () => open,
      onSend: (_message, token, link) => link.txDone({ token }),
    });
    let completed = 0;
    for (const channel of channels) channel.send('A').subscribe({ complete: () => completed++ });
    open = 1;
    links[0]!.ready();
    expect(completed).toBe(MANY);
  });

  it('nor do 100,000 channels of which each sends when the one before it is told', () => {
    const { channels } = sharedWire({ channelCount: MANY, onSend: (_message, token, link) => link.txDone({ token }) });
    let completed = 0;
    const sendOn = (at: number): void => {
      channels[at]?.send('A').subscribe({
        complete: () => {
          completed++;
          sendOn(at + 1);
        },
      });
    };
    sendOn(0);
    expect(completed).toBe(MANY);
  });
});

describe('a shared window may change (rule 6)', () => {
  it('0, then 20, then 5, then 20: nothing is taken back, and no more is handed over than there is room for', () => {
    let sharedWindow = 0;
    const wire = sharedWire({ channelCount: 40, sharedWindow: () => sharedWindow });
    const { channels, controller, links } = wire;
    const carried: number[] = [];
    const see = (): unknown => carried.push(controller.carried);
    for (const channel of channels) for (let i = 0; i < 3; i++) channel.next('A');
    see();
    sharedWindow = 20;
    links[39]!.ready();
    see();
    sharedWindow = 5;
    for (let i = 0; i < 15; i++) done(wire);
    see();
    done(wire);
    see();
    sharedWindow = 20;
    done(wire);
    see();
    drain(wire);
    expect([carried, links.every(({ sent }) => sent.length === 3)]).toEqual([[0, 20, 5, 5, 20], true]);
  });

  it.each([
    ['no number', () => 'many', 'controller.sharedWindow is "many"; expected an integer >= 0, or Infinity'],
    ['a negative one', () => -1, 'controller.sharedWindow is -1; expected an integer >= 0, or Infinity'],
    ['NaN', () => NaN, 'controller.sharedWindow is NaN; expected an integer >= 0, or Infinity'],
  ])('%s counts as 0 and shows as broken', (_what, junk, text) => {
    let sharedWindow: () => unknown = () => 1;
    const { channels, controller, links } = sharedWire({ sharedWindow: () => sharedWindow() as number });
    const broken: string[] = [];
    channels[0]!.events$.subscribe(({ type, error }) => type === 'broken' && broken.push((error as Error).message));
    sharedWindow = junk;
    channels[0]!.next('a1');
    expect([controller.carried, broken]).toEqual([0, [text]]);
    sharedWindow = () => 1;
    links[0]!.ready();
    expect(controller.carried).toBe(1);
  });

  it('a getter that throws counts as 0 and shows as broken', () => {
    let gone = false;
    const { channels, controller, links } = sharedWire({
      sharedWindow: () => {
        if (gone) throw new Error('no device');
        return 1;
      },
    });
    const broken: unknown[] = [];
    channels[0]!.events$.subscribe(({ type, error }) => type === 'broken' && broken.push((error as Error).message));
    gone = true;
    channels[0]!.next('a1');
    expect([controller.carried, broken]).toEqual([0, [expect.stringContaining('controller.sharedWindow threw')]]);
    gone = false;
    links[0]!.ready();
    expect(controller.carried).toBe(1);
  });

  it('whoever is told of that may mend it, and send', () => {
    let sharedWindow: unknown = 1;
    const { channels, controller } = sharedWire({ sharedWindow: () => sharedWindow as number, nextChannel: ([first]) => first });
    channels[0]!.events$.subscribe(({ type }) => {
      if (type !== 'broken') return;
      sharedWindow = 2;
      channels[1]!.next('b1');
    });
    sharedWindow = 'junk';
    channels[0]!.next('a1');
    expect(controller.carried).toBe(2);
  });
});

describe('a slot in use counts for all channels, whatever it is used by (rule 6)', () => {
  const untagged = { correlation: 'untagged' as const };

  it(
    'one that is held for a sender who has left: until its late tx-done',
    timeline((t) => {
      const { channels, links } = sharedWire({ ...untagged, journal: t });
      channels[0]!.send('a1').pipe(txTimeout(5)).subscribe(t.sender('a1'));
      channels[1]!.next('b1');
      t.at(20, () => links[0]!.txDone());
      t.expect('0 sendData a1', '5 a1 ETIME unknown', '20 sendData b1');
    }),
  );

  it(
    'until the end of its quarantine',
    timeline((t) => {
      const { channels } = sharedWire({ ...untagged, quarantine: 10, journal: t });
      channels[0]!.send('a1').pipe(txTimeout(5)).subscribe(t.sender('a1'));
      channels[1]!.next('b1');
      t.expect('0 sendData a1', '5 a1 ETIME unknown', '15 sendData b1');
    }),
  );

  it(
    'until the end of a reset, during which its own channel hands nothing over',
    timeline((t) => {
      const reset$ = new Subject<never>();
      const { channels } = sharedWire({ ...untagged, reset: () => reset$, journal: t });
      channels[0]!.send('a1').pipe(txTimeout(5)).subscribe(t.sender('a1'));
      for (const [at, message] of ['a2', 'b1'].entries()) channels[at]!.next(message);
      t.at(20, () => reset$.complete());
      t.expect('0 sendData a1', '5 a1 ETIME unknown', '20 sendData b1');
    }),
  );

  it(
    'a reset of one channel does not stop the others where there is room',
    timeline((t) => {
      const { channels } = sharedWire({ ...untagged, sharedWindow: () => 2, reset: () => NEVER, journal: t });
      channels[0]!.send('a1').pipe(txTimeout(5)).subscribe(t.sender('a1'));
      t.at(10, () => (channels[0]!.next('a2'), channels[1]!.next('b1')));
      t.expect('0 sendData a1', '5 a1 ETIME unknown', '10 sendData b1');
    }),
  );

  it(
    'until its link is down',
    timeline((t) => {
      const { channels, links } = sharedWire({ ...untagged, journal: t });
      channels[0]!.send('a1').pipe(txTimeout(5)).subscribe(t.sender('a1'));
      channels[0]!.next('a2');
      channels[1]!.next('b1');
      t.at(20, () => links[0]!.down());
      t.expect('0 sendData a1', '5 a1 ETIME unknown', '20 sendData b1');
    }),
  );

  it(
    'until its channel closes and its link has been unsubscribed',
    timeline((t) => {
      const { channels, links } = sharedWire({ ...untagged, journal: t, onSend: (message) => message === 'b1' && stopped() });
      const stopped = (): void => t.write(`a has been unsubscribed ${links[0]!.stopped} time`);
      channels[0]!.send('a1').pipe(txTimeout(5)).subscribe(t.sender('a1'));
      channels[1]!.next('b1');
      t.at(20, () => channels[0]!.close());
      t.expect('0 sendData a1', '5 a1 ETIME unknown', '20 sendData b1', '20 a has been unsubscribed 1 time');
    }),
  );

  it('a message in flight: until its link is down, or its channel closes', () => {
    const journal = new Journal();
    const { channels, links } = sharedWire({ journal });
    channels.forEach((channel, at) => channel.send(`${'abc'[at]!}1`).subscribe(journal.sender(`${'abc'[at]!}1`)));
    links[0]!.down();
    channels[1]!.close();
    expect(journal.lines).toEqual(['sendData a1', 'sendData b1', 'a1 ENETDOWN unknown', 'sendData c1', 'b1 ESHUTDOWN unknown']);
  });

  it(
    'a message that is polled: until the link says that it is done',
    timeline((t) => {
      const { channels, links } = sharedWire({ txDone: 'poll', correlation: 'untagged', txPollPeriod: 2, journal: t });
      for (const [at, message] of ['a1', 'b1', 'c1'].entries()) channels[at]!.send(message).subscribe(t.sender(message));
      t.at(3, () => links[0]!.setLastTxDone(1, true));
      t.at(7, () => links[1]!.setLastTxDone(2, true));
      t.at(9, () => links[2]!.setLastTxDone(3, true));
      t.expect('0 sendData a1', '4 sendData b1', '4 a1 ok', '8 sendData c1', '8 b1 ok', '10 c1 ok');
    }),
  );
});

describe('refusals under a shared window (rule 6)', () => {
  it('a head that was refused leaves its turn to the others', () => {
    const journal = new Journal();
    const { channels, links } = sharedWire({ journal });
    links[0]!.refuse();
    for (const [at, message] of ['a1', 'b1', 'c1'].entries()) channels[at]!.next(message);
    expect(journal.lines).toEqual(['sendData b1']);
    links[0]!.ready();
    links[1]!.txDoneOldest();
    links[2]!.txDoneOldest();
    expect(journal.lines).toEqual(['sendData b1', 'sendData c1', 'sendData a1']);
  });

  it('a message that is given back does so, too, and goes first on its channel', () => {
    const journal = new Journal();
    const { channels, links } = sharedWire({ journal });
    for (const message of ['a1', 'a2']) channels[0]!.next(message);
    channels[1]!.next('b1');
    links[0]!.giveBack(1);
    expect(journal.lines).toEqual(['sendData a1', 'sendData b1']);
    links[0]!.ready();
    links[1]!.txDoneOldest();
    expect(journal.lines).toEqual(['sendData a1', 'sendData b1', 'sendData a1']);
  });

  it('every occasion on one channel is none for the refused head of another', () => {
    const { channels, links } = sharedWire({ sharedWindow: () => 3 });
    links[0]!.refuseUntilReady();
    channels[0]!.next('a1');
    for (const message of ['b1', 'b2', 'b3']) channels[1]!.next(message);
    for (let i = 0; i < 3; i++) links[1]!.txDoneOldest();
    links[1]!.ready();
    expect(links[0]!.refused).toHaveLength(1);
  });

  it('a queue of 0 accepts only what can go at once', () => {
    const journal = new Journal();
    const { channels, links } = sharedWire({ channel: { txQueueLength: 0 }, journal });
    channels[0]!.send('a1').subscribe(journal.sender('a1'));
    channels[1]!.send('b1').subscribe(journal.sender('b1'));
    links[0]!.txDoneOldest();
    channels[1]!.send('b2').subscribe(journal.sender('b2'));
    expect(journal.lines).toEqual(['sendData a1', 'b1 ENOBUFS not-sent', 'a1 ok', 'sendData b2']);
  });

  it.each([
    [1, 'b1 ENOBUFS not-sent'],
    [2, 'sendData b1'],
  ])('from inside another sendData, with a shared window of %i: %s', (sharedWindow, then) => {
    const journal = new Journal();
    const { channels } = sharedWire({
      channel: { txQueueLength: 0 },
      sharedWindow: () => sharedWindow,
      onSend: (message) => message === 'a1' && void channels[1]!.send('b1').subscribe(journal.sender('b1')),
      journal,
    });
    channels[0]!.next('a1');
    expect(journal.lines).toEqual(['sendData a1', then]);
  });
});

describe('limits that run out together, on channels that share a window (rule 4)', () => {
  it(
    'all leave, then the next message goes, then all are told',
    timeline((t) => {
      const { channels } = sharedWire({ journal: t });
      for (const [at, message] of ['a1', 'b1'].entries()) channels[at]!.send(message).pipe(txTimeout(10)).subscribe(t.sender(message));
      channels[2]!.send('c1').subscribe(t.sender('c1'));
      t.expect('0 sendData a1', '10 sendData c1', '10 a1 ETIME unknown', '10 b1 ETIME not-sent');
    }),
  );

  it(
    'also on channels of two mailboxes, one after the other',
    timeline((t) => {
      const { channels, controller } = sharedWire({ journal: t });
      channels[1]!.close();
      const other = new Mailbox(controller).requestChannel(1);
      channels[0]!.send('a1').pipe(txTimeout(10)).subscribe(t.sender('a1'));
      other.send('b1').pipe(txTimeout(10)).subscribe(t.sender('b1'));
      channels[2]!.next('c1');
      t.flush();
      expect(t.lines.filter((line) => line.includes('ETIME'))).toHaveLength(2);
    }),
  );
});
