import { txTimeout, TxTimeoutError } from 'rx-mailbox';
import { timeline } from '../support/timeline';

describe('txTimeout (semantics 13.2)', () => {
  it(
    'txTimeout(ms) counts from subscription',
    timeline((t) => {
      const { channel } = t.open();
      const sending$ = channel.send('A').pipe(txTimeout(10));
      t.at(5, () => sending$.subscribe(t.sender('A')));
      t.expect('5 sendData A', '15 A ETIME unknown');
    }),
  );

  it(
    'txTimeout(ms) includes the time in the queue',
    timeline((t) => {
      const { channel, link } = t.open();
      channel.next('first');
      channel.send('A').pipe(txTimeout(10)).subscribe(t.sender('A'));
      t.at(7, () => link.txDone({ token: 1 }));
      t.expect('0 sendData first', '7 sendData A', '10 A ETIME unknown');
    }),
  );

  it(
    'queued runs until the message goes in flight',
    timeline((t) => {
      const { channel, link } = t.open();
      channel.next('first');
      channel
        .send('A')
        .pipe(txTimeout({ queued: 10 }))
        .subscribe(t.sender('A'));
      channel
        .send('B')
        .pipe(txTimeout({ queued: 10 }))
        .subscribe(t.sender('B'));
      t.at(7, () => link.txDone({ token: 1 }));
      t.at(50, () => link.txDone({ token: 2 }));
      t.expect('0 sendData first', '7 sendData A', '10 B ETIME not-sent', '50 A ok');
    }),
  );

  it(
    'queued goes on while the head is refused',
    timeline((t) => {
      const { channel, link } = t.open();
      link.refuseUntilReady();
      channel
        .send('A')
        .pipe(txTimeout({ queued: 10 }))
        .subscribe(t.sender('A'));
      t.expect('0 sendData A → busy', '10 A ETIME not-sent');
    }),
  );

  it(
    'inFlight runs from then on',
    timeline((t) => {
      const { channel, link } = t.open();
      channel.next('first');
      channel
        .send('A')
        .pipe(txTimeout({ inFlight: 10 }))
        .subscribe(t.sender('A'));
      t.at(50, () => link.txDone({ token: 1 }));
      t.expect('0 sendData first', '50 sendData A', '60 A ETIME unknown');
    }),
  );

  it(
    'inFlight does not run for a refused head',
    timeline((t) => {
      const { channel, link } = t.open();
      link.refuseUntilReady();
      channel
        .send('A')
        .pipe(txTimeout({ inFlight: 10 }))
        .subscribe(t.sender('A'));
      t.at(50, () => link.ready());
      t.expect('0 sendData A → busy', '50 sendData A', '60 A ETIME unknown');
    }),
  );

  it.each<[string, { queued?: number; inFlight?: number; total?: number }, string[]]>([
    ['queued', { queued: 5, inFlight: 50, total: 50 }, ['5 queued 5 not-sent']],
    ['total, while it waits', { queued: 50, inFlight: 50, total: 5 }, ['5 total 5 not-sent']],
    ['total, while it is in flight', { queued: 50, inFlight: 50, total: 15 }, ['10 sendData A', '15 total 15 unknown']],
    ['inFlight', { queued: 50, inFlight: 7, total: 50 }, ['10 sendData A', '17 inFlight 7 unknown']],
  ])('says which clock ran out and its length in ms: %s', (_clock, limit, lines) =>
    timeline((t) => {
      const { channel, link } = t.open();
      channel.next('first');
      channel
        .send('A')
        .pipe(txTimeout(limit))
        .subscribe({ error: (e: TxTimeoutError) => t.write(`${e.clock} ${e.limit} ${e.delivery}`) });
      t.at(10, () => link.txDone({ token: 1 }));
      t.expect('0 sendData first', ...lines);
    })(),
  );
});
