import { Subject } from 'rxjs';
import { txCancel, txTimeout } from 'rx-mailbox';
import { open } from '../support/open';
import { timeline } from '../support/timeline';
import { turnEnd } from '../support/turn';

describe('txPrepare (semantics 7.3)', () => {
  it(
    'runs once for a message, right before its first attempt',
    timeline((t) => {
      const { channel, link } = t.open({ channel: { txPrepare: (message) => t.write(`prepare ${message}`) } });
      link.refuse(1);
      channel.next('A');
      channel.next('B');
      t.at(3, () => link.txDone({ token: 1 }));
      t.expect('0 prepare A', '0 sendData A → busy', '0 sendData A', '3 prepare B', '3 sendData B');
    }),
  );

  it(
    'does not run for a message that is withdrawn before its turn',
    timeline((t) => {
      const { channel, link } = t.open({ channel: { txPrepare: (message) => t.write(`prepare ${message}`) } });
      channel.next('A');
      channel.send('B').pipe(txTimeout(3)).subscribe(t.sender('B'));
      t.at(5, () => link.txDone({ token: 1 }));
      t.expect('0 prepare A', '0 sendData A', '3 B ETIME not-sent');
    }),
  );

  it(
    'fails the message as not-sent if it throws: the controller never sees it, and the next one goes',
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
      t.expect('0 A EIO not-sent', '0 sendData B');
      expect(causes).toEqual([new Error('not ready')]);
    }),
  );

  it(
    'cannot fail a message that was refused: it is not run again for a second attempt',
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
      t.expect('0 sendData A → busy', '3 sendData A');
      expect(attempts).toBe(1);
    }),
  );

  it(
    'may make its sender leave: the message is never handed over',
    timeline((t) => {
      const cancel = new Subject<void>();
      const { channel } = t.open({ abort: true, channel: { txPrepare: () => cancel.next() } });
      channel.send('A').pipe(txCancel(cancel)).subscribe(t.sender('A'));
      t.expect('0 A ECANCELED not-sent');
    }),
  );

  it(
    'may make its sender leave and then throw: the sender has left, and the next message goes',
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
      t.expect('0 report A ECANCELED not-sent', '0 A ECANCELED not-sent', '0 sendData B');
    }),
  );

  it(
    'may close the channel: the message is never handed over',
    timeline((t) => {
      const { channel } = t.open({ channel: { txPrepare: () => channel.close() } });
      channel.send('A').subscribe(t.sender('A'));
      t.expect('0 A ESHUTDOWN not-sent');
    }),
  );

  it(
    'may send again, which only queues: sendData is never re-entered',
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

  it('may make the link go down by leaving another message: its own message waits until the link is up and the turn is over', async () => {
    const leaving: { unsubscribe(): void }[] = [];
    const txPrepare = (message: string): void => {
      if (message === 'B') leaving[0]!.unsubscribe();
    };
    const { channel, link } = open({ window: 2, abort: true }, { txPrepare });
    Object.assign(link, { abort: () => link.down('cable') });
    leaving.push(channel.send('A').subscribe());
    channel.next('B');
    expect(link.sent.map(({ message }) => message)).toEqual(['A']);
    link.up();
    expect(link.sent.map(({ message }) => message)).toEqual(['A']);
    await turnEnd();
    expect(link.sent.map(({ message }) => message)).toEqual(['A', 'B']);
  });
});
