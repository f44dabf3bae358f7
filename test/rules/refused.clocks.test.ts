import { timer } from 'rxjs';
import { txTimeout, TxTimeoutError, type TimeLimit } from 'rx-mailbox';
import { timeline, type Timeline } from '../support/timeline';

/** A message that goes out at 0 and comes back at `back`, with a limit. Another one waits behind it. */
function limited(t: Timeline, limit: TimeLimit, back: number) {
  const opened = t.open();
  opened.channel.send('A').pipe(txTimeout(limit)).subscribe(t.sender('A'));
  opened.channel.send('B').subscribe(t.sender('B'));
  t.at(back, () => opened.link.giveBack(1));
  return opened;
}

describe('the clocks of a message that its link gives back (semantics 7.4)', () => {
  it.each<['inFlight' | 'silence']>([['inFlight'], ['silence']])('%s stops, and begins anew when the message goes out again', (clock) =>
    timeline((t) => {
      const { link } = limited(t, { [clock]: 5 }, 3);
      t.at(20, () => link.ready());
      t.expect('0 sendData A', '20 sendData A', '25 sendData B', '25 A ETIME unknown');
    })(),
  );

  it(
    'inFlight does so each time: a message may live longer than its limit',
    timeline((t) => {
      const { link } = limited(t, { inFlight: 5 }, 4);
      for (const ms of [6, 12, 18]) {
        t.at(ms, () => link.ready());
        t.at(ms + 4, () => link.giveBack(1));
      }
      t.at(24, () => link.ready());
      t.at(28, () => link.txDone({ token: 1 }));
      t.expect(...[0, 6, 12, 18, 24].map((ms) => `${ms} sendData A`), '28 sendData B', '28 A ok');
    }),
  );

  it(
    'queued keeps its due time: it runs out while the message waits again',
    timeline((t) => {
      limited(t, { queued: 10 }, 3);
      t.expect('0 sendData A', '10 sendData B', '10 A ETIME not-sent');
    }),
  );

  it(
    'queued that has passed in flight: the message leaves at the refusal, and the next one goes',
    timeline((t) => {
      limited(t, { queued: 5 }, 7);
      t.expect('0 sendData A', '7 sendData B', '7 A ETIME not-sent');
    }),
  );

  it(
    'queued that passes in the very millisecond of the refusal has passed',
    timeline((t) => {
      limited(t, { queued: 5 }, 5);
      t.expect('0 sendData A', '5 sendData B', '5 A ETIME not-sent');
    }),
  );

  it(
    'queued that passes in flight does nothing there',
    timeline((t) => {
      const { channel, link } = t.open();
      channel
        .send('A')
        .pipe(txTimeout({ queued: 5 }))
        .subscribe(t.sender('A'));
      t.at(9, () => link.txDone({ token: 1 }));
      t.expect('0 sendData A', '9 A ok');
    }),
  );

  it(
    'queued counts from subscription, whichever part of it the message spent in flight',
    timeline((t) => {
      const { channel, link } = t.open();
      link.refuseUntilReady();
      channel
        .send('A')
        .pipe(txTimeout({ queued: 10 }))
        .subscribe(t.sender('A'));
      t.at(4, () => link.ready());
      t.at(6, () => link.giveBack(1));
      t.at(8, () => link.ready());
      t.at(9, () => link.giveBack(1));
      t.expect('0 sendData A → busy', '4 sendData A', '8 sendData A', '10 A ETIME not-sent');
    }),
  );

  it(
    'total goes on, and says not-sent while the message waits',
    timeline((t) => {
      limited(t, 10, 3);
      t.expect('0 sendData A', '10 sendData B', '10 A ETIME not-sent');
    }),
  );

  it(
    'total goes on, and says unknown while the message is in flight again',
    timeline((t) => {
      const { link } = limited(t, 10, 3);
      t.at(5, () => link.ready());
      t.expect('0 sendData A', '5 sendData A', '10 sendData B', '10 A ETIME unknown');
    }),
  );

  it(
    'the error of queued says which clock it was, and its limit',
    timeline((t) => {
      const { channel, link } = t.open();
      const errors: TxTimeoutError[] = [];
      channel
        .send('A')
        .pipe(txTimeout({ queued: 5, inFlight: 50, silence: 60, total: 70 }))
        .subscribe({ error: (error: TxTimeoutError) => errors.push(error) });
      t.at(7, () => link.giveBack(1));
      t.expect('0 sendData A');
      expect(errors.map(({ clock, limit, delivery }) => [clock, limit, delivery])).toEqual([['queued', 5, 'not-sent']]);
    }),
  );

  it(
    'limits that passed in flight: all of these messages leave when they are given back, and none goes out in the place of another one',
    timeline((t) => {
      const { channel, link } = t.open({ window: 3 });
      for (const message of ['A', 'B', 'C'])
        channel
          .send(message)
          .pipe(txTimeout({ queued: 5 }))
          .subscribe(t.sender(message));
      t.at(7, () => [1, 2, 3].forEach((token) => link.giveBack(token)));
      t.expect(...['0 sendData A', '0 sendData B', '0 sendData C'], ...['7 A ETIME not-sent', '7 B ETIME not-sent', '7 C ETIME not-sent']);
    }),
  );

  it(
    'a message that came back in a reset is none of its victims, and its total goes on',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', window: 2, reset: () => timer(4) });
      channel.send('A').pipe(txTimeout(1)).subscribe(t.sender('A'));
      channel.send('B').pipe(txTimeout(9)).subscribe(t.sender('B'));
      t.at(2, () => link.giveBack(2));
      t.at(3, () => link.refuseUntilReady());
      t.expect('0 sendData A', '0 sendData B', '1 A ETIME unknown', '1 reset', '5 sendData B → busy', '9 B ETIME not-sent');
    }),
  );
});
