import { timer } from 'rxjs';
import { txTimeout } from 'rx-mailbox';
import type { ScriptedLink } from 'rx-mailbox/testing';
import { handedOver, open } from '../support/open';
import { timeline } from '../support/timeline';

type Link = ScriptedLink<string, string, void>;

/** A link that has taken 64 messages, `m1` to `m64`. */
function full() {
  const opened = open({ window: 64 });
  for (let i = 1; i <= 64; i++) opened.channel.next(`m${i}`);
  return opened;
}

/** What was handed over, as `message/token`. */
const sent = (link: Link): string[] => link.sent.map(({ message, token }) => `${message}/${token}`);

describe('a link gives back a message that it had accepted (semantics 7.4)', () => {
  it(
    'it waits in front of all that were never handed over, as after busy',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2 });
      for (const message of ['A', 'B', 'C']) channel.send(message).subscribe(t.sender(message));
      t.at(3, () => link.giveBack(1));
      t.at(5, () => link.ready());
      t.at(7, () => link.txDone({ token: 1 }));
      t.expect('0 sendData A', '0 sendData B', '5 sendData A', '7 sendData C', '7 A ok');
    }),
  );

  it(
    'it also goes in front of a head that was answered busy, which keeps its place behind it',
    timeline((t) => {
      const { channel, link } = t.open({ window: 3 });
      channel.next('A');
      link.refuse(1);
      channel.next('B');
      t.at(3, () => link.giveBack(1));
      t.at(5, () => link.ready());
      t.expect('0 sendData A', '0 sendData B → busy', '5 sendData A', '5 sendData B');
    }),
  );

  it(
    'nothing settles, and its sender hears only what becomes of it in the end',
    timeline((t) => {
      const { channel, link } = t.open({ reports: true });
      channel.send('A').subscribe(t.sender('A'));
      t.at(3, () => link.giveBack(1, 'no credit'));
      t.at(5, () => link.ready());
      t.at(7, () => link.txDone({ token: 1, ack: 'yes' }));
      t.expect('0 sendData A', '5 sendData A', '7 report A ok', '7 A ok yes');
    }),
  );

  it('it shows as busy, with the reason of the link', () => {
    const { channel, link } = open();
    const events: unknown[] = [];
    channel.next('A');
    channel.events$.subscribe(({ type, token, error }) => events.push([type, token, error]));
    link.giveBack(1, 'no credit');
    expect(events).toEqual([['busy', 1, 'no credit']]);
  });

  it('it counts as waiting, not as in flight', () => {
    const { channel, mailbox, link } = open({ window: 2 });
    channel.next('A');
    channel.next('B');
    link.giveBack(2);
    expect(mailbox.states()).toMatchObject([{ waiting: 1, inFlight: 1, held: 0, refused: true }]);
    expect(channel.slotsAvailable).toBe(19);
  });

  it.each<[string, (link: Link) => void]>([
    ['ready', (link) => link.ready()],
    ['any tx-done', (link) => link.txDone({ token: 2 })],
    ['a late tx-done', (link) => link.txDone({ token: 99 })],
    ['down and up', (link) => (link.down(), link.up())],
  ])('it is tried again on %s', (_what, say) => {
    const { channel, link } = open({ window: 2 });
    channel.next('A');
    channel.next('B');
    link.giveBack(1);
    say(link);
    expect(handedOver(link)).toBe('A B A');
  });

  it('it is tried again by the next send, which goes behind it', () => {
    const { channel, link } = open({ window: 2 });
    channel.next('A');
    link.giveBack(1);
    channel.next('B');
    expect(handedOver(link)).toBe('A A B');
  });

  it(
    'that is no occasion for an attempt: another one that is given back changes nothing',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2 });
      for (const message of ['A', 'B', 'C']) channel.next(message);
      t.at(3, () => link.giveBack(2));
      t.at(4, () => link.giveBack(1));
      t.expect('0 sendData A', '0 sendData B');
    }),
  );

  it('a link may give one message back again and again', () => {
    const { channel, link } = open();
    channel.next('A');
    for (let i = 0; i < 5; i++) {
      link.giveBack(1);
      link.ready();
    }
    expect(sent(link)).toEqual(Array(6).fill('A/1'));
  });
});

describe('64 refused of a window of 64 (semantics 7.4)', () => {
  const orders: [string, (tokens: number[]) => number[]][] = [
    ['in order', (tokens) => tokens],
    ['last first', (tokens) => tokens.reverse()],
    // 37 and 64 have no divisor in common, so each comes once.
    ['shuffled', (tokens) => tokens.map((_, i) => tokens[(i * 37) % 64]!)],
  ];

  it.each(orders)('are handed over again in their original order, with their tokens: %s', (_order, arrange) => {
    const { link } = full();
    const before = sent(link);
    arrange(link.sent.map(({ token }) => token)).forEach((token) => link.giveBack(token));
    expect(link.sent).toHaveLength(64);
    link.ready();
    expect(sent(link).slice(64)).toEqual(before);
  });

  it.each(orders)('go before those that wait, and what is given back again keeps the order, too: %s', (_order, arrange) => {
    const { channel, link } = full();
    const before = sent(link);
    for (let i = 65; i <= 70; i++) channel.next(`m${i}`);
    arrange(link.sent.map(({ token }) => token)).forEach((token) => link.giveBack(token));
    // Three go out, the fourth is refused, and the three come back.
    const { sendData } = link;
    let room = 3;
    link.sendData = (message, token) => (room-- > 0 ? sendData.call(link, message, token) : 'busy');
    link.ready();
    expect(sent(link).slice(64)).toEqual(before.slice(0, 3));
    for (const token of [2, 3, 1]) link.giveBack(token);
    link.sendData = sendData;
    link.ready();
    expect(sent(link).slice(67)).toEqual(before);
    for (let token = 1; token <= 64; token++) link.txDone({ token });
    expect(sent(link).slice(67 + 64)).toEqual([65, 66, 67, 68, 69, 70].map((i) => `m${i}/${i}`));
  });

  it.each([1, 7, 64])('attempts beyond the messages are no more than refusals, readies and 1: %i go at a time', (room) => {
    const { link } = full();
    const { sendData } = link;
    let [attempts, refusals, readies, free] = [64, 0, 0, 0];
    link.sendData = (message, token) => {
      attempts++;
      return free-- > 0 ? sendData.call(link, message, token) : 'busy';
    };
    const giveBack = (token: number): void => {
      refusals++;
      link.giveBack(token);
    };
    // All of them twice, then the device takes them.
    for (let round = 0; round < 2; round++) {
      for (const { token } of [...link.outstanding].reverse()) giveBack(token);
      while (link.outstanding.length < 64) {
        free = room;
        readies++;
        link.ready();
      }
    }
    expect(attempts - 64).toBeLessThanOrEqual(refusals + readies + 1);
    expect(link.sent).toHaveLength(3 * 64);
    expect(readies).toBe(2 * Math.ceil(64 / room));
  });
});

describe('a message that has come back waits like any other (semantics 7.4)', () => {
  it(
    'its sender leaves: it is not sent, and the link is not told',
    timeline((t) => {
      const { channel, link } = t.open({ abort: true });
      channel.send('A').pipe(txTimeout(5)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(3, () => link.giveBack(1));
      t.expect('0 sendData A', '5 sendData B', '5 A ETIME not-sent');
    }),
  );

  it(
    'the link goes down: it goes on waiting, and goes out after up',
    timeline((t) => {
      const { channel, link } = t.open();
      channel.send('A').subscribe(t.sender('A'));
      t.at(3, () => link.giveBack(1));
      t.at(5, () => link.down());
      t.at(7, () => link.up());
      t.expect('0 sendData A', '7 sendData A');
    }),
  );

  it('the channel closes: it is not sent', () => {
    const { channel, link } = open();
    const errors: unknown[] = [];
    channel.send('A').subscribe({ error: ({ code, delivery }) => errors.push([code, delivery]) });
    link.giveBack(1);
    channel.close();
    expect(errors).toEqual([['ESHUTDOWN', 'not-sent']]);
  });

  it('withdraw takes it back', () => {
    const { channel, link } = open();
    channel.next('A');
    link.giveBack(1);
    expect(channel.withdraw()).toBe(1);
    link.ready();
    expect(handedOver(link)).toBe('A');
  });

  it(
    'complete waits for it, and so does whenIdle',
    timeline((t) => {
      const { channel, link } = t.open();
      channel.send('A').subscribe(t.sender('A'));
      channel.whenIdle().subscribe({ complete: () => t.write('idle') });
      channel.complete();
      t.at(3, () => link.giveBack(1));
      t.at(5, () => link.ready());
      t.at(7, () => link.txDone({ token: 1 }));
      t.expect('0 sendData A', '5 sendData A', '7 A ok', '7 idle');
      expect(channel.closed).toBe(true);
    }),
  );
});

describe('a link gives back a message whose sender has left (semantics 7.4)', () => {
  it.each<['tagged' | 'ordered' | 'untagged']>([['tagged'], ['ordered'], ['untagged']])(
    'the slot is free, and the next message goes at once: %s',
    (correlation) =>
      timeline((t) => {
        const { channel, link } = t.open({ correlation, quarantine: Infinity, events: ['freed', 'busy', 'lateTxDone'] });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        channel.next('B');
        t.at(5, () => link.giveBack(1));
        t.expect('0 sendData A', '3 A ETIME unknown', '5 sendData B', '5 freed 1');
      })(),
  );

  it(
    'in a reset: the slot is free, the reset goes on',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', reset: () => timer(10), events: ['freed', 'reset'] });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.at(5, () => link.giveBack(1));
      t.expect('0 sendData A', '3 A ETIME unknown', '3 reset', '5 freed 1', '13 sendData B', '13 reset');
    }),
  );

  it(
    'tagged, where no slot is held: as a late tx-done',
    timeline((t) => {
      const { channel, link } = t.open({ events: ['freed', 'lateTxDone'] });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      t.at(5, () => link.giveBack(1));
      t.expect('0 sendData A', '3 A ETIME unknown', '5 lateTxDone 1');
    }),
  );
});

describe('a link gives back what is not in flight (semantics 7.4)', () => {
  /** What a channel with one message in flight and one that was refused makes of it. */
  function given(token: unknown) {
    const { channel, link } = open({ window: 2 });
    const events: unknown[] = [];
    channel.next('A');
    link.txDone({ token: 1 });
    channel.next('B');
    link.refuse(1);
    channel.next('C');
    channel.events$.subscribe(({ type, token: of, error }) => events.push([type, of, error instanceof TypeError ? error.message : error]));
    link.emit({ type: 'refused', token: token as number, error: 'no credit' });
    return { events, link };
  }

  it('what has settled: as a late tx-done, also an occasion to try a refused head', () => {
    const { events, link } = given(1);
    expect(events).toEqual([
      ['lateTxDone', 1, 'no credit'],
      ['sent', 3, undefined],
    ]);
    expect(handedOver(link)).toBe('A B C');
  });

  it('what waits: as a late tx-done', () => {
    expect(given(3).events[0]).toEqual(['lateTxDone', 3, 'no credit']);
  });

  it.each([99, 0, -1, 1.5, NaN, Infinity])('a number that was never a token: as an unknown tx-done (%p)', (token) => {
    expect(given(token).events[0]).toEqual(['unknownTxDone', token, 'no credit']);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['2', '"2"'],
    [{}, 'an object'],
    [true, 'true'],
  ])('something else: broken, and no occasion (%p)', (token, shown) => {
    const { events, link } = given(token);
    expect(events).toEqual([['broken', undefined, `token of a refused message is ${shown}; expected a number`]]);
    expect(handedOver(link)).toBe('A B');
  });

  it('an object without a token: broken', () => {
    const { channel, link } = open();
    const broken: unknown[] = [];
    channel.events$.subscribe(({ type }) => broken.push(type));
    link.emit({ type: 'refused' } as never);
    expect(broken).toEqual(['broken']);
  });
});
