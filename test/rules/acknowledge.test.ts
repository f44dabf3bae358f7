import { isMailboxError } from 'rx-mailbox';
import { timeline, type TimelineOptions } from '../support/timeline';

const ack: TimelineOptions = { txDone: 'ack', window: 1, events: ['lateTxDone', 'unknownTxDone'] };

describe('acknowledge() without a token (semantics 8.2)', () => {
  it(
    'ends the oldest in flight on ordered links',
    timeline((t) => {
      const { channel } = t.open({ ...ack, correlation: 'ordered', window: 2 });
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(3, () => channel.acknowledge());
      t.at(5, () => channel.acknowledge({ ack: 'b' }));
      t.expect('0 sendData A', '0 sendData B', '3 A ok', '5 B ok b');
    }),
  );

  it(
    'ends the one in flight on untagged links',
    timeline((t) => {
      const { channel } = t.open({ ...ack, correlation: 'untagged' });
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(3, () => channel.acknowledge());
      t.at(5, () => channel.acknowledge());
      t.expect('0 sendData A', '3 sendData B', '3 A ok', '5 B ok');
    }),
  );

  it(
    'is unknownTxDone on tagged links',
    timeline((t) => {
      const { channel } = t.open({ ...ack, correlation: 'tagged' });
      channel.send('A').subscribe(t.sender('A'));
      t.at(3, () => channel.acknowledge({ ack: 'a' }));
      t.at(5, () => channel.acknowledge({ token: 1, ack: 'a' }));
      t.expect('0 sendData A', '3 unknownTxDone', '5 A ok a');
    }),
  );

  it.each([['ordered'], ['untagged']] as const)('is unknownTxDone with nothing in flight, %s', (correlation) =>
    timeline((t) => {
      const { channel } = t.open({ ...ack, correlation });
      channel.acknowledge();
      t.expect('0 unknownTxDone');
    })(),
  );
});

describe('acknowledge() with a token (semantics 8.2)', () => {
  it(
    'ends the message it names',
    timeline((t) => {
      const { channel } = t.open({ ...ack, window: 2 });
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(3, () => channel.acknowledge({ token: 2, ack: 'b' }));
      t.at(5, () => channel.acknowledge({ token: 1, ack: 'a' }));
      t.expect('0 sendData A', '0 sendData B', '3 B ok b', '5 A ok a');
    }),
  );

  it(
    'is late when it comes again',
    timeline((t) => {
      const { channel } = t.open(ack);
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(3, () => channel.acknowledge({ token: 1 }));
      t.at(5, () => channel.acknowledge({ token: 1 }));
      t.expect('0 sendData A', '3 sendData B', '3 A ok', '5 lateTxDone 1');
    }),
  );

  it(
    'is unknown for a message that was never sent',
    timeline((t) => {
      const { channel } = t.open(ack);
      channel.send('A').subscribe(t.sender('A'));
      t.at(3, () => channel.acknowledge({ token: 2 }));
      t.expect('0 sendData A', '3 unknownTxDone 2');
    }),
  );
});

describe('acknowledge() (semantics 8.2)', () => {
  it.each<[string, unknown]>([
    ['an error', new Error('NAK')],
    ['null', null],
    ['an empty string', ''],
    ['zero', 0],
    ['false', false],
  ])('fails the message for any error but undefined: %s', (_what, error) =>
    timeline((t) => {
      const { channel } = t.open({ ...ack, correlation: 'untagged' });
      const errors: unknown[] = [];
      channel.send('A').subscribe({ error: (e: unknown) => errors.push(e) });
      channel.acknowledge({ error });
      t.expect('0 sendData A');
      expect(isMailboxError(errors[0], 'EIO') && [errors[0].delivery, errors[0].cause]).toEqual(['sent', error]);
    })(),
  );

  it.each<[string, Partial<TimelineOptions>]>([
    ['irq', { txDone: 'irq' }],
    ['poll', { txDone: 'poll' }],
  ])("acknowledge() on a channel whose method is '%s' throws NotSupportedError and settles nothing", (_method, options) =>
    timeline((t) => {
      const { channel } = t.open({ ...options, correlation: 'untagged' });
      channel.send('A').subscribe(t.sender('A'));
      let thrown: unknown;
      try {
        channel.acknowledge();
      } catch (error) {
        thrown = error;
      }
      expect(isMailboxError(thrown, 'ENOTSUP')).toBe(true);
      channel.close();
      t.expect('0 sendData A', '0 A ESHUTDOWN unknown');
    })(),
  );

  it(
    'knowsTxDone turns a poll link into an ack link: acknowledge() ends its messages, and it is never asked',
    timeline((t) => {
      const { channel, link } = t.open({
        txDone: 'poll',
        txPollPeriod: 1,
        correlation: 'untagged',
        channel: { knowsTxDone: true },
      });
      channel.send('A').subscribe(t.sender('A'));
      t.at(5, () => channel.acknowledge({ ack: 'a' }));
      t.expect('0 sendData A', '5 A ok a');
      expect(link.polled).toEqual([]);
    }),
  );

  it(
    'knowsTxDone changes nothing on an irq link',
    timeline((t) => {
      const { channel, link } = t.open({ channel: { knowsTxDone: true } });
      channel.send('A').subscribe(t.sender('A'));
      expect(() => channel.acknowledge({ token: 1 })).toThrow('acknowledge');
      t.at(3, () => link.txDone({ token: 1 }));
      t.expect('0 sendData A', '3 A ok');
    }),
  );

  it(
    'acknowledge() from inside sendData is handled when that has returned',
    timeline((t) => {
      const { channel } = t.open({
        ...ack,
        onSend: (_message, token) => channel.acknowledge({ token, ack: 'at once' }),
      });
      channel.send('A').subscribe(t.sender('A'));
      t.expect('0 sendData A', '0 A ok at once');
    }),
  );

  it(
    'acknowledge() on a closed channel does nothing',
    timeline((t) => {
      const { channel } = t.open(ack);
      channel.send('A').subscribe(t.sender('A'));
      channel.close();
      channel.acknowledge({ token: 1 });
      t.expect('0 sendData A', '0 A ESHUTDOWN unknown');
    }),
  );
});
