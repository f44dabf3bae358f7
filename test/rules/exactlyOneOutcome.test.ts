import { map, NEVER, throwError, type Observable } from 'rxjs';
import { Mailbox, txCancel, txTimeout, type MailboxError, type TxReport } from 'rx-mailbox';
import { marbles, ScriptedController } from 'rx-mailbox/testing';
import { failure } from '../support/failure';
import { Journal } from '../support/Journal';
import { open, type Opened } from '../support/open';

describe('exactly one outcome (rule 2)', () => {
  it(
    'a success is one receipt and a completion',
    marbles(({ script, expectObservable }) => {
      const { channel } = open<string>({ script: script('--d', { d: { type: 'taken', ack: 'seq 7' } }) });
      expectObservable(channel.send('A')).toBe('         --(r|)', { r: { token: 1, ack: 'seq 7' } });
      expectObservable(channel.txDone$).toBe('           --r   ', { r: { token: 1, message: 'A', ack: 'seq 7' } });
    }),
  );

  it(
    'a failure is one error',
    marbles(({ script, expectObservable }) => {
      const { channel } = open({ script: script('   --f', { f: { type: 'taken', error: 'NAK' } }) });
      const error = failure('EIO', 'sent', { cause: 'NAK' });
      expectObservable(channel.send('A')).toBe('  --#', undefined, error);
      expectObservable(channel.txDone$).toBe('    --r', { r: { token: 1, message: 'A', error } });
    }),
  );

  it(
    'a tx-done and a timeout in the same millisecond settle a message once',
    marbles(({ script, expectObservable }) => {
      const { channel } = open({ script: script('            --d') });
      expectObservable(channel.txDone$.pipe(map(() => 'r'))).toBe('--r');
      channel
        .send('A')
        .pipe(txTimeout(2))
        .subscribe({ error: () => undefined });
    }),
  );

  // What ends the in-flight A and the waiting B, and with what.
  const ends: [how: string, end: (opened: Opened<void>) => void, a: string, b: string][] = [
    ['close()', ({ channel }) => channel.close(), 'A ESHUTDOWN unknown', 'B ESHUTDOWN not-sent'],
    ['error()', ({ channel }) => channel.error('why'), 'A ESHUTDOWN unknown', 'B ESHUTDOWN not-sent'],
    ['disposal of the channel', ({ channel }) => channel[Symbol.dispose](), 'A ESHUTDOWN unknown', 'B ESHUTDOWN not-sent'],
    ['close() of the mailbox', ({ mailbox }) => mailbox.close(), 'A ESHUTDOWN unknown', 'B ESHUTDOWN not-sent'],
    ['disposal of the mailbox', ({ mailbox }) => mailbox[Symbol.dispose](), 'A ESHUTDOWN unknown', 'B ESHUTDOWN not-sent'],
    ['completion of events$', ({ link }) => link.end(), 'A ESHUTDOWN unknown', 'B ESHUTDOWN not-sent'],
    ['link loss, then close()', ({ link, channel }) => (link.down(), channel.close()), 'A ENETDOWN unknown', 'B ESHUTDOWN not-sent'],
    ['an error of events$', ({ link }) => link.fail('cable'), 'A ENETDOWN unknown', 'B ESHUTDOWN not-sent'],
    [
      'a controller that throws',
      ({ link }) => (link.throwOnSend('full'), link.txDone({ token: 1, error: 'NAK' })),
      'A EIO sent',
      'B EIO not-sent',
    ],
  ];

  it.each(ends)('settles messages in flight and waiting messages once: %s', (_how, end, a, b) => {
    const opened = open();
    const { channel, link } = opened;
    const journal = new Journal();
    channel.subscribe({ error: () => undefined });
    journal.reports(channel);
    channel.send('A').subscribe(journal.sender('A'));
    channel.send('B').subscribe(journal.sender('B'));
    end(opened);
    if (link.stopped === 0) channel.close();
    expect(journal.lines).toEqual([`report ${a}`, a, `report ${b}`, b, 'txDone$ completed']);
  });

  it('settles once although the sender leaves and the tx-done still comes', () => {
    const { channel, link } = open({ correlation: 'ordered' });
    const journal = new Journal();
    journal.reports(channel);
    const sending = channel.send('A').subscribe(journal.sender('A'));
    sending.unsubscribe();
    sending.unsubscribe();
    link.txDoneOldest();
    channel.close();
    expect(journal.lines).toEqual(['report A ECANCELED unknown', 'txDone$ completed']);
  });

  it('a sender that unsubscribes in its receipt gets its completion all the same', () => {
    const { channel, link } = open();
    const journal = new Journal();
    const sending = channel.send('A').subscribe({ next: () => sending.unsubscribe(), complete: () => journal.write('completed') });
    link.txDoneOldest();
    expect([sending.closed, journal.lines]).toEqual([true, ['completed']]);
  });

  it('a sender that unsubscribes in its own report gets nothing more, and there is one report', () => {
    const { channel, link } = open();
    const journal = new Journal();
    channel.txDone$.subscribe(() => sending.unsubscribe());
    journal.reports(channel);
    const sending = channel.send('A').subscribe(journal.sender('A'));
    link.txDoneOldest();
    channel.close();
    expect(journal.lines).toEqual(['report A ok', 'txDone$ completed']);
  });

  it('closing from inside a report settles each of the others once', () => {
    const { channel, link } = open({ window: 2 });
    const journal = new Journal();
    journal.reports(channel);
    channel.txDone$.subscribe(() => channel.close());
    for (const name of ['A', 'B', 'C', 'D']) channel.send(name).subscribe(journal.sender(name));
    link.txDoneOldest();
    expect(journal.lines.filter((line) => !line.startsWith('report')).sort()).toEqual([
      'A ok',
      'B ESHUTDOWN unknown',
      'C ESHUTDOWN unknown',
      'D ESHUTDOWN not-sent',
      'txDone$ completed',
    ]);
    expect(journal.lines.filter((line) => line.startsWith('report')).sort()).toEqual([
      'report A ok',
      'report B ESHUTDOWN unknown',
      'report C ESHUTDOWN unknown',
      'report D ESHUTDOWN not-sent',
    ]);
  });

  it('a send that makes a refused head go out, which closes the channel, settles too', () => {
    const { channel, link } = open({ onSend: () => channel.close() }, { txQueueLength: 1 });
    const journal = new Journal();
    link.refuse();
    for (const name of ['A', 'B']) channel.send(name).subscribe(journal.sender(name));
    expect(journal.lines).toHaveLength(2);
    expect(journal.lines).toContain('A ESHUTDOWN unknown');
    expect(journal.lines).toContainEqual(expect.stringMatching(/^B (ESHUTDOWN|ENOBUFS) not-sent$/));
  });

  describe('the report and the sender get the same error object', () => {
    function compare({ channel }: Opened<void>, send: Observable<unknown> = channel.send('A'), end: () => void = () => undefined): void {
      const reports: TxReport<string, void>[] = [];
      const errors: MailboxError[] = [];
      channel.txDone$.subscribe((report) => reports.push(report));
      send.subscribe({ error: (error: MailboxError) => errors.push(error) });
      end();
      expect(errors).toHaveLength(1);
      expect(reports).toHaveLength(1);
      expect(reports[0]!.error).toBe(errors[0]);
    }

    it('for a failed tx-done', () => {
      const opened = open();
      compare(opened, undefined, () => opened.link.txDoneOldest({ error: 'NAK' }));
    });

    it('for a sendData that throws', () => {
      const opened = open();
      opened.link.throwOnSend('no');
      compare(opened);
    });

    it('for a close', () => {
      const opened = open();
      compare(opened, undefined, () => opened.channel.close());
    });

    it('for a link that goes down', () => {
      const opened = open();
      compare(opened, undefined, () => opened.link.down());
    });

    it('for a cancel', () => {
      const opened = open();
      const abort = new AbortController();
      compare(opened, opened.channel.send('A').pipe(txCancel(abort.signal)), () => abort.abort());
    });

    it(
      'for a timeout, wherever in the pipe it stands',
      marbles(({ flush }) => {
        const opened = open();
        const send$ = opened.channel.send('A').pipe(
          txCancel(NEVER),
          map((receipt) => receipt),
          txTimeout(5),
        );
        compare(opened, send$, flush);
      }),
    );

    it(
      'for a cancel behind an operator of RxJS',
      marbles(({ cold, flush }) => {
        const opened = open();
        const send$ = opened.channel.send('A').pipe(
          map((receipt) => receipt),
          txCancel(cold('--c')),
        );
        compare(opened, send$, flush);
      }),
    );
  });

  it('closing twice, and after an error of events$, settles nothing again', () => {
    const { channel, link } = open();
    const journal = new Journal();
    channel.subscribe({ error: () => undefined });
    journal.reports(channel);
    channel.send('A').subscribe(journal.sender('A'));
    link.fail('cable');
    channel.close();
    channel.error('again');
    channel.complete();
    expect(journal.lines).toEqual(['report A ENETDOWN unknown', 'A ENETDOWN unknown', 'txDone$ completed']);
  });

  it('a link that fails while it starts up leaves no message and no owner behind', () => {
    const controller = new ScriptedController({ script: throwError(() => 'no device') });
    const mailbox = new Mailbox(controller);
    expect(() => mailbox.requestChannel(0)).toThrow('no device');
    expect(() => mailbox.requestChannel(0)).toThrow('no device');
    expect(controller.opened).toBe(2);
  });
});
