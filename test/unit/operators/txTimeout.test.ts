import { NEVER, pipe, retry, Subject, VirtualTimeScheduler } from 'rxjs';
import { Mailbox, Transmission, txCancel, txTimeout, TxTimeoutError, type TimeLimit, type TxReceipt } from 'rx-mailbox';
import { marbles, ScriptedController } from 'rx-mailbox/testing';
import { timeline } from '../../support/timeline';
import { open as openChannel } from '../../support/open';

const open = openChannel<string>;

const receipt: TxReceipt<string> = { token: 1, ack: 'ok' };

describe('txTimeout', () => {
  // #region example
  it(
    'says which message was never sent and which may have been',
    marbles(({ script, expectObservable }) => {
      // d: the oldest message has been taken; the first one comes too late, and is credited to nobody
      const controller = new ScriptedController({ script: script('------------d----d') });
      const channel = new Mailbox(controller).requestChannel(0);

      const stuck$ = channel.send('stuck').pipe(txTimeout(10));
      const waiting$ = channel.send('waiting').pipe(txTimeout({ queued: 5 }));
      const next$ = channel.send('next').pipe(txTimeout({ queued: 15, inFlight: 8 }));

      expectObservable(stuck$).toBe('  ----------#', {}, new TxTimeoutError('total', 10, 'unknown'));
      expectObservable(waiting$).toBe('-----#', {}, new TxTimeoutError('queued', 5, 'not-sent'));
      expectObservable(next$).toBe('   -----------------(r|)', { r: { token: 3, ack: undefined } });
    }),
  );
  // #endregion example

  describe('on a Transmission', () => {
    it(
      'mirrors a receipt and a completion that come in time',
      marbles(({ script, expectObservable }) => {
        const { channel } = open({ script: script('---d', { d: { type: 'taken', ack: 'ok' } }) });
        expectObservable(channel.send('A').pipe(txTimeout(4))).toBe('---(r|)', { r: receipt });
      }),
    );

    it(
      'mirrors an error that comes in time',
      marbles(({ script, expectObservable }) => {
        const { channel } = open({ script: script('---d', { d: { type: 'taken', error: 'NAK' } }) });
        expectObservable(channel.send('A').pipe(txTimeout(4))).toBe('---#', {}, expect.objectContaining({ code: 'EIO', cause: 'NAK' }));
      }),
    );

    it(
      'fails a message that gets no tx-done',
      marbles(({ expectObservable }) => {
        const { channel } = open();
        expectObservable(channel.send('A').pipe(txTimeout(4))).toBe('----#', {}, new TxTimeoutError('total', 4, 'unknown'));
      }),
    );

    it(
      'stops its clocks with an early unsubscription',
      marbles(({ expectObservable }) => {
        const { channel } = open();
        expectObservable(channel.send('A').pipe(txTimeout({ total: 5, inFlight: 4 })), '^--!').toBe('----');
      }),
    );

    it(
      'lets an outcome from inside subscribe() pass and keeps no clock',
      timeline((t) => {
        const { channel } = t.open({ onSend: (_message, token, link) => link.txDone({ token, ack: 'at once' }) });
        channel.send('A').pipe(txTimeout(4)).subscribe(t.sender('A'));
        t.expect('0 sendData A', '0 A ok at once');
      }),
    );

    it(
      'does nothing before it is subscribed',
      timeline((t) => {
        const { channel } = t.open();
        channel.send('A').pipe(txTimeout(4));
        t.expect();
      }),
    );

    it(
      'starts its clocks anew for each subscription',
      timeline((t) => {
        const { channel } = t.open({ window: 2 });
        const sending$ = channel.send('A').pipe(txTimeout(10));
        sending$.subscribe(t.sender('first'));
        t.at(5, () => sending$.subscribe(t.sender('second')));
        t.expect('0 sendData A', '5 sendData A', '10 first ETIME unknown', '15 second ETIME unknown');
      }),
    );

    it(
      'settles exactly once: a late tx-done changes nothing',
      timeline((t) => {
        const { channel, link } = t.open({ reports: true, events: ['lateTxDone', 'settled'] });
        channel.send('A').pipe(txTimeout(4)).subscribe(t.sender('A'));
        t.at(6, () => link.txDone({ token: 1 }));
        t.expect('0 sendData A', '4 report A ETIME unknown', '4 A ETIME unknown', '4 settled 1', '6 lateTxDone 1');
      }),
    );

    it(
      'settles exactly once when two clocks run out together',
      timeline((t) => {
        const { channel } = t.open({ reports: true });
        channel
          .send('A')
          .pipe(txTimeout({ inFlight: 4, total: 4 }), txTimeout(4))
          .subscribe({ error: () => t.write('A failed') });
        t.expect('0 sendData A', '4 report A ETIME unknown', '4 A failed');
      }),
    );

    it(
      'a late tx-done is not given to the message that is in flight by then',
      timeline((t) => {
        const { channel, link } = t.open();
        channel.send('A').pipe(txTimeout(4)).subscribe(t.sender('A'));
        channel.send('B').pipe(txTimeout(20)).subscribe(t.sender('B'));
        t.at(6, () => link.txDone({ token: 1, ack: "A's" }));
        t.at(8, () => link.txDone({ token: 2, ack: "B's" }));
        t.expect('0 sendData A', '4 sendData B', '4 A ETIME unknown', "8 B ok B's");
      }),
    );

    it(
      'ends with the channel: each pending send fails with ESHUTDOWN, and no clock goes on',
      timeline((t) => {
        const { channel } = t.open();
        channel.send('A').pipe(txTimeout(10)).subscribe(t.sender('A'));
        channel
          .send('B')
          .pipe(txTimeout({ queued: 10 }))
          .subscribe(t.sender('B'));
        t.at(5, () => channel.close());
        t.expect('0 sendData A', '5 A ESHUTDOWN unknown', '5 B ESHUTDOWN not-sent');
      }),
    );

    it.each([[''], [0], [false], [null], [undefined]])('sends the falsy message %p', (message) =>
      timeline((t) => {
        const controller = new ScriptedController<unknown>();
        const channel = new Mailbox(controller).requestChannel(0);
        const reports: unknown[] = [];
        channel.txDone$.subscribe((report) => reports.push(report));
        channel
          .send(message)
          .pipe(txTimeout(4))
          .subscribe({ error: () => t.write('failed') });
        t.expect('4 failed');
        expect(reports).toEqual([{ token: 1, message, error: new TxTimeoutError('total', 4, 'unknown') }]);
      })(),
    );

    it(
      'lets its sender send again from inside its error',
      timeline((t) => {
        const { channel } = t.open();
        const sending$ = channel.send('A').pipe(txTimeout(4));
        sending$.subscribe({ error: () => sending$.subscribe(t.sender('again')) });
        t.expect('0 sendData A', '4 sendData A', '8 again ETIME unknown');
      }),
    );

    it(
      'takes a message out of the middle of the queue',
      timeline((t) => {
        const { channel, link } = t.open();
        for (const name of ['A', 'B', 'C', 'D']) {
          channel
            .send(name)
            .pipe(txTimeout(name === 'C' ? 4 : 100))
            .subscribe(t.sender(name));
        }
        for (const [at, token] of [
          [5, 1],
          [6, 2],
          [7, 4],
        ] as const) {
          t.at(at, () => link.txDone({ token }));
        }
        t.expect('0 sendData A', '4 C ETIME not-sent', '5 sendData B', '5 A ok', '6 sendData D', '6 B ok', '7 D ok');
      }),
    );

    it(
      // Unlike in Linux, where the first to give up hands the next one over, whose own timer fires after that.
      'ends messages whose time runs out at once together: what waits is not sent',
      timeline((t) => {
        const { channel } = t.open();
        for (const name of ['A', 'B', 'C']) channel.send(name).pipe(txTimeout(4)).subscribe(t.sender(name));
        t.expect('0 sendData A', '4 A ETIME unknown', '4 B ETIME not-sent', '4 C ETIME not-sent');
      }),
    );

    it(
      'ends messages that began one after the other one by one, and each makes room for the next',
      timeline((t) => {
        const { channel } = t.open();
        t.at(0, () => channel.send('A').pipe(txTimeout(4)).subscribe(t.sender('A')));
        t.at(1, () => channel.send('B').pipe(txTimeout(4)).subscribe(t.sender('B')));
        t.expect('0 sendData A', '4 sendData B', '4 A ETIME unknown', '5 B ETIME unknown');
      }),
    );

    it(
      'makes room in the queue at once',
      timeline((t) => {
        const { channel } = t.open({ channel: { txQueueLength: 1 } });
        channel.next('A');
        channel
          .send('B')
          .pipe(txTimeout(4))
          .subscribe({ error: () => t.write(`${channel.slotsAvailable} free`) });
        t.expect('0 sendData A', '4 1 free');
      }),
    );

    it(
      'a send that a full queue refuses fails at once and starts no clock',
      timeline((t) => {
        const { channel } = t.open({ channel: { txQueueLength: 0 } });
        channel.next('A');
        channel.send('B').pipe(txTimeout(4)).subscribe(t.sender('B'));
        t.expect('0 sendData A', '0 B ENOBUFS not-sent');
      }),
    );

    it(
      'inFlight does not start for a message that fails in sendData',
      timeline((t) => {
        const { channel, link } = t.open();
        link.throwOnSend('bad frame');
        channel
          .send('A')
          .pipe(txTimeout({ inFlight: 4 }))
          .subscribe(t.sender('A'));
        t.expect('0 sendData A → throws', '0 A EIO not-sent');
      }),
    );

    it('leaves no timer behind, whatever the outcome', () => {
      const scheduler = new VirtualTimeScheduler();
      const controller = new ScriptedController({ window: 3 });
      const channel = new Mailbox(controller, { scheduler }).requestChannel(0);
      const limits: TimeLimit = { queued: 10, inFlight: 20, total: 30 };
      const ignore = { error: () => undefined };
      channel.send('done').pipe(txTimeout(limits)).subscribe(ignore);
      channel.send('failed').pipe(txTimeout(limits)).subscribe(ignore);
      const left = channel.send('left').pipe(txTimeout(limits)).subscribe(ignore);
      channel.send('waits').pipe(txTimeout(limits)).subscribe(ignore);
      controller.link().txDone({ token: 1 });
      controller.link().txDone({ token: 2, error: 'NAK' });
      left.unsubscribe();
      channel.close();
      expect(scheduler.actions.filter(({ closed }) => !closed)).toEqual([]);
    });

    it('shares one timer among equal limits', () => {
      const scheduler = new VirtualTimeScheduler();
      const channel = new Mailbox(new ScriptedController({ window: 1000 }), { scheduler }).requestChannel(0);
      for (let i = 0; i < 1000; i++)
        channel
          .send('A')
          .pipe(txTimeout(10))
          .subscribe({ error: () => undefined });
      expect(scheduler.actions.filter(({ closed }) => !closed)).toHaveLength(1);
    });
  });

  describe('stacks on a Transmission in any order', () => {
    it(
      'the clock that runs out first counts',
      timeline((t) => {
        const { channel } = t.open({ window: 2 });
        channel.send('A').pipe(txTimeout(4), txTimeout(9)).subscribe(t.sender('A'));
        channel.send('B').pipe(txTimeout(9), txTimeout(5)).subscribe(t.sender('B'));
        t.expect('0 sendData A', '0 sendData B', '4 A ETIME unknown', '5 B ETIME unknown');
      }),
    );

    it(
      'with txCancel before and after',
      timeline((t) => {
        const cancel = new Subject<void>();
        const { channel } = t.open({ window: 2 });
        channel.send('A').pipe(txTimeout(4), txCancel(cancel)).subscribe(t.sender('A'));
        channel
          .send('B')
          .pipe(txCancel(cancel), txTimeout({ inFlight: 9 }))
          .subscribe(t.sender('B'));
        t.at(6, () => cancel.next());
        t.expect('0 sendData A', '0 sendData B', '4 A ETIME unknown', '6 B ECANCELED unknown');
      }),
    );

    it('and gives a Transmission each time', () => {
      const { channel } = open();
      expect(channel.send('A').pipe(txTimeout(4), txCancel(NEVER), txTimeout({ queued: 3 }))).toBeInstanceOf(Transmission);
    });

    it(
      'one policy serves several channels and messages',
      timeline((t) => {
        const policy = pipe(txTimeout(10), retry(1));
        const { channel } = t.open();
        const other = t.open();
        channel.send('A').pipe(policy).subscribe(t.sender('A'));
        other.channel.send('B').pipe(policy).subscribe(t.sender('B'));
        t.expect('0 sendData A', '0 sendData B', '10 sendData A', '10 sendData B', '20 A ETIME unknown', '20 B ETIME unknown');
      }),
    );
  });
});
