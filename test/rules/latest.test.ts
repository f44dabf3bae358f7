import { NEVER, type Subscription } from 'rxjs';
import { txCancel, txTimeout, type TxCanceledError } from 'rx-mailbox';
import { unhandledErrors } from '../support/unhandled';
import { Journal, outcome } from '../support/Journal';
import { handedOver, open, type Opened } from '../support/open';
import { rejection } from '../support/rejection';
import { timeline } from '../support/timeline';
import { turnEnd } from '../support/turn';

// Messages are called x1, x2, y1, …: the letter is the key. '-' has none.

const latest = (message: string): unknown => (message.startsWith('-') ? undefined : message[0]);

function opened(txQueueLength = 20): Opened<string> & { journal: Journal; send(...messages: string[]): void } {
  const journal = new Journal();
  const one = open<string>({}, { latest, txQueueLength });
  const send = (...messages: string[]): void => messages.forEach((message) => one.channel.send(message).subscribe(journal.sender(message)));
  return { ...one, journal, send };
}

/** Everything is taken. */
async function finish({ link }: Opened<string>): Promise<string> {
  await turnEnd();
  while (link.outstanding.length > 0) link.txDoneOldest();
  return handedOver(link);
}

describe('latest: a newer message takes the place of one that waits with the same key (section 3)', () => {
  it('in its place of the queue, and in no other', async () => {
    const wire = opened();
    wire.send('-1', 'x1', 'y1', 'z1', 'y2', 'x2');
    expect(await finish(wire)).toBe('-1 x2 y2 z1');
  });

  it('the older sender gets ECANCELED, not sent, superseded', async () => {
    const { channel, send } = opened();
    const errors: TxCanceledError[] = [];
    send('-1');
    channel.send('x1').subscribe({ error: (error: TxCanceledError) => errors.push(error) });
    channel.next('x2');
    await turnEnd();
    expect(errors.map(({ code, delivery, superseded }) => ({ code, delivery, superseded }))).toEqual([
      { code: 'ECANCELED', delivery: 'not-sent', superseded: true },
    ]);
  });

  it('one that left by itself is not superseded', () => {
    const { channel, send } = opened();
    const errors: TxCanceledError[] = [];
    send('-1');
    const controller = new AbortController();
    channel
      .send('x1')
      .pipe(txCancel(controller.signal))
      .subscribe({ error: (error: TxCanceledError) => errors.push(error) });
    controller.abort();
    expect(errors.map((error) => [error.code, 'superseded' in error])).toEqual([['ECANCELED', false]]);
  });

  it('what is in flight does not wait', async () => {
    const wire = opened();
    wire.send('x1', 'x2', 'x3');
    expect(await finish(wire)).toBe('x1 x3');
  });

  it('a message without a key replaces none and is replaced by none', async () => {
    const wire = opened();
    wire.send('-1', '-2', 'x1', '-3');
    expect(await finish(wire)).toBe('-1 -2 x1 -3');
  });

  it('1,000 values of one key are two on the wire', async () => {
    const wire = opened();
    for (let i = 0; i < 1000; i++) wire.channel.next(`x${i}`);
    expect(await finish(wire)).toBe('x0 x999');
  });

  it.each<[string, unknown, unknown, string]>([
    ['NaN is one key', NaN, NaN, '-1 b'],
    ['0 and -0 are one key', 0, -0, '-1 b'],
    ['null is a key', null, null, '-1 b'],
    ['1 and "1" are two', 1, '1', '-1 a b'],
    ['one object is one key', latest, latest, '-1 b'],
    ['two that look the same are two', {}, {}, '-1 a b'],
    ['an empty string is a key', '', '', '-1 b'],
  ])('keys are compared as in a Map: %s', async (_what, a, b, sent) => {
    const keys = new Map<string, unknown>([
      ['a', a],
      ['b', b],
    ]);
    const { channel, link } = open<string>({}, { latest: (message) => keys.get(message) });
    for (const message of ['-1', 'a', 'b']) channel.next(message);
    await turnEnd();
    while (link.outstanding.length > 0) link.txDoneOldest();
    expect(handedOver(link)).toBe(sent);
  });

  it('also in a full queue', async () => {
    const wire = opened(1);
    wire.send('-1', 'x1', 'y1', 'x2');
    expect(await finish(wire)).toBe('-1 x2');
    expect(wire.journal.lines).toEqual(['y1 ENOBUFS not-sent', 'x1 ECANCELED not-sent', '-1 ok', 'x2 ok']);
  });

  it('also at a refused head, without another attempt at the old one', async () => {
    const wire = opened(1);
    wire.link.refuse();
    wire.send('x1', 'x2');
    expect(wire.link.refused.map(({ message }) => message)).toEqual(['x1']);
    wire.link.ready();
    expect(await finish(wire)).toBe('x2');
  });

  it('the key is asked for once for each message', async () => {
    const asked: string[] = [];
    const { channel, link } = open<string>({}, { latest: (message) => (asked.push(message), 'x'), txQueueLength: 1 });
    link.refuse(3);
    for (const message of ['A', 'B', 'C']) channel.next(message);
    link.ready();
    await turnEnd();
    expect(asked).toEqual(['A', 'B', 'C']);
  });

  it('not where the channel is closed', () => {
    let asked = 0;
    const { channel } = open<string>({}, { latest: () => asked++ });
    channel.close();
    channel.next('A');
    channel.send('A').subscribe({ error: () => undefined });
    expect(asked).toBe(0);
  });

  it('it is called as a method of the options', () => {
    const seen: unknown[] = [];
    const options = {
      latest(this: unknown) {
        seen.push(this);
        return undefined;
      },
    };
    open<string>({}, options).channel.next('A');
    expect(seen).toEqual([options]);
  });
});

describe('latest, from inside sendData (section 11)', () => {
  /** Sends `then` from inside the hand-over of x1. */
  function insideX1(answer: 'accepted' | 'busy', ...then: string[]): ReturnType<typeof opened> {
    const wire = opened();
    const { sendData } = wire.link;
    let first = true;
    wire.link.sendData = (message, token) => {
      if (first) {
        first = false;
        wire.send(...then);
        if (answer === 'busy') wire.link.refuse();
      }
      return sendData.call(wire.link, message, token);
    };
    wire.send('x1');
    return wire;
  }

  it('what is being handed over does not wait', async () => {
    const wire = insideX1('accepted', 'x2');
    expect(await finish(wire)).toBe('x1 x2');
  });

  it('refused, it is superseded by the newer one that was sent from inside', async () => {
    const wire = insideX1('busy', 'x2', 'x3');
    await turnEnd();
    wire.link.ready();
    expect(await finish(wire)).toBe('x3');
    expect(wire.journal.lines.sort()).toEqual(['x1 ECANCELED not-sent', 'x2 ECANCELED not-sent', 'x3 ok']);
  });

  it('refused, it stays where the newer ones have other keys', async () => {
    const wire = insideX1('busy', 'y1');
    wire.link.ready();
    expect(await finish(wire)).toBe('x1 y1');
  });
});

describe('latest, and a message that the link gives back (section 7)', () => {
  it('it is superseded if a newer one of its key waits', async () => {
    const wire = opened();
    wire.send('x1', 'x2');
    wire.link.giveBack(1);
    wire.link.ready();
    expect(await finish(wire)).toBe('x1 x2');
    expect(wire.journal.lines).toEqual(['x1 ECANCELED not-sent', 'x2 ok']);
  });

  it('otherwise a newer one takes its place, in front', async () => {
    const wire = opened();
    wire.send('x1', 'y1');
    wire.link.giveBack(1);
    wire.send('x2');
    expect(wire.link.sent.map(({ message }) => message)).toEqual(['x1', 'x2']);
    expect(await finish(wire)).toBe('x1 x2 y1');
  });
});

describe('latest: displaced messages settle at once, and are told at the end of the turn (rule 7)', () => {
  it('the report, then the sender, in the order in which they were displaced', async () => {
    const { channel, journal, send } = opened();
    send('-1', 'x1', 'y1');
    journal.reports(channel);
    send('y2', 'x2');
    expect(journal.lines).toEqual([]);
    await turnEnd();
    expect(journal.lines).toEqual([
      'report y1 ECANCELED not-sent',
      'y1 ECANCELED not-sent',
      'report x1 ECANCELED not-sent',
      'x1 ECANCELED not-sent',
    ]);
  });

  it('events come at once: queued of the new, then settled of the old', () => {
    const { channel, journal, send } = opened();
    send('-1', 'x1');
    journal.events(channel);
    send('x2');
    expect(journal.lines).toEqual(['queued 3', 'settled 2']);
  });

  it(
    'in virtual time with the next 0 ms task',
    timeline((t) => {
      const { channel } = t.open({ channel: { latest } });
      for (const message of ['-1', 'x1']) channel.send(message).subscribe(t.sender(message));
      t.at(3, () => {
        channel.send('x2').subscribe(t.sender('x2'));
        t.write('the turn goes on');
      });
      t.at(4, () => t.write('later'));
      t.expect('0 sendData -1', '3 the turn goes on', '3 x1 ECANCELED not-sent', '4 later');
    }),
  );

  it('close() before the end of the turn tells them first', () => {
    const { channel, journal, send } = opened();
    send('-1', 'x1', 'x2');
    channel.close();
    expect(journal.lines).toEqual(['x1 ECANCELED not-sent', '-1 ESHUTDOWN unknown', 'x2 ESHUTDOWN not-sent']);
  });

  it('error(reason) too', () => {
    const { channel, journal, send } = opened();
    channel.subscribe({ error: () => undefined });
    send('-1', 'x1', 'x2');
    channel.error('gone');
    expect(journal.lines).toEqual(['x1 ECANCELED not-sent', '-1 ESHUTDOWN unknown', 'x2 ESHUTDOWN not-sent']);
  });

  it('whoever unsubscribes before is told nothing, and the report comes all the same', async () => {
    const { channel, journal, send } = opened();
    journal.reports(channel);
    send('-1');
    const x1 = channel.send('x1').subscribe(journal.sender('x1'));
    send('x2');
    x1.unsubscribe();
    await turnEnd();
    expect(journal.lines).toEqual(['report x1 ECANCELED not-sent']);
  });

  it('what they are told does not change by what happens before the end of the turn', async () => {
    const { journal, link, send } = opened();
    send('-1', 'x1', 'x2');
    link.down();
    await turnEnd();
    expect(journal.lines).toEqual(['-1 ENETDOWN unknown', 'x1 ECANCELED not-sent']);
  });

  it(
    'a limit on the older one runs out no more',
    timeline((t) => {
      const { channel, link } = t.open({ channel: { latest } });
      channel.send('-1').subscribe(t.sender('-1'));
      channel.send('x1').pipe(txTimeout(5)).subscribe(t.sender('x1'));
      t.at(3, () => channel.send('x2').subscribe(t.sender('x2')));
      t.at(9, () => link.txDoneOldest());
      t.expect('0 sendData -1', '3 x1 ECANCELED not-sent', '9 sendData x2', '9 -1 ok');
    }),
  );

  it(
    'nor one that is due at the end of that same turn',
    timeline((t) => {
      const { channel } = t.open({ channel: { latest } });
      channel.send('-1').subscribe(t.sender('-1'));
      t.at(3, () => {
        channel.send('x1').pipe(txTimeout(1)).subscribe(t.sender('x1'));
        channel.send('x2').subscribe(t.sender('x2'));
      });
      t.expect('0 sendData -1', '3 x1 ECANCELED not-sent');
    }),
  );

  // In virtual time somebody has to need the end of the turn. These do not need it any more.
  it.each<[string, (opened: Pick<Opened<string>, 'channel' | 'link'>, first: Subscription) => void]>([
    ['withdraw() in a pause', ({ channel }, first) => (first.unsubscribe(), channel.withdraw())],
    ['withdraw(), then a leave', ({ channel }, first) => (channel.withdraw(), first.unsubscribe())],
    [
      'a down before the reset that a leave has asked for',
      ({ channel, link }, first) => (channel.withdraw(), first.unsubscribe(), link.down()),
    ],
  ])('%s leaves nobody untold', (_what, act) => {
    timeline((t) => {
      const opened = t.open({ channel: { latest }, correlation: 'untagged', reset: () => NEVER });
      const { channel } = opened;
      const first = channel.send('-1').subscribe();
      for (const message of ['x1', 'x2']) channel.send(message).subscribe(t.sender(message));
      t.at(0, () => {
        channel.next('x3');
        act(opened, first);
      });
      t.flush();
      expect(t.lines).toEqual(expect.arrayContaining(['0 x1 ECANCELED not-sent', '0 x2 ECANCELED not-sent']));
    })();
  });

  it('a txPrepare that throws in a pause leaves nobody untold', () => {
    timeline((t) => {
      let first: Subscription | undefined = undefined;
      const txPrepare = (message: string): void => {
        if (message !== 'x2') return;
        first!.unsubscribe();
        throw new Error('oops');
      };
      const { channel, link } = t.open({ window: 2, channel: { latest, txPrepare } });
      link.down();
      link.up();
      first = channel.send('-1').subscribe();
      link.refuse(2);
      for (const message of ['x1', 'x2']) channel.send(message).subscribe(t.sender(message));
      link.refuse(0);
      link.ready();
      t.expect('0 sendData -1', '0 sendData x1 → busy', '0 x2 EIO not-sent', '0 x1 ECANCELED not-sent');
    })();
  });
});

describe('latest that breaks the contract fails its own message (rule 8)', () => {
  const fails = (journal: Journal, name: string) => ({
    error: (error: Error) => journal.write(`${name} ${outcome(error)}: ${(error.cause as Error).message}`),
  });

  it('a throw: not sent, its cause is what was thrown', () => {
    const { channel, link } = open<string>(
      {},
      {
        latest: (message) => {
          if (message === 'A') throw new Error('oops');
        },
      },
    );
    const journal = new Journal();
    journal.reports(channel);
    channel.send('A').subscribe(fails(journal, 'A'));
    channel.next('A');
    channel.next('B');
    expect([journal.lines, handedOver(link)]).toEqual([['A EIO not-sent: oops', 'report A EIO not-sent'], 'B']);
  });

  it('a promise: the same, and broken; no unhandled rejection', () => {
    const unhandled = unhandledErrors(() => {
      const { channel } = open<string>({}, { latest: () => rejection() });
      const journal = new Journal();
      journal.events(channel);
      channel.send('A').subscribe(fails(journal, 'A'));
      expect(journal.lines).toEqual(['broken', expect.stringContaining('A EIO not-sent: latest returned a promise')]);
    });
    expect(unhandled).toEqual([]);
  });

  it('it may send, close or cancel: the message is looked at again', async () => {
    const journal = new Journal();
    const wire: Opened<string> = open<string>(
      {},
      {
        latest: (message) => {
          if (message === 'close') wire.channel.close();
          if (message === 'send') wire.channel.next('inner');
          return 'x';
        },
      },
    );
    const { channel, link } = wire;
    channel.next('A');
    channel.send('send').subscribe(journal.sender('send'));
    channel.send('close').subscribe(journal.sender('close'));
    await turnEnd();
    expect([handedOver(link), journal.lines]).toEqual(['A', ['send ESHUTDOWN not-sent', 'close ESHUTDOWN not-sent']]);
  });
});
