import { NEVER, of, Subject, throwError } from 'rxjs';
import { Mailbox, txTimeout } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { timeline } from '../support/timeline';

describe('reset() (semantics 5.4)', () => {
  const correlations = [['ordered'], ['untagged']] as const;

  it.each(correlations)('is subscribed once, at the end of the turn in which a slot became held, %s', (correlation) =>
    timeline((t) => {
      const quiet = new Subject<void>();
      const { channel, link } = t.open({ correlation, reset: () => quiet });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      t.at(5, () => channel.next('B'));
      t.at(7, () => quiet.complete());
      t.expect('0 sendData A', '3 A ETIME unknown', '3 reset', '7 sendData B');
      expect(link.resets).toBe(1);
    })(),
  );

  it(
    'frees the slot when it completes, not when it emits',
    timeline((t) => {
      const quiet = new Subject<void>();
      const { channel } = t.open({ correlation: 'ordered', reset: () => quiet });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.at(5, () => quiet.next());
      t.at(7, () => quiet.complete());
      t.expect('0 sendData A', '3 A ETIME unknown', '3 reset', '7 sendData B');
    }),
  );

  it(
    'frees every held slot of the channel',
    timeline((t) => {
      const quiet = new Subject<void>();
      const { channel } = t.open({ correlation: 'ordered', window: 3, reset: () => quiet });
      for (const [i, name] of ['A', 'B', 'C'].entries()) {
        channel
          .send(name)
          .pipe(txTimeout(3 + i))
          .subscribe(t.sender(name));
      }
      for (const name of ['D', 'E', 'F']) channel.next(name);
      t.at(9, () => quiet.complete());
      t.expect(
        '0 sendData A',
        '0 sendData B',
        '0 sendData C',
        '3 A ETIME unknown',
        '3 reset',
        '4 B ETIME unknown',
        '5 C ETIME unknown',
        '9 sendData D',
        '9 sendData E',
        '9 sendData F',
      );
    }),
  );

  it(
    'fails what was handed over before it and has not settled when it completes',
    timeline((t) => {
      const quiet = new Subject<void>();
      const { channel, link } = t.open({ correlation: 'ordered', window: 2, reset: () => quiet, events: ['unknownTxDone'] });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(5, () => quiet.complete());
      t.at(7, () => link.txDone({ ack: "B's" }));
      t.expect('0 sendData A', '0 sendData B', '3 A ETIME unknown', '3 reset', '5 B ECONNRESET unknown', '7 unknownTxDone');
    }),
  );

  it(
    'counts as down when it errors',
    timeline((t) => {
      const { channel, link } = t.open({
        correlation: 'ordered',
        window: 2,
        reset: () => throwError(() => 'no use'),
        events: ['down', 'up'],
      });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      channel.next('C');
      t.at(5, () => link.up());
      t.expect('0 sendData A', '0 sendData B', '3 A ETIME unknown', '3 reset', '3 B ENETDOWN unknown', '3 down', '5 sendData C', '5 up');
    }),
  );

  it(
    'counts as down when it throws, with the thrown value as the reason',
    timeline((t) => {
      const { channel } = t.open({
        correlation: 'untagged',
        reset: () => {
          throw new Error('no reset today');
        },
      });
      const reasons: unknown[] = [];
      channel.events$.subscribe(({ type, error }) => type === 'down' && reasons.push(error));
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      t.expect('0 sendData A', '3 A ETIME unknown', '3 reset');
      expect(reasons).toEqual([new Error('no reset today')]);
    }),
  );

  it(
    'is unsubscribed when the link goes down, which frees the slots',
    timeline((t) => {
      const quiet = new Subject<void>();
      const { channel, link } = t.open({ correlation: 'ordered', reset: () => quiet });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      t.at(5, () => link.down());
      t.at(6, () => t.write(quiet.observed ? 'still resetting' : 'reset stopped'));
      t.expect('0 sendData A', '3 A ETIME unknown', '3 reset', '6 reset stopped');
    }),
  );

  it(
    'is called again for the next message whose sender leaves',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'ordered', reset: () => of('quiet') });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').pipe(txTimeout(9)).subscribe(t.sender('B'));
      t.expect('0 sendData A', '3 A ETIME unknown', '3 reset', '3 sendData B', '9 B ETIME unknown', '9 reset');
    }),
  );

  it('may be a promise', async () => {
    const controller = new ScriptedController({ correlation: 'ordered', reset: () => Promise.resolve() });
    const channel = new Mailbox(controller).requestChannel(0);
    channel.send('A').subscribe().unsubscribe();
    channel.next('B');
    expect(controller.link().sent).toHaveLength(1);
    // What a promise has to say comes some microtasks later.
    for (let i = 0; i < 10; i++) await Promise.resolve();
    expect(controller.link().sent).toHaveLength(2);
  });

  it(
    'is not called where no slot is held: tagged, without quarantine',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'tagged', reset: () => NEVER });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      t.expect('0 sendData A', '3 A ETIME unknown');
      expect(link.resets).toBe(0);
    }),
  );

  it(
    'is called for a held slot of a tagged link too',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'tagged', quarantine: 50, reset: () => of('quiet') });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.expect('0 sendData A', '3 A ETIME unknown', '3 reset', '3 sendData B');
    }),
  );

  it(
    'is not called for waiting messages',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', reset: () => NEVER });
      channel.next('A');
      channel.send('B').pipe(txTimeout(3)).subscribe(t.sender('B'));
      t.expect('0 sendData A', '3 B ETIME not-sent');
      expect(link.resets).toBe(0);
    }),
  );
});
