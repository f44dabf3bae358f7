import { map, retry, timer } from 'rxjs';
import { txTimeout, TxTimeoutError } from 'rx-mailbox';
import { errorOf, thrown } from '../support/errorOf';
import { open } from '../support/open';
import { timeline } from '../support/timeline';
import { advance, virtual } from '../support/virtual';

describe('a limit of silence (semantics 13.2)', () => {
  it(
    'runs out where a message in flight has neither a tx-done nor progress',
    timeline((t) => {
      const { channel } = t.open();
      channel
        .send('A')
        .pipe(txTimeout({ silence: 5 }))
        .subscribe(t.sender('A'));
      t.expect('0 sendData A', '5 A ETIME unknown');
    }),
  );

  it(
    'begins anew with each progress of its message',
    timeline((t) => {
      const { channel, link } = t.open();
      channel
        .send('A')
        .pipe(txTimeout({ silence: 5 }))
        .subscribe(t.sender('A'));
      for (const ms of [3, 7, 11, 15]) t.at(ms, () => link.progress(1));
      t.expect('0 sendData A', '20 A ETIME unknown');
    }),
  );

  it(
    'bounds a message that takes long only by the silence in it',
    timeline((t) => {
      const { channel, link } = t.open();
      channel
        .send('A')
        .pipe(txTimeout({ silence: 5 }))
        .subscribe(t.sender('A'));
      for (let ms = 4; ms <= 1000; ms += 4) t.at(ms, () => link.progress(1));
      t.at(1004, () => link.txDone({ token: 1, ack: 'done' }));
      t.expect('0 sendData A', '1004 A ok done');
    }),
  );

  it(
    'does not run while the message waits',
    timeline((t) => {
      const { channel, link } = t.open();
      link.refuseUntilReady();
      channel
        .send('A')
        .pipe(txTimeout({ silence: 5 }))
        .subscribe(t.sender('A'));
      t.at(20, () => link.ready());
      t.expect('0 sendData A → busy', '20 sendData A', '25 A ETIME unknown');
    }),
  );

  it(
    'is the only clock that progress begins anew',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2 });
      channel
        .send('A')
        .pipe(txTimeout({ inFlight: 5 }))
        .subscribe(t.sender('A'));
      channel.send('B').pipe(txTimeout(6)).subscribe(t.sender('B'));
      t.at(3, () => (link.progress(1), link.progress(2)));
      t.expect('0 sendData A', '0 sendData B', '5 A ETIME unknown', '6 B ETIME unknown');
    }),
  );

  it(
    'goes together with a deadline: whichever is first',
    timeline((t) => {
      const { channel, link } = t.open();
      channel
        .send('A')
        .pipe(txTimeout({ silence: 5, total: 12 }))
        .subscribe(t.sender('A'));
      for (const ms of [4, 8]) t.at(ms, () => link.progress(1));
      t.expect('0 sendData A', '12 A ETIME unknown');
    }),
  );

  it('says so in its error', () => {
    const { scheduler, channel } = virtual();
    const error = errorOf(channel.send('A').pipe(txTimeout({ silence: 5 })), () => advance(scheduler, 5));
    expect(error).toBeInstanceOf(TxTimeoutError);
    expect([error.message, error.delivery]).toEqual(['no tx-done and no progress within 5 ms (silence; unknown)', 'unknown']);
    expect(error).toMatchObject({ clock: 'silence', limit: 5 });
  });

  it('stands on a Transmission only: elsewhere nobody knows the message', () => {
    const { channel } = open();
    const text = "limit.queued, limit.inFlight and limit.silence need what channel.send() returns; put txTimeout before 'retry', 'map', …";
    expect(() => channel.send('A').pipe(retry(1), txTimeout({ silence: 5 }))).toThrow(new TypeError(text));
    expect(() => channel.send('A').pipe(txTimeout({ silence: 5 }), retry(1))).not.toThrow();
    const mapped$ = channel.send('A').pipe(map((receipt) => receipt));
    expect(() => mapped$.pipe(txTimeout({ silence: 5, total: 9 }))).toThrow(TypeError);
  });

  it.each([0, 0.5, -1, NaN, Infinity, 2 ** 31])('is milliseconds from 1 to 2³¹ − 1: %p is a RangeError', (silence) => {
    const error = thrown(() => txTimeout({ silence }));
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toContain('limit.silence');
  });

  it('is a TypeError where it is no number', () => {
    expect(() => txTimeout({ silence: '5' as never })).toThrow(TypeError);
  });
});

describe('sendAsync with a timeout of silence (semantics 13.2)', () => {
  it('begins it anew with each progress', async () => {
    const { scheduler, channel, link } = virtual();
    const sending = channel.sendAsync('A', { timeout: { silence: 5 } });
    advance(scheduler, 4);
    link.progress(1);
    advance(scheduler, 4);
    link.txDone({ token: 1, ack: 'done' });
    await expect(sending).resolves.toEqual({ token: 1, ack: 'done' });
  });

  it('rejects when it runs out', async () => {
    const { scheduler, channel, link } = virtual();
    const sending = channel.sendAsync('A', { timeout: { silence: 5 } });
    advance(scheduler, 4);
    link.progress(1);
    advance(scheduler, 5);
    await expect(sending).rejects.toMatchObject({ code: 'ETIME', clock: 'silence', delivery: 'unknown' });
  });
});

describe('progress (semantics 7.5)', () => {
  it(
    'without a token is of the oldest in flight',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2, events: ['progress'] });
      for (const message of ['A', 'B'])
        channel
          .send(message)
          .pipe(txTimeout({ silence: 5 }))
          .subscribe(t.sender(message));
      t.at(3, () => link.progress());
      t.expect('0 sendData A', '0 sendData B', '3 progress 1', '5 B ETIME unknown', '8 A ETIME unknown');
    }),
  );

  it(
    'with a token is of that message, in any order',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2, events: ['progress'] });
      for (const message of ['A', 'B'])
        channel
          .send(message)
          .pipe(txTimeout({ silence: 5 }))
          .subscribe(t.sender(message));
      t.at(3, () => link.progress(2));
      t.expect('0 sendData A', '0 sendData B', '3 progress 2', '5 A ETIME unknown', '8 B ETIME unknown');
    }),
  );

  it(
    'is ignored where the oldest slot is held for a sender who has left',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', window: 2, events: ['progress'] });
      channel.send('A').pipe(txTimeout(1)).subscribe(t.sender('A'));
      channel
        .send('B')
        .pipe(txTimeout({ silence: 5 }))
        .subscribe(t.sender('B'));
      t.at(3, () => (link.progress(), link.progress(1)));
      t.expect('0 sendData A', '0 sendData B', '1 A ETIME unknown', '5 B ETIME unknown');
    }),
  );

  it.each<[string, number]>([
    ['that has settled', 1],
    ['that waits', 3],
    ['that was never given out', 99],
    ['that is no token', NaN],
  ])('of a token %s is ignored, and no event', (_what, token) => {
    const { channel, link } = open();
    channel.next('A');
    link.txDone({ token: 1 });
    channel.next('B');
    channel.next('C');
    const events: unknown[] = [];
    channel.events$.subscribe((event) => events.push(event));
    link.progress(token);
    expect(events).toEqual([]);
  });

  it('without a token is ignored where nothing is in flight', () => {
    const { channel, link } = open();
    const events: unknown[] = [];
    channel.events$.subscribe((event) => events.push(event));
    link.progress();
    expect(events).toEqual([]);
  });

  it.each([
    [null, 'null'],
    ['1', '"1"'],
    [{}, 'an object'],
    [true, 'true'],
  ])('of something else is broken, and concerns nobody (%p)', (token, shown) =>
    timeline((t) => {
      const { channel, link } = t.open();
      const broken: unknown[] = [];
      channel.events$.subscribe(({ type, error }) => type === 'broken' && broken.push((error as Error).message));
      channel
        .send('A')
        .pipe(txTimeout({ silence: 5 }))
        .subscribe(t.sender('A'));
      t.at(3, () => link.emit({ type: 'progress', token: token as never }));
      t.expect('0 sendData A', '5 A ETIME unknown');
      expect(broken).toEqual([`token of a sign of progress is ${shown}; expected a number, or undefined`]);
    })(),
  );

  it('shows also where no clock listens, and settles nothing', () => {
    const { channel, link } = open();
    const events: unknown[] = [];
    channel.next('A');
    channel.events$.subscribe(({ type, token }) => events.push([type, token]));
    link.progress(1);
    link.progress();
    expect(events).toEqual([
      ['progress', 1],
      ['progress', 1],
    ]);
  });

  it(
    'is no occasion to try a refused head again',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2 });
      channel.next('A');
      link.refuse(1);
      channel.next('B');
      t.at(3, () => link.progress(1));
      t.expect('0 sendData A', '0 sendData B → busy');
    }),
  );

  it(
    'from inside the sendData that takes the message counts, too',
    timeline((t) => {
      const { channel } = t.open({ events: ['sent', 'progress'], onSend: (_message, token, link) => link.progress(token) });
      channel
        .send('A')
        .pipe(txTimeout({ silence: 5 }))
        .subscribe(t.sender('A'));
      t.expect('0 sendData A', '0 sent 1', '0 progress 1', '5 A ETIME unknown');
    }),
  );

  it.each<['poll' | 'ack']>([['poll'], ['ack']])("works with the method '%s'", (txDone) =>
    timeline((t) => {
      const { channel, link } = t.open({ txDone, txPollPeriod: 50 });
      channel
        .send('A')
        .pipe(txTimeout({ silence: 5 }))
        .subscribe(t.sender('A'));
      t.at(3, () => link.progress(1));
      t.expect('0 sendData A', '8 A ETIME unknown');
    })(),
  );

  it(
    'works in a reset, for those whose senders are still there',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', window: 2, reset: () => timer(10) });
      channel.send('A').pipe(txTimeout(1)).subscribe(t.sender('A'));
      channel
        .send('B')
        .pipe(txTimeout({ silence: 7 }))
        .subscribe(t.sender('B'));
      t.at(5, () => link.progress(2));
      t.expect('0 sendData A', '0 sendData B', '1 A ETIME unknown', '1 reset', '11 B ECONNRESET unknown');
    }),
  );

  it(
    'after a refusal is of the message that is in flight now, which is the oldest by its new hand-over',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2, events: ['progress'] });
      for (const message of ['A', 'B']) channel.next(message);
      t.at(3, () => (link.giveBack(1), link.ready()));
      t.at(4, () => link.progress());
      t.expect('0 sendData A', '0 sendData B', '3 sendData A', '4 progress 2');
    }),
  );
});
