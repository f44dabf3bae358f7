import { Subject } from 'rxjs';
import { txCancel, txTimeout } from 'rx-mailbox';
import { timeline } from '../support/timeline';

describe("sendData returns 'busy' (semantics 7.1)", () => {
  it(
    'the message stays at the head: the next one does not overtake it',
    timeline((t) => {
      const { channel, link } = t.open();
      link.refuse(1);
      channel.next('A');
      channel.next('B');
      t.at(3, () => link.txDone({ token: 1 }));
      t.expect('0 sendData A → busy', '0 sendData A', '3 sendData B');
    }),
  );

  it(
    'the message keeps its token',
    timeline((t) => {
      const { channel, link } = t.open();
      link.refuse(1);
      channel.next('A');
      t.at(3, () => link.ready());
      t.expect('0 sendData A → busy', '3 sendData A');
      expect([link.refused[0]?.token, link.sent[0]?.token]).toEqual([1, 1]);
    }),
  );

  it(
    'nothing settles and there is no report',
    timeline((t) => {
      const { channel, link } = t.open({ reports: true, events: ['queued', 'busy', 'sent', 'settled'] });
      link.refuse(1);
      channel.send('A').subscribe(t.sender('A'));
      t.at(3, () => link.ready());
      t.expect('0 sendData A → busy', '0 queued 1', '0 busy 1', '3 sendData A', '3 sent 1');
    }),
  );

  it(
    'the message counts as waiting',
    timeline((t) => {
      const { channel, link } = t.open({ channel: { txQueueLength: 3 } });
      link.refuseUntilReady();
      expect(channel.slotsAvailable).toBe(3);
      channel.next('A');
      expect(channel.slotsAvailable).toBe(2);
      link.ready();
      expect(channel.slotsAvailable).toBe(3);
      t.expect('0 sendData A → busy', '0 sendData A');
    }),
  );

  describe('the message is tried again', () => {
    it(
      'on ready',
      timeline((t) => {
        const { channel, link } = t.open();
        link.refuse(2);
        channel.next('A');
        t.at(3, () => link.emit({ type: 'ready' }));
        t.at(5, () => link.emit({ type: 'ready' }));
        t.expect('0 sendData A → busy', '3 sendData A → busy', '5 sendData A');
      }),
    );

    it(
      'every period of a polling controller, also where the application knows tx-done',
      timeline((t) => {
        const { channel, link } = t.open({ txDone: 'poll', channel: { knowsTxDone: true } });
        link.refuse(2);
        channel.next('A');
        t.expect('0 sendData A → busy', '1 sendData A → busy', '2 sendData A');
      }),
    );

    it(
      'on any tx-done',
      timeline((t) => {
        const { channel, link } = t.open({ window: 2 });
        channel.send('A').subscribe(t.sender('A'));
        link.refuse(1);
        channel.next('B');
        t.at(3, () => link.txDone({ token: 1 }));
        t.expect('0 sendData A', '0 sendData B → busy', '3 sendData B', '3 A ok');
      }),
    );

    it(
      'on a late tx-done',
      timeline((t) => {
        const { channel, link } = t.open({ events: ['lateTxDone'] });
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        t.at(4, () => {
          link.refuse(1);
          channel.next('B');
        });
        t.at(6, () => link.txDone({ token: 1 }));
        t.expect('0 sendData A', '3 A ETIME unknown', '4 sendData B → busy', '6 sendData B', '6 lateTxDone 1');
      }),
    );

    it(
      'on an unknown tx-done',
      timeline((t) => {
        const { channel, link } = t.open({ correlation: 'untagged', events: ['unknownTxDone'] });
        link.refuse(1);
        channel.next('A');
        t.at(3, () => link.txDone());
        t.expect('0 sendData A → busy', '3 sendData A', '3 unknownTxDone');
      }),
    );

    it(
      "on a tx-done that is not the channel's own method",
      timeline((t) => {
        const { channel, link } = t.open({ txDone: 'ack', correlation: 'untagged', events: ['unknownTxDone'] });
        link.refuse(1);
        channel.next('A');
        t.at(3, () => link.txDone());
        t.expect('0 sendData A → busy', '3 sendData A', '3 unknownTxDone');
      }),
    );

    it(
      'on acknowledge()',
      timeline((t) => {
        const { channel, link } = t.open({ txDone: 'ack', correlation: 'ordered', window: 2 });
        channel.send('A').subscribe(t.sender('A'));
        link.refuse(1);
        channel.next('B');
        t.at(3, () => channel.acknowledge());
        t.expect('0 sendData A', '0 sendData B → busy', '3 sendData B', '3 A ok');
      }),
    );

    it(
      'on any send()',
      timeline((t) => {
        const { channel, link } = t.open();
        link.refuse(1);
        channel.next('A');
        t.at(3, () => channel.send('B').subscribe());
        t.expect('0 sendData A → busy', '3 sendData A');
      }),
    );

    it(
      'on any next()',
      timeline((t) => {
        const { channel, link } = t.open();
        link.refuse(1);
        channel.next('A');
        t.at(3, () => channel.next('B'));
        t.expect('0 sendData A → busy', '3 sendData A');
      }),
    );

    it(
      'on a send() that is then refused with ENOBUFS',
      timeline((t) => {
        const { channel, link } = t.open({ channel: { txQueueLength: 1 } });
        link.refuse(2);
        channel.next('A');
        t.at(3, () => channel.send('B').subscribe(t.sender('B')));
        t.expect('0 sendData A → busy', '3 sendData A → busy', '3 B ENOBUFS not-sent');
      }),
    );

    it(
      'on a next() that is then refused with ENOBUFS',
      timeline((t) => {
        const { channel, link } = t.open({ channel: { txQueueLength: 1 }, reports: true });
        link.refuse(2);
        channel.next('A');
        t.at(3, () => channel.next('B'));
        t.expect('0 sendData A → busy', '3 sendData A → busy', '3 report B ENOBUFS not-sent');
      }),
    );

    it(
      'on a send() that finds room because the head could go',
      timeline((t) => {
        const { channel, link } = t.open({ channel: { txQueueLength: 1 } });
        link.refuse(1);
        channel.next('A');
        t.at(3, () => channel.send('B').subscribe(t.sender('B')));
        t.at(5, () => link.txDone({ token: 1 }));
        t.expect('0 sendData A → busy', '3 sendData A', '5 sendData B');
      }),
    );

    it(
      'every txPollPeriod where there is one',
      timeline((t) => {
        const { channel, link } = t.open({ txPollPeriod: 10 });
        link.refuse(3);
        channel.next('A');
        t.at(45, () => channel.close());
        t.expect('0 sendData A → busy', '10 sendData A → busy', '20 sendData A → busy', '30 sendData A');
      }),
    );

    it(
      'every txPollPeriod on a poll link too',
      timeline((t) => {
        const { channel, link } = t.open({ txDone: 'poll', txPollPeriod: 10 });
        link.refuse(2);
        channel.next('A');
        t.at(25, () => channel.close());
        t.expect('0 sendData A → busy', '10 sendData A → busy', '20 sendData A');
      }),
    );

    it(
      'every txPollPeriod on a poll link that knowsTxDone made an ack link',
      timeline((t) => {
        const { channel, link } = t.open({ txDone: 'poll', txPollPeriod: 10, channel: { knowsTxDone: true } });
        link.refuse(2);
        channel.next('A');
        t.at(25, () => channel.close());
        t.expect('0 sendData A → busy', '10 sendData A → busy', '20 sendData A');
      }),
    );

    it(
      'by no timer where there is no txPollPeriod: the link says when there is room',
      timeline((t) => {
        const { channel, link } = t.open();
        link.refuse(1);
        channel.next('A');
        t.at(100_000, () => link.ready());
        t.expect('0 sendData A → busy', '100000 sendData A');
      }),
    );

    it(
      '1 ms later if ready comes from inside the sendData that refuses (rule 6)',
      timeline((t) => {
        const { channel, link } = t.open();
        let first = true;
        const { sendData } = link;
        link.sendData = (message, token) => {
          if (!first) return sendData.call(link, message, token);
          first = false;
          link.emit({ type: 'ready' });
          return 'busy';
        };
        channel.next('A');
        t.expect('1 sendData A');
      }),
    );

    it(
      'also if the message is falsy',
      timeline((t) => {
        const { channel, link } = t.open();
        link.refuse(1);
        channel.next('');
        t.at(3, () => link.ready());
        t.expect('0 sendData  → busy', '3 sendData ');
      }),
    );
  });

  describe('when the head leaves, the next message is tried', () => {
    it(
      'at once after a timeout',
      timeline((t) => {
        const { channel, link } = t.open();
        link.refuseUntilReady();
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        t.at(1, () => channel.next('B'));
        // Room again, without a word.
        t.at(2, () => link.refuse(0));
        t.expect('0 sendData A → busy', '1 sendData A → busy', '3 sendData B', '3 A ETIME not-sent');
      }),
    );

    it(
      'at the end of the turn after a cancel (rule 4)',
      timeline((t) => {
        const cancel = new Subject<void>();
        const { channel, link } = t.open();
        link.refuseUntilReady();
        channel.send('A').pipe(txCancel(cancel)).subscribe(t.sender('A'));
        channel.next('B');
        t.at(3, () => {
          link.refuse(0);
          cancel.next();
        });
        t.expect('0 sendData A → busy', '0 sendData A → busy', '3 A ECANCELED not-sent', '3 sendData B');
      }),
    );

    it(
      'at the end of the turn after an unsubscribe (rule 4)',
      timeline((t) => {
        const { channel, link } = t.open();
        link.refuseUntilReady();
        const sending = channel.send('A').subscribe(t.sender('A'));
        channel.next('B');
        t.at(3, () => {
          link.refuse(0);
          sending.unsubscribe();
        });
        t.expect('0 sendData A → busy', '0 sendData A → busy', '3 sendData B');
      }),
    );

    it(
      'and may be refused as well, and then waits',
      timeline((t) => {
        const { channel, link } = t.open();
        link.refuseUntilReady();
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        t.at(1, () => channel.next('B'));
        t.at(5, () => link.ready());
        t.expect('0 sendData A → busy', '1 sendData A → busy', '3 sendData B → busy', '3 A ETIME not-sent', '5 sendData B');
      }),
    );
  });

  it(
    'a message that leaves behind a refused head does not make the head be tried again',
    timeline((t) => {
      const { channel, link } = t.open({ reports: true });
      link.refuseUntilReady();
      channel.next('A');
      // Which tries A once more.
      const sending = channel.send('B').subscribe(t.sender('B'));
      t.at(3, () => sending.unsubscribe());
      t.expect('0 sendData A → busy', '0 sendData A → busy', '3 report B ECANCELED not-sent');
    }),
  );
});
