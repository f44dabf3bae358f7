import { EMPTY, NEVER, pipe, retry, Subject, timer } from 'rxjs';
import { Mailbox, Transmission, txCancel, txTimeout } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { timeline } from '../../support/timeline';
import { open as openChannel } from '../../support/open';
import { outcomes } from '../../support/outcomes';

const open = openChannel<string>;

const canceled = (delivery: string): unknown => expect.objectContaining({ code: 'ECANCELED', delivery });

describe('txCancel', () => {
  it.each([['when'], [EMPTY]])('is not fired by %p, which never emits', (when) => {
    // A string is something that RxJS can subscribe: its characters.
    const { channel } = open();
    const { notified } = outcomes(channel, channel.send('A').pipe(txCancel(when)));
    expect(notified).toEqual(when === EMPTY ? [] : [canceled('not-sent')]);
  });

  it.each([[undefined], [null], [5], [{}], [() => undefined], [new AbortController()]])('throws TypeError at the call for %p', (when) => {
    expect(() => txCancel(when as AbortSignal)).toThrow(TypeError);
    expect(() => txCancel(when as AbortSignal)).toThrow(/when is .*expected an AbortSignal/);
  });

  it(
    'settles exactly once: a late tx-done only shows on events$',
    timeline((t) => {
      const { channel, link } = t.open({ reports: true, events: ['lateTxDone', 'settled'] });
      channel
        .send('A')
        .pipe(txCancel(timer(4)))
        .subscribe(t.sender('A'));
      t.at(6, () => link.txDone({ token: 1 }));
      t.expect('0 sendData A', '4 report A ECANCELED unknown', '4 A ECANCELED unknown', '4 settled 1', '6 lateTxDone 1');
    }),
  );

  it(
    'ends with the channel: pending sends fail with ESHUTDOWN on close()',
    timeline((t) => {
      const { channel } = t.open();
      channel
        .send('A')
        .pipe(txCancel(timer(10)))
        .subscribe(t.sender('A'));
      channel
        .send('B')
        .pipe(txCancel(timer(10)))
        .subscribe(t.sender('B'));
      t.at(5, () => channel.close());
      t.expect('0 sendData A', '5 A ESHUTDOWN unknown', '5 B ESHUTDOWN not-sent');
    }),
  );

  it.each([[''], [0], [false], [null], [undefined]])('cancels the falsy message %p', (message) => {
    const channel = new Mailbox(new ScriptedController<unknown>()).requestChannel(0);
    const reports: unknown[] = [];
    channel.txDone$.subscribe((report) => reports.push(report));
    const cancel = new Subject<void>();
    channel
      .send(message)
      .pipe(txCancel(cancel))
      .subscribe({ error: () => undefined });
    cancel.next();
    expect(reports).toEqual([{ token: 1, message, error: canceled('unknown') }]);
  });

  describe('allows calls from inside', () => {
    it(
      'the error: sending again',
      timeline((t) => {
        const cancel = new Subject<void>();
        const { channel, link } = t.open();
        const sending$ = channel.send('A').pipe(txCancel(cancel));
        sending$.subscribe({ error: () => sending$.subscribe(t.sender('again')) });
        t.at(4, () => cancel.next());
        t.at(6, () => link.txDone({ token: 2 }));
        t.expect('0 sendData A', '4 sendData A', '6 again ok');
      }),
    );

    it(
      'another sender’s completion: canceling',
      timeline((t) => {
        const cancel = new Subject<void>();
        const { channel, link } = t.open({ window: 2 });
        channel.send('A').subscribe({ complete: () => cancel.next() });
        channel.send('B').pipe(txCancel(cancel)).subscribe(t.sender('B'));
        t.at(4, () => link.txDone({ token: 1 }));
        t.expect('0 sendData A', '0 sendData B', '4 B ECANCELED unknown');
      }),
    );

    it(
      'sendData: a cancel is handled when that has returned',
      timeline((t) => {
        const cancel = new Subject<void>();
        const { channel } = t.open({ reports: true, onSend: () => cancel.next() });
        channel.send('A').pipe(txCancel(cancel)).subscribe(t.sender('A'));
        t.expect('0 sendData A', '0 report A ECANCELED unknown', '0 A ECANCELED unknown');
      }),
    );

    it(
      'a sendData that refuses: a cancel is not-sent',
      timeline((t) => {
        const cancel = new Subject<void>();
        const { channel, link } = t.open({ reports: true });
        link.sendData = () => {
          cancel.next();
          return 'busy';
        };
        channel.send('A').pipe(txCancel(cancel)).subscribe(t.sender('A'));
        t.expect('0 report A ECANCELED not-sent', '0 A ECANCELED not-sent');
      }),
    );

    it(
      'sendData: of a tx-done and then a cancel the first counts',
      timeline((t) => {
        const cancel = new Subject<void>();
        const { channel } = t.open({
          reports: true,
          onSend: (_message, token, link) => {
            link.txDone({ token });
            cancel.next();
          },
        });
        channel.send('A').pipe(txCancel(cancel)).subscribe(t.sender('A'));
        t.expect('0 sendData A', '0 report A ok', '0 A ok');
      }),
    );
  });

  describe('stacks on a Transmission in any order', () => {
    it(
      'with itself: the first that fires counts',
      timeline((t) => {
        const { channel } = t.open({ window: 2 });
        channel
          .send('A')
          .pipe(txCancel(timer(4)), txCancel(timer(9)))
          .subscribe(t.sender('A'));
        channel
          .send('B')
          .pipe(txCancel(timer(9)), txCancel(timer(4)))
          .subscribe(t.sender('B'));
        t.expect('0 sendData A', '0 sendData B', '4 A ECANCELED unknown', '4 B ECANCELED unknown');
      }),
    );

    it(
      'with txTimeout and an aborted signal: nothing is sent, whichever comes first',
      timeline((t) => {
        const { channel } = t.open({ reports: true });
        const aborted = AbortSignal.abort();
        channel
          .send('A')
          .pipe(txTimeout({ inFlight: 3, total: 5 }), txCancel(aborted))
          .subscribe(t.sender('A'));
        channel
          .send('B')
          .pipe(txCancel(aborted), txTimeout({ queued: 5 }))
          .subscribe(t.sender('B'));
        t.expect('0 A ECANCELED not-sent', '0 B ECANCELED not-sent');
      }),
    );

    it('and gives a Transmission', () => {
      expect(open().channel.send('A').pipe(txCancel(NEVER), txTimeout(5), txCancel(new AbortController().signal))).toBeInstanceOf(
        Transmission,
      );
    });

    it(
      'one policy serves several channels',
      timeline((t) => {
        const cancel = new Subject<void>();
        const policy = pipe(txCancel(cancel), txTimeout({ total: 100 }));
        t.open().channel.send('A').pipe(policy).subscribe(t.sender('A'));
        t.open().channel.send('B').pipe(policy).subscribe(t.sender('B'));
        t.at(4, () => cancel.next());
        t.expect('0 sendData A', '0 sendData B', '4 A ECANCELED unknown', '4 B ECANCELED unknown');
      }),
    );

    it(
      'before retry it ends the attempt, after it all of them',
      timeline((t) => {
        const { channel } = t.open();
        channel
          .send('A')
          .pipe(txCancel(timer(4)), retry(9), txCancel(timer(10)))
          .subscribe(t.sender('A'));
        t.expect('0 sendData A', '4 sendData A', '8 sendData A', '10 A ECANCELED unknown');
      }),
    );
  });
});
