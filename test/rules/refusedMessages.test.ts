import { Subject } from 'rxjs';
import { isMailboxError, txCancel, txTimeout } from 'rx-mailbox';
import { timeline } from '../support/timeline';

describe("sendData returning 'busy'", () => {
  it(
    'leaves the message at the head: the next one does not overtake it',
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
    'keeps its token',
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
    'settles nothing and makes no report',
    timeline((t) => {
      const { channel, link } = t.open({ reports: true, events: ['queued', 'busy', 'sent', 'settled'] });
      link.refuse(1);
      channel.send('A').subscribe(t.sender('A'));
      t.at(3, () => link.ready());
      t.expect('0 sendData A → busy', '0 queued 1', '0 busy 1', '3 sendData A', '3 sent 1');
    }),
  );

  it(
    'counts the message as waiting',
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

  describe('is tried again', () => {
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
      'on any tx-done',
      timeline((t) => {
        const { channel, link } = t.open({ window: 2 });
        channel.send('A').subscribe(t.sender('A'));
        link.refuse(1);
        channel.next('B');
        t.at(3, () => link.txDone({ token: 1 }));
        t.expect('0 sendData A', '0 sendData B → busy', '3 sendData B', '3 A told ok');
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
        t.expect('0 sendData A', '3 A told ETIME unknown', '4 sendData B → busy', '6 sendData B', '6 lateTxDone 1');
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
        t.expect('0 sendData A', '0 sendData B → busy', '3 sendData B', '3 A told ok');
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
        t.expect('0 sendData A → busy', '3 sendData A → busy', '3 B told ENOBUFS not-sent');
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
      'on a send() that finds a place because the head could go',
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
      'every txPollPeriod on a poll link, too',
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
      'and by no timer where there is no txPollPeriod: the link says when there is room',
      timeline((t) => {
        const { channel, link } = t.open();
        link.refuse(1);
        channel.next('A');
        t.at(100_000, () => link.ready());
        t.expect('0 sendData A → busy', '100000 sendData A');
      }),
    );

    it(
      'also where ready comes from inside the sendData that refuses',
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
        t.expect('0 sendData A');
      }),
    );

    it(
      'with falsy messages',
      timeline((t) => {
        const { channel, link } = t.open();
        link.refuse(1);
        channel.next('');
        t.at(3, () => link.ready());
        t.expect('0 sendData  → busy', '3 sendData ');
      }),
    );
  });

  describe('a head that leaves passes its turn to the next at once', () => {
    it(
      'by timeout',
      timeline((t) => {
        const { channel, link } = t.open();
        link.refuseUntilReady();
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        t.at(1, () => channel.next('B'));
        // Room again, without a word.
        t.at(2, () => link.refuse(0));
        t.expect('0 sendData A → busy', '1 sendData A → busy', '3 sendData B', '3 A told ETIME not-sent');
      }),
    );

    it(
      'by txCancel',
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
        t.expect('0 sendData A → busy', '0 sendData A → busy', '3 sendData B', '3 A told ECANCELED not-sent');
      }),
    );

    it(
      'by unsubscribing',
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
      'which may be refused as well, and waits for its own turn then',
      timeline((t) => {
        const { channel, link } = t.open();
        link.refuseUntilReady();
        channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
        t.at(1, () => channel.next('B'));
        t.at(5, () => link.ready());
        t.expect('0 sendData A → busy', '1 sendData A → busy', '3 sendData B → busy', '3 A told ETIME not-sent', '5 sendData B');
      }),
    );
  });

  it(
    'a message that leaves behind a refused head is no occasion to try that one again',
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

describe('sendData throwing', () => {
  it(
    'fails that message, not-sent, and the next one goes',
    timeline((t) => {
      const { channel, link } = t.open();
      link.throwOnSend(new Error('bad frame'));
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(3, () => link.txDone({ token: 2 }));
      t.expect('0 sendData A → throws', '0 A told EIO not-sent', '0 sendData B', '3 B told ok');
    }),
  );

  it(
    'fails all that wait and throw, in queue order, and the reports follow the hand-over loop',
    timeline((t) => {
      const { channel, link } = t.open({ reports: true });
      link.down();
      for (const name of ['A', 'B', 'C']) channel.send(name).subscribe(t.sender(name));
      link.throwOnSend('bad frame', 2);
      t.at(3, () => link.up());
      t.expect(
        '3 sendData A → throws',
        '3 sendData B → throws',
        '3 sendData C',
        '3 report A EIO not-sent',
        '3 A told EIO not-sent',
        '3 report B EIO not-sent',
        '3 B told EIO not-sent',
      );
    }),
  );

  it.each<[string, unknown]>([
    ['an error with a code', Object.assign(new Error('NAK'), { code: 21 })],
    ['a string', 'NAK'],
    ['undefined', undefined],
    ['null', null],
    ['zero', 0],
  ])('the cause is what it threw: %s', (_what, thrown) =>
    timeline((t) => {
      const { channel, link } = t.open();
      link.throwOnSend(thrown);
      const errors: unknown[] = [];
      channel.send('A').subscribe({ error: (error: unknown) => errors.push(error) });
      t.expect('0 sendData A → throws');
      expect(errors).toHaveLength(1);
      expect(isMailboxError(errors[0], 'EIO')).toBe(true);
      expect((errors[0] as Error).cause).toBe(thrown);
    })(),
  );

  it(
    'at a second attempt fails it just so',
    timeline((t) => {
      const { channel, link } = t.open();
      link.refuse(1);
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.expect('0 sendData A → busy', '0 sendData A');
      link.refuse(1);
      link.txDone({ token: 1 });
      link.throwOnSend('bad frame');
      link.emit({ type: 'ready' });
      t.expect(
        '0 sendData A → busy',
        '0 sendData A',
        '0 sendData B → busy',
        '0 A told ok',
        '0 sendData B → throws',
        '0 B told EIO not-sent',
      );
    }),
  );

  it(
    'takes no slot: the window stays whole',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2 });
      link.throwOnSend('bad frame', 5);
      for (const name of ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']) channel.send(name).subscribe({ error: () => undefined });
      expect(link.sent.map(({ message }) => message)).toEqual(['F', 'G']);
    }),
  );

  it(
    'without an error handler at the sender: RxJS reports it, and the queue goes on',
    timeline((t) => {
      const { channel, link } = t.open();
      link.throwOnSend('bad frame');
      channel.next('A');
      channel.next('B');
      t.expect('0 sendData A → throws', '0 sendData B');
    }),
  );
});

describe('txPrepare', () => {
  it(
    'runs right before every attempt',
    timeline((t) => {
      const { channel, link } = t.open({ channel: { txPrepare: (message) => t.write(`prepare ${message}`) } });
      link.refuse(1);
      channel.next('A');
      channel.next('B');
      t.at(3, () => link.txDone({ token: 1 }));
      t.expect('0 prepare A', '0 sendData A → busy', '0 prepare A', '0 sendData A', '3 prepare B', '3 sendData B');
    }),
  );

  it(
    'does not run for a message that is withdrawn before its turn',
    timeline((t) => {
      const { channel, link } = t.open({ channel: { txPrepare: (message) => t.write(`prepare ${message}`) } });
      channel.next('A');
      channel.send('B').pipe(txTimeout(3)).subscribe(t.sender('B'));
      t.at(5, () => link.txDone({ token: 1 }));
      t.expect('0 prepare A', '0 sendData A', '3 B told ETIME not-sent');
    }),
  );

  it(
    'throwing fails the message, not-sent, before the controller sees it, and the next one goes',
    timeline((t) => {
      const { channel } = t.open({
        channel: {
          txPrepare: (message) => {
            if (message === 'A') throw new Error('not ready');
          },
        },
      });
      const causes: unknown[] = [];
      channel.txDone$.subscribe(({ error }) => causes.push(error?.cause));
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.expect('0 A told EIO not-sent', '0 sendData B');
      expect(causes).toEqual([new Error('not ready')]);
    }),
  );

  it(
    'throwing at a second attempt fails the message just so',
    timeline((t) => {
      let attempts = 0;
      const { channel, link } = t.open({
        channel: {
          txPrepare: () => {
            if (++attempts === 2) throw new Error('not ready any more');
          },
        },
      });
      link.refuse(1);
      channel.send('A').subscribe(t.sender('A'));
      t.at(3, () => link.ready());
      t.expect('0 sendData A → busy', '3 A told EIO not-sent');
    }),
  );

  it(
    'that makes the sender leave: its message has not been handed over, and never is',
    timeline((t) => {
      const cancel = new Subject<void>();
      const { channel } = t.open({ abort: true, channel: { txPrepare: () => cancel.next() } });
      channel.send('A').pipe(txCancel(cancel)).subscribe(t.sender('A'));
      t.expect('0 A told ECANCELED not-sent');
    }),
  );

  it(
    'that makes the sender leave and then throws: it has left, and the next one goes',
    timeline((t) => {
      const cancel = new Subject<void>();
      const txPrepare = (message: string): void => {
        if (message !== 'A') return;
        cancel.next();
        throw new Error('oops');
      };
      const { channel } = t.open({ reports: true, channel: { txPrepare } });
      channel.send('A').pipe(txCancel(cancel)).subscribe(t.sender('A'));
      channel.next('B');
      t.expect('0 report A ECANCELED not-sent', '0 A told ECANCELED not-sent', '0 sendData B');
    }),
  );

  it(
    'that closes the channel: the message has not been handed over, and never is',
    timeline((t) => {
      const { channel } = t.open({ channel: { txPrepare: () => channel.close() } });
      channel.send('A').subscribe(t.sender('A'));
      t.expect('0 A told ESHUTDOWN not-sent');
    }),
  );

  it(
    'that sends again only queues: sendData is never re-entered',
    timeline((t) => {
      let sends = 0;
      const { channel } = t.open({
        window: 2,
        channel: {
          txPrepare: (message) => {
            t.write(`prepare ${message}`);
            if (sends++ === 0) channel.next('B');
          },
        },
      });
      channel.next('A');
      t.expect('0 prepare A', '0 sendData A', '0 prepare B', '0 sendData B');
    }),
  );
});
