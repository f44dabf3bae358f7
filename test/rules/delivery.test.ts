import { isMailboxError, type Delivery, type MailboxError, type TxDoneResult } from 'rx-mailbox';
import { errorOf, thrown } from '../support/errorOf';
import { open } from '../support/open';
import { timeline } from '../support/timeline';
import { advance, virtual } from '../support/virtual';

type Said = Pick<TxDoneResult<never>, 'error' | 'delivery'>;

/** What the sender of a message hears, by the way in which its tx-done is told. */
const ways: [string, (said: Said) => MailboxError][] = [
  [
    'an event',
    (said) => {
      const { channel, link } = open();
      return errorOf(channel.send('A'), () => link.emit({ type: 'txDone', token: 1, ...said }));
    },
  ],
  [
    'the answer of lastTxDone',
    (said) => {
      const { scheduler, channel, link } = virtual({ txDone: 'poll' });
      return errorOf(channel.send('A'), () => {
        link.setLastTxDone(1, said);
        advance(scheduler, 5);
      });
    },
  ],
  [
    'acknowledge()',
    (said) => {
      const { channel } = open({ txDone: 'ack' });
      return errorOf(channel.send('A'), () => channel.acknowledge({ token: 1, ...said }));
    },
  ],
];

describe.each(ways)('a tx-done with an error says whether the message has reached the device: %s (semantics 11.1)', (_way, tell) => {
  it.each<[Delivery, string]>([
    ['not-sent', 'not handed over: NAK'],
    ['unknown', 'the link lost it: NAK'],
    ['sent', 'the device reported a failure: NAK'],
  ])('%s', (delivery, text) => {
    const error = tell({ error: 'NAK', delivery });
    expect([error.code, error.delivery, error.message, error.cause]).toEqual(['EIO', delivery, text, 'NAK']);
  });

  it('by default it has', () => {
    expect(tell({ error: 'NAK' }).delivery).toBe('sent');
    expect(tell({ error: 'NAK', delivery: undefined as never }).delivery).toBe('sent');
  });

  it('an error may be anything but undefined', () => {
    for (const error of [null, 0, '', false]) expect(tell({ error, delivery: 'unknown' })).toMatchObject({ code: 'EIO', cause: error });
  });
});

describe('the text of an EIO ends with the message of its cause (semantics 11)', () => {
  const unprintable = {
    toString: (): never => {
      throw new Error('no text');
    },
  };

  it.each<[string, unknown, string]>([
    ['an error', new RangeError('address 7 is not there'), 'the link lost it: address 7 is not there'],
    ['a text', 'no carrier', 'the link lost it: no carrier'],
    ['a number', 5, 'the link lost it: 5'],
    ['null', null, 'the link lost it: null'],
    ['an error without a text', new Error(''), 'the link lost it: '],
    ['an error whose text is none', Object.assign(new Error('x'), { message: 7 }), 'the link lost it: 7'],
    ['what cannot be printed', unprintable, 'the link lost it: an object that cannot be printed'],
    ['an object without a prototype', Object.create(null), 'the link lost it: an object that cannot be printed'],
  ])('%s', (_what, cause, text) => {
    const { channel, link } = open();
    const error = errorOf(channel.send('A'), () => link.txDone({ token: 1, error: cause, delivery: 'unknown' }));
    expect(error.message).toBe(text);
    expect(error.cause).toBe(cause);
  });
});

describe('delivery of a tx-done (semantics 11.1)', () => {
  it(
    'is what the report says, which has the same error',
    timeline((t) => {
      const { channel, link } = t.open({ reports: true });
      const errors: unknown[] = [];
      channel.txDone$.subscribe(({ error }) => errors.push(error));
      channel.send('A').subscribe({ error: (error: unknown) => errors.push(error) });
      t.at(3, () => link.txDone({ token: 1, error: 'EPIPE', delivery: 'not-sent' }));
      t.expect('0 sendData A', '3 report A EIO not-sent');
      expect(errors[0]).toBe(errors[1]);
    }),
  );

  it(
    'does not make the message wait again: that is what refused is for',
    timeline((t) => {
      const { channel, link } = t.open();
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(3, () => link.txDone({ token: 1, error: 'EPIPE', delivery: 'not-sent' }));
      t.expect('0 sendData A', '3 sendData B', '3 A EIO not-sent');
    }),
  );

  it('means nothing without an error, not even if it is nonsense', () => {
    const { channel, link } = open<string>();
    const log: unknown[] = [];
    channel.events$.subscribe(({ type }) => log.push(type));
    channel.send('A').subscribe(({ ack }) => log.push(ack));
    link.emit({ type: 'txDone', token: 1, ack: 'yes', delivery: 'perhaps' as never });
    expect(log).toEqual(['queued', 'sent', 'settled', 'yes']);
  });

  it('changes nothing for a sender that has left', () => {
    const { channel, link } = open();
    channel.send('A').subscribe().unsubscribe();
    const events: unknown[] = [];
    channel.events$.subscribe(({ type, token, error }) => events.push([type, token, error]));
    link.txDone({ token: 1, error: 'EPIPE', delivery: 'not-sent' });
    expect(events).toEqual([['lateTxDone', 1, 'EPIPE']]);
  });
});

describe('a delivery that is none (rule 8)', () => {
  const nonsense: [unknown, string][] = [
    ['perhaps', '"perhaps"'],
    ['', '""'],
    [null, 'null'],
    [1, '1'],
    [true, 'true'],
    [{}, 'an object'],
    [Promise.resolve('sent'), 'a promise'],
  ];

  it.each(nonsense)('in an event: the message fails as unknown, and it shows as broken (%p)', (delivery, shown) => {
    const { channel, link } = open();
    const broken: unknown[] = [];
    channel.events$.subscribe(({ type, token, error }) => type === 'broken' && broken.push([token, (error as Error).message]));
    const error = errorOf(channel.send('A'), () => link.emit({ type: 'txDone', token: 1, error: 'NAK', delivery: delivery as never }));
    expect([error.code, error.delivery, error.cause]).toEqual(['EIO', 'unknown', 'NAK']);
    expect(broken).toEqual([[1, `delivery of a tx-done is ${shown}; expected 'not-sent', 'unknown', or 'sent'`]]);
  });

  it('in the answer of lastTxDone: the same', () => {
    const { scheduler, channel, link } = virtual({ txDone: 'poll' });
    const broken: unknown[] = [];
    channel.events$.subscribe(({ type, token }) => type === 'broken' && broken.push(token));
    const error = errorOf(channel.send('A'), () => {
      link.setLastTxDone(1, { error: 'NAK', delivery: 'perhaps' as never });
      advance(scheduler, 5);
    });
    expect([error.delivery, broken]).toEqual(['unknown', [1]]);
  });

  it.each(nonsense)('in acknowledge(): a TypeError, and the message stays in flight (%p)', (delivery, shown) => {
    const { channel } = open({ txDone: 'ack' });
    const outcomes: unknown[] = [];
    channel.send('A').subscribe({ error: (error: unknown) => outcomes.push(isMailboxError(error)), complete: () => outcomes.push('ok') });
    const error = thrown(() => channel.acknowledge({ token: 1, error: 'NAK', delivery: delivery as never }));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toBe(`result.delivery is ${shown}; expected 'not-sent', 'unknown', 'sent'`);
    expect(outcomes).toEqual([]);
    channel.acknowledge({ token: 1 });
    expect(outcomes).toEqual(['ok']);
  });

  it('the next message is told its own', () => {
    const { channel, link } = open();
    const log: unknown[] = [];
    for (const message of ['A', 'B'])
      channel
        .send(message)
        .subscribe({ error: ({ delivery }) => log.push(`${message} ${delivery}`), complete: () => log.push(`${message} ok`) });
    link.emit({ type: 'txDone', token: 1, error: 'NAK', delivery: 'perhaps' as never });
    link.txDone({ token: 2 });
    expect(log).toEqual(['A unknown', 'B ok']);
  });
});
