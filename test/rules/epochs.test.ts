import { Mailbox, txTimeout } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { timeline } from '../support/timeline';

describe('a link is up once it is subscribed (semantics 9.1)', () => {
  it(
    'but not if it emits down during subscription: then messages wait until it is up',
    timeline((t) => {
      const { channel, link } = t.open({ onStart: (starting) => starting.down('not quiet yet') });
      channel.send('A').subscribe(t.sender('A'));
      t.at(5, () => link.up());
      t.at(7, () => link.txDone({ token: 1 }));
      t.expect('5 sendData A', '7 A ok');
    }),
  );

  it(
    'even if it never emits up',
    timeline((t) => {
      const { channel } = t.open();
      channel.next('A');
      t.expect('0 sendData A');
    }),
  );

  it(
    'also if it was down and up again during subscription',
    timeline((t) => {
      const { channel } = t.open({
        onStart: (starting) => {
          starting.down();
          starting.up();
        },
      });
      channel.next('A');
      t.expect('0 sendData A');
    }),
  );

  it('and it is subscribed once, by requestChannel', () => {
    const controller = new ScriptedController();
    const mailbox = new Mailbox(controller);
    expect(controller.opened).toBe(0);
    const channel = mailbox.requestChannel(0);
    channel.subscribe();
    channel.subscribe();
    channel.next('A');
    expect([controller.opened, controller.link().started]).toEqual([1, 1]);
  });
});

describe('down ends an epoch (semantics 9.1)', () => {
  it(
    'messages in flight fail with LinkDownError, waiting ones stay until it is up',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2 });
      for (const name of ['A', 'B', 'C']) channel.send(name).subscribe(t.sender(name));
      t.at(3, () => link.down());
      t.at(9, () => link.up());
      t.expect('0 sendData A', '0 sendData B', '3 A ENETDOWN unknown', '3 B ENETDOWN unknown', '9 sendData C');
    }),
  );

  it(
    'the reason is the cause of the errors, and shows on events$',
    timeline((t) => {
      const { channel, link } = t.open();
      const seen: unknown[] = [];
      channel.events$.subscribe(({ type, error }) => type === 'down' && seen.push(error));
      channel.send('A').subscribe({ error: ({ cause }: Error) => seen.push(cause) });
      const reason = new Error('cable');
      t.at(3, () => link.down(reason));
      t.expect('0 sendData A');
      expect(seen).toHaveLength(2);
      for (const each of seen) expect(each).toBe(reason);
    }),
  );

  it(
    'the link itself stays subscribed and the channel open',
    timeline((t) => {
      const { channel, link } = t.open();
      t.at(3, () => link.down());
      t.expect();
      expect([channel.closed, link.stopped]).toEqual([false, 0]);
    }),
  );

  it(
    'a tx-done of an older epoch never matches, tagged: it is late',
    timeline((t) => {
      const { channel, link } = t.open({ events: ['lateTxDone'] });
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(3, () => link.down());
      t.at(4, () => link.up());
      t.at(5, () => link.txDone({ token: 1 }));
      t.at(6, () => link.txDone({ token: 2 }));
      t.expect('0 sendData A', '3 A ENETDOWN unknown', '4 sendData B', '5 lateTxDone 1', '6 B ok');
    }),
  );

  it.each([['ordered'], ['untagged']] as const)('a tx-done of an older epoch never matches, %s: nothing is in flight', (correlation) =>
    timeline((t) => {
      const { channel, link } = t.open({ correlation, events: ['unknownTxDone'] });
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(3, () => link.down());
      t.at(4, () => link.txDone());
      t.at(5, () => link.up());
      t.at(6, () => link.txDone());
      t.expect('0 sendData A', '3 A ENETDOWN unknown', '4 unknownTxDone', '5 sendData B', '6 B ok');
    })(),
  );

  it(
    'a held slot of an older epoch swallows no tx-done of the new one',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered' });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(5, () => {
        link.down();
        link.up();
      });
      t.at(7, () => link.txDone({ ack: "B's" }));
      t.expect('0 sendData A', '3 A ETIME unknown', '5 sendData B', "7 B ok B's");
    }),
  );

  it(
    'a waiting message can be withdrawn while the link is down, and is never sent',
    timeline((t) => {
      const { channel, link } = t.open();
      link.down();
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(5, () => link.up());
      t.expect('3 A ETIME not-sent', '5 sendData B');
    }),
  );

  it(
    'a head that was refused is tried again in the new epoch',
    timeline((t) => {
      const { channel, link } = t.open();
      link.refuse(1);
      channel.next('A');
      t.at(3, () => link.down());
      t.at(5, () => link.up());
      t.expect('0 sendData A → busy', '5 sendData A');
    }),
  );

  it(
    'slots are freed first, then reports and senders follow one by one (rule 7)',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2, reports: true });
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(3, () => link.down());
      t.expect(
        '0 sendData A',
        '0 sendData B',
        '3 report A ENETDOWN unknown',
        '3 A ENETDOWN unknown',
        '3 report B ENETDOWN unknown',
        '3 B ENETDOWN unknown',
      );
    }),
  );
});
