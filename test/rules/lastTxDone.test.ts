import { timer, type Subscription, type VirtualTimeScheduler } from 'rxjs';
import { txTimeout } from 'rx-mailbox';
import type { ScriptedLink, ScriptedOptions } from 'rx-mailbox/testing';
import { rejection } from '../support/rejection';
import { timeline } from '../support/timeline';
import { advance, virtual } from '../support/virtual';

type Link = ScriptedLink<string, string, string>;

const boom = (): never => {
  throw new Error('bus error');
};

/** Replaces the answers of a link, but not its notes of who was asked. */
function answer(link: Link, answers: (token: number) => unknown): void {
  const lastTxDone = link.lastTxDone!;
  Object.assign(link, {
    lastTxDone: (token: number) => {
      lastTxDone.call(link, token);
      return answers(token);
    },
  });
}

/** Timers that are scheduled and not given back. */
function pending(scheduler: VirtualTimeScheduler): number {
  return scheduler.actions.filter(({ closed }) => !closed).length;
}

const askedAt = (link: Link): number[] => link.polled.map(({ at }) => at);

describe('lastTxDone answers true, false or an object, and nothing else (semantics 8.1)', () => {
  const answers: [string, () => unknown][] = [
    ['0', () => 0],
    ['1', () => 1],
    ["''", () => ''],
    ["'yes'", () => 'yes'],
    ['NaN', () => Number.NaN],
    ['null', () => null],
    ['undefined', () => undefined],
    ['a promise of true', () => Promise.resolve(true)],
    ['a promise that rejects', () => rejection()],
    ['a function', () => () => true],
    ['a symbol', () => Symbol('yes')],
  ];

  it.each(answers)('%s: its message fails with delivery unknown, and is not told OK', (_what, nonsense) =>
    timeline((t) => {
      const { channel, link } = t.open({ txDone: 'poll', txPollPeriod: 10, reports: true, events: ['broken'] });
      answer(link, (token) => (token === 1 ? nonsense() : true));
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.expect(
        ...['0 sendData A', '0 sendData B'],
        ...['0 report A EIO unknown', '0 A EIO unknown', '0 report B ok', '0 B ok'],
        '0 broken 1',
      );
    })(),
  );

  it.each([
    ['true', true, 'ok'],
    ['an empty object', {}, 'ok'],
    ['an object with an ack', { ack: 'a' }, 'ok a'],
    ['an object with an error', { error: 'NAK' }, 'EIO sent'],
  ])('%s is an answer', (_what, yes, outcome) =>
    timeline((t) => {
      const { channel, link } = t.open({ txDone: 'poll', txPollPeriod: 10, events: ['broken'] });
      answer(link, () => yes);
      channel.send('A').subscribe(t.sender('A'));
      t.expect('0 sendData A', `0 A ${outcome}`);
    })(),
  );
});

describe.each<[string, () => unknown]>([
  ['throws', boom],
  ['gives no answer', () => undefined],
])('where lastTxDone %s (semantics 8.1)', (_what, nonsense) => {
  /** A fails at 10 ms, when it is asked about for the second time. B waits. */
  function lose(options: ScriptedOptions<string, string, string>, ...lines: string[]): () => void {
    return timeline((t) => {
      const { channel, link } = t.open({ txDone: 'poll', txPollPeriod: 10, abort: true, events: ['stalled', 'broken'], ...options });
      answer(link, (token) => (token === 1 && t.now >= 10 ? nonsense() : token === 2));
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(99, () => channel.close());
      t.expect('0 sendData A', ...lines);
    });
  }

  it('the slot is free at once on a tagged link', lose({}, '10 sendData B', '10 A EIO unknown', '10 B ok', '10 broken 1'));

  it(
    'it is as if its sender had left on an ordered one: abort, and the slot is held',
    lose({ correlation: 'ordered' }, '10 abort 1', '10 A EIO unknown', '10 broken 1', '30 broken 1', '99 B ESHUTDOWN not-sent'),
  );

  it(
    'and on an untagged one, which stalls',
    lose(
      { correlation: 'untagged' },
      '10 abort 1',
      '10 A EIO unknown',
      '10 broken 1',
      '10 stalled 1',
      '30 broken 1',
      '99 B ESHUTDOWN not-sent',
    ),
  );

  it(
    'until its quarantine is over',
    lose({ correlation: 'ordered', quarantine: 15 }, ...['10 abort 1', '10 A EIO unknown', '10 broken 1'], ...['25 sendData B', '25 B ok']),
  );

  it(
    'or until a reset completes',
    lose(
      { correlation: 'ordered', reset: () => timer(15) },
      ...['10 abort 1', '10 A EIO unknown', '10 reset', '10 broken 1'],
      ...['25 sendData B', '25 B ok'],
    ),
  );

  it('it is not asked about that held slot again, and the timer stops', () => {
    const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10, correlation: 'ordered' });
    answer(link, nonsense);
    channel.send('A').subscribe({ error: () => undefined });
    advance(scheduler, 1000);
    // Once while its sender was there, once about the held slot.
    expect([askedAt(link), pending(scheduler)]).toEqual([[0, 20], 0]);
  });

  it('others are asked about all the same', () => {
    const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10, correlation: 'ordered', window: 2 });
    answer(link, (token) => (token === 1 ? nonsense() : false));
    channel.send('A').subscribe({ error: () => undefined });
    channel.next('B');
    advance(scheduler, 35);
    expect(link.polled.map(({ token, at }) => `${token} at ${at}`)).toEqual([
      '1 at 0',
      '2 at 0',
      '1 at 10',
      '2 at 10',
      '2 at 20',
      '2 at 30',
    ]);
  });

  it('about a slot whose sender has left: it stays held', () => {
    const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10, correlation: 'ordered' });
    answer(link, () => (scheduler.now() < 15 ? false : nonsense()));
    const a = channel.send('A').subscribe();
    channel.next('B');
    advance(scheduler, 15);
    a.unsubscribe();
    advance(scheduler, 1000);
    expect([link.sent.length, askedAt(link), pending(scheduler)]).toEqual([1, [0, 10, 20], 0]);
    link.down();
    link.up();
    expect(link.sent.map(({ message }) => message)).toEqual(['A', 'B']);
  });
});

describe('while only held slots are asked about, the period doubles up to 1 s (semantics 8.1)', () => {
  const open = (txPollPeriod: number, options: ScriptedOptions<string, string, string> = {}) =>
    virtual({ txDone: 'poll', txPollPeriod, correlation: 'ordered', ...options });

  function leaveAt({ scheduler, channel }: ReturnType<typeof virtual>, ms: number): void {
    const sending: Subscription = channel.send('A').subscribe();
    advance(scheduler, ms);
    sending.unsubscribe();
  }

  it('each round comes after twice the last time', () => {
    const opened = open(100);
    leaveAt(opened, 50);
    advance(opened.scheduler, 5000);
    expect(askedAt(opened.link)).toEqual([0, 100, 300, 700, 1500, 2500, 3500, 4500]);
  });

  it('a period of more than 1 s stays as it is', () => {
    const opened = open(3000);
    leaveAt(opened, 50);
    advance(opened.scheduler, 10_000);
    expect(askedAt(opened.link)).toEqual([0, 3000, 6000, 9000]);
  });

  it('it does not while a message in flight is asked about', () => {
    const opened = open(100, { window: 2 });
    leaveAt(opened, 50);
    opened.channel.next('B');
    advance(opened.scheduler, 300);
    expect(opened.link.polled.filter(({ token }) => token === 1).map(({ at }) => at)).toEqual([0, 50, 150, 250, 350]);
  });

  it('a hand-over brings it back at once: after 0 ms, then every period', () => {
    const opened = open(100, { window: 2 });
    leaveAt(opened, 50);
    advance(opened.scheduler, 1000);
    expect(askedAt(opened.link)).toEqual([0, 100, 300, 700]);
    opened.channel.next('B');
    advance(opened.scheduler, 250);
    expect(askedAt(opened.link).filter((at) => at > 700)).toEqual([1050, 1050, 1150, 1150, 1250, 1250]);
  });

  it('so does a refused head: within a period', () => {
    const opened = open(100, { window: 2 });
    leaveAt(opened, 50);
    advance(opened.scheduler, 1000);
    opened.link.refuse(3);
    opened.channel.next('B');
    advance(opened.scheduler, 250);
    expect(opened.link.refused.map(({ at }) => at)).toEqual([1050, 1150, 1250]);
  });

  it('and it doubles again from the period once only held slots are left', () => {
    const opened = open(100, { window: 2 });
    leaveAt(opened, 50);
    advance(opened.scheduler, 1000);
    opened.channel.next('B');
    opened.link.setLastTxDone(2, true);
    advance(opened.scheduler, 800);
    expect(opened.link.polled.filter(({ token, at }) => token === 1 && at > 700).map(({ at }) => at)).toEqual([1050, 1250, 1650]);
  });

  it('it does not while another channel of the mailbox has a message in flight', () => {
    const opened = open(100, { channelCount: 2 });
    leaveAt(opened, 50);
    opened.mailbox.requestChannel(1).next('B');
    advance(opened.scheduler, 300);
    expect(askedAt(opened.link)).toEqual([0, 50, 150, 250, 350]);
  });

  it(
    'a late tx-done is seen by the next of these rounds',
    timeline((t) => {
      const { channel, link } = t.open({ txDone: 'poll', txPollPeriod: 10, correlation: 'untagged', events: ['lateTxDone'] });
      channel.send('A').pipe(txTimeout(5)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(31, () => link.setLastTxDone(1, true));
      t.at(80, () => link.setLastTxDone(2, true));
      // Rounds at 0, 10, 30, 70.
      t.expect('0 sendData A', '5 A ETIME unknown', '70 sendData B', '70 lateTxDone 1', '80 B ok');
    }),
  );
});
