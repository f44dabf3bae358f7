import { of } from 'rxjs';
import { Mailbox, txTimeout } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { timeline, type TimelineOptions } from '../support/timeline';

describe('a tagged link: a tx-done carries the token (semantics 5.2)', () => {
  it(
    'a tx-done settles the message it names, in any order',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'tagged', window: 3 });
      for (const name of ['A', 'B', 'C']) channel.send(name).subscribe(t.sender(name));
      t.at(1, () => link.txDone({ token: 3, ack: 'c' }));
      t.at(2, () => link.txDone({ token: 1, ack: 'a' }));
      t.at(3, () => link.txDone({ token: 2, ack: 'b' }));
      t.expect('0 sendData A', '0 sendData B', '0 sendData C', '1 C ok c', '2 A ok a', '3 B ok b');
    }),
  );

  it(
    'the slot is free as soon as its sender leaves',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'tagged' });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.expect('0 sendData A', '3 sendData B', '3 A ETIME unknown');
    }),
  );

  it(
    'a late tx-done does not touch the message that has the slot now',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'tagged', events: ['lateTxDone'] });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(4, () => link.txDone({ token: 1, error: 'NAK' }));
      t.at(9, () => link.txDone({ token: 2, ack: 'b' }));
      t.expect('0 sendData A', '3 sendData B', '3 A ETIME unknown', '4 lateTxDone 1', '9 B ok b');
    }),
  );

  it(
    'with a quarantine the slot is free when that is over',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'tagged', quarantine: 5 });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.expect('0 sendData A', '3 A ETIME unknown', '8 sendData B');
    }),
  );

  it(
    'with a quarantine its own tx-done frees the slot before that is over',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'tagged', quarantine: 50, events: ['lateTxDone'] });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.at(7, () => link.txDone({ token: 1 }));
      t.expect('0 sendData A', '3 A ETIME unknown', '7 sendData B', '7 lateTxDone 1');
    }),
  );

  it(
    'a tx-done never settles a message of another channel',
    timeline((t) => {
      const { mailbox, channel, controller } = t.open({ correlation: 'tagged', channelCount: 2, events: ['lateTxDone', 'unknownTxDone'] });
      const other = mailbox.requestChannel(1);
      channel.send('A').subscribe(t.sender('A'));
      other.send('B').subscribe(t.sender('B'));
      t.at(3, () => controller.link(0).txDone({ token: 2 }));
      t.at(5, () => controller.link(1).txDone({ token: 2 }));
      t.expect('0 sendData A', '0 sendData B', '3 lateTxDone 2', '5 B ok');
    }),
  );
});

describe('an ordered link: a tx-done means the oldest in flight (semantics 5.2)', () => {
  it(
    'a tx-done settles the oldest message',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', window: 2 });
      for (const name of ['A', 'B', 'C']) channel.send(name).subscribe(t.sender(name));
      t.at(1, () => link.txDone({ ack: '1st' }));
      t.at(2, () => link.txDone({ ack: '2nd' }));
      t.at(3, () => link.txDone({ ack: '3rd' }));
      t.expect('0 sendData A', '0 sendData B', '1 sendData C', '1 A ok 1st', '2 B ok 2nd', '3 C ok 3rd');
    }),
  );

  describe('a held slot', () => {
    it(
      'keeps its place among the messages in flight',
      timeline((t) => {
        const { channel, link } = t.open({ correlation: 'ordered', window: 3, events: ['lateTxDone'] });
        channel.send('A').subscribe(t.sender('A'));
        channel.send('B').pipe(txTimeout(3)).subscribe(t.sender('B'));
        channel.send('C').subscribe(t.sender('C'));
        t.at(5, () => link.txDone({ ack: '1st' }));
        t.at(6, () => link.txDone({ ack: '2nd' }));
        t.at(7, () => link.txDone({ ack: '3rd' }));
        t.expect('0 sendData A', '0 sendData B', '0 sendData C', '3 B ETIME unknown', '5 A ok 1st', '6 lateTxDone 2', '7 C ok 3rd');
      }),
    );

    it(
      'waits for its own tx-done: two held slots need two',
      timeline((t) => {
        const { channel, link } = t.open({ correlation: 'ordered', window: 2, events: ['lateTxDone'] });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        channel.send('B').pipe(txTimeout(3)).subscribe(t.sender('B'));
        channel.next('C');
        channel.next('D');
        t.at(5, () => link.txDone());
        t.at(7, () => link.txDone());
        t.expect(
          '0 sendData A',
          '0 sendData B',
          '3 A ETIME unknown',
          '3 B ETIME unknown',
          '5 sendData C',
          '5 lateTxDone 1',
          '7 sendData D',
          '7 lateTxDone 2',
        );
      }),
    );

    it(
      'is not freed by ready',
      timeline((t) => {
        const { channel, link } = t.open({ correlation: 'ordered' });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        channel.next('B');
        t.at(5, () => link.ready());
        t.expect('0 sendData A', '3 A ETIME unknown');
      }),
    );

    it(
      'does not hold up the rest of the window',
      timeline((t) => {
        const { channel, link } = t.open({ correlation: 'ordered', window: 2 });
        channel.send('A').subscribe(t.sender('A'));
        channel.send('B').pipe(txTimeout(3)).subscribe(t.sender('B'));
        channel.next('C');
        t.at(5, () => link.txDone());
        t.expect('0 sendData A', '0 sendData B', '3 B ETIME unknown', '5 sendData C', '5 A ok');
      }),
    );
  });
});

describe('an untagged link: a tx-done means that something was taken (semantics 5.2)', () => {
  it('allows only a window of 1', () => {
    expect(() => new Mailbox(new ScriptedController({ correlation: 'untagged', window: 2 }))).toThrow(RangeError);
    expect(() => new Mailbox(new ScriptedController({ correlation: 'untagged', window: 1 }))).not.toThrow();
  });

  it(
    'events$ says stalled once for each message whose sender left',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'untagged', events: ['stalled', 'lateTxDone'] });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').pipe(txTimeout(9)).subscribe(t.sender('B'));
      t.at(6, () => link.txDone());
      t.expect('0 sendData A', '3 A ETIME unknown', '3 stalled 1', '6 sendData B', '6 lateTxDone 1', '9 B ETIME unknown', '9 stalled 2');
    }),
  );
});

describe.each(['ordered', 'untagged'] as const)('a held slot of an %s link (semantics 5.2)', (correlation) => {
  it(
    'is freed by its own tx-done, which settles no other message',
    timeline((t) => {
      const { channel, link } = t.open({ correlation, events: ['lateTxDone'] });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(6, () => link.txDone({ ack: "A's" }));
      t.at(9, () => link.txDone({ ack: "B's" }));
      t.expect('0 sendData A', '3 A ETIME unknown', '6 sendData B', '6 lateTxDone 1', "9 B ok B's");
    }),
  );

  it(
    'is freed when reset() completes',
    timeline((t) => {
      const { channel } = t.open({ correlation, reset: () => of('quiet') });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.expect('0 sendData A', '3 A ETIME unknown', '3 reset', '3 sendData B');
    }),
  );

  it(
    'is freed when the link goes down',
    timeline((t) => {
      const { channel, link } = t.open({ correlation });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.at(5, () => link.down());
      t.at(8, () => link.up());
      t.expect('0 sendData A', '3 A ETIME unknown', '8 sendData B');
    }),
  );

  it(
    'is freed when its quarantine is over',
    timeline((t) => {
      const { channel } = t.open({ correlation, quarantine: 5 });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.expect('0 sendData A', '3 A ETIME unknown', '8 sendData B');
    }),
  );

  it(
    'is never freed otherwise: the default quarantine is Infinity',
    timeline((t) => {
      const { channel } = t.open({ correlation });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.at(2 ** 31, () => t.write('weeks later'));
      t.expect('0 sendData A', '3 A ETIME unknown', `${2 ** 31} weeks later`);
    }),
  );
});

it.each<[string, TimelineOptions]>([
  ['tagged', { correlation: 'tagged', quarantine: 5 }],
  ['ordered', { correlation: 'ordered' }],
])('%s: events$ does not say stalled for a held slot (semantics 5.2)', (_, options) =>
  timeline((t) => {
    const { channel } = t.open({ ...options, events: ['stalled'] });
    channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
    t.expect('0 sendData A', '3 A ETIME unknown');
  })(),
);
