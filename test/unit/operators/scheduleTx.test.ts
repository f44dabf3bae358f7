import {
  EMPTY,
  map,
  NEVER,
  Observable,
  of,
  range,
  Subject,
  Subscriber,
  take,
  tap,
  throwError,
  VirtualTimeScheduler,
  type Observer,
} from 'rxjs';
import {
  isMailboxError,
  scheduleTx,
  type MailboxLink,
  type ScheduleTxOptions,
  type TxReceipt,
  type TxReport,
  type TxRequest,
} from 'rx-mailbox';
import { marbles, ScriptedController, ScriptedLink, type ScriptedOptions } from 'rx-mailbox/testing';

type Request = TxRequest<string, string>;

/** A link without a mailbox. */
const open = (options: ScriptedOptions<string, string, string> = {}) => opened(new ScriptedController<string, string, string>(options));

function opened<Tx, Rx, Ack>(controller: ScriptedController<Tx, Rx, Ack>): ScriptedLink<Tx, Rx, Ack> {
  controller.open(0);
  return controller.link();
}

const line = ({ token, message, ack, error }: TxReport<string, string>) =>
  `${token} ${message} ${error ? `${error.code} ${error.delivery}` : (ack ?? 'ok')}`;

/** Requests by hand, and what comes out. */
function start(
  given: MailboxLink<string, unknown, string> | ScriptedLink<string, string, string>,
  options: ScheduleTxOptions<string> = {},
) {
  const link = given instanceof ScriptedLink ? given.asLink() : given;
  const requests = new Subject<Request>();
  const seen: unknown[] = [];
  const running = requests.pipe(scheduleTx(link, options)).subscribe({
    next: (report) => seen.push(line(report)),
    error: (error: unknown) => seen.push(['error', error]),
    complete: () => seen.push('complete'),
  });
  return { requests, seen, running };
}

/** A sender that writes down its outcome. */
const sender = (name: string, log: unknown[]): Observer<TxReceipt<string>> => ({
  next: ({ ack }) => log.push(`${name} ${ack}`),
  error: (error: unknown) => log.push(`${name} ${isMailboxError(error) ? error.code : String(error)}`),
  complete: () => log.push(`${name} complete`),
});

describe('scheduleTx', () => {
  // #region example
  it('is the pipeline of a channel, for a link that no mailbox owns', () => {
    const link = opened(new ScriptedController<string, string, string>({ correlation: 'ordered' }));
    const requests = new Subject<TxRequest<string, string>>();
    const log: string[] = [];
    requests
      .pipe(scheduleTx(link.asLink(), { correlation: 'ordered' }))
      .subscribe(({ message, ack }) => log.push(`report: ${message} → ${ack}`));
    // Cold: one subscription, one message.
    const send = (message: string) => new Observable<TxReceipt<string>>((sender) => requests.next({ message, sender }));

    requests.next({ message: 'log this' });
    send('open the gate').subscribe(({ ack }) => log.push(`sender: ${ack}`));
    link.txDone({ ack: 'logged' });
    link.txDone({ ack: 'gate is open' });

    expect(log).toEqual(['report: log this → logged', 'report: open the gate → gate is open', 'sender: gate is open']);
  });
  // #endregion example

  describe('maps requests to reports', () => {
    const requests = (
      cold: <T>(marbles: string, values?: Record<string, T>, error?: unknown) => Observable<T>,
      diagram: string,
      error?: unknown,
    ) => cold<string>(diagram, undefined, error).pipe(map((message): Request => ({ message })));

    it(
      'never: never',
      marbles(({ cold, expectObservable }) => {
        expectObservable(requests(cold, '-').pipe(scheduleTx(open().asLink()))).toBe('-');
      }),
    );

    it(
      'empty: completes',
      marbles(({ cold, expectObservable }) => {
        expectObservable(requests(cold, '--|').pipe(scheduleTx(open().asLink()))).toBe('--|');
        expectObservable((EMPTY as Observable<Request>).pipe(scheduleTx(open().asLink()))).toBe('|');
      }),
    );

    it(
      'single: completes when it has been taken',
      marbles(({ cold, script, expectObservable }) => {
        const link = open({ script: script('           ----d', { d: { type: 'taken', ack: 'ok' } }) });
        const requests$ = requests(cold, '             -A|');
        expectObservable(requests$.pipe(scheduleTx(link.asLink()))).toBe('----(r|)', { r: { token: 1, message: 'A', ack: 'ok' } });
      }),
    );

    it(
      'many: one after the other',
      marbles(({ cold, script, expectObservable }) => {
        const link = open({ script: script('                      ---d--d-d') });
        const requests$ = requests(cold, '                        -ABC|');
        const values = { a: '1 A ok', b: '2 B ok', c: '3 C ok' };
        expectObservable(requests$.pipe(scheduleTx(link.asLink()), map(line))).toBe('---a--b-(c|)', values);
      }),
    );

    it('error: pending messages fail, then the error follows', () => {
      const log: unknown[] = [];
      const source = new Subject<Request>();
      source.pipe(scheduleTx(open().asLink())).subscribe({
        next: ({ message, error }) => log.push(`${message} ${error?.code} ${error?.delivery} ${String(error?.cause)}`),
        error: (error: unknown) => log.push(error),
      });
      source.next({ message: 'A', sender: sender('A', log) });
      source.next({ message: 'B' });
      source.error('source broke');
      expect(log).toEqual(['A ESHUTDOWN unknown source broke', 'A ESHUTDOWN', 'B ESHUTDOWN not-sent source broke', 'source broke']);
    });

    it('synchronous requests', () => {
      const link = open({ onSend: (message, token, it) => it.txDone({ token, ack: message.toLowerCase() }) });
      const seen: string[] = [];
      of('A', 'B')
        .pipe(
          map((message): Request => ({ message })),
          scheduleTx(link.asLink()),
        )
        .subscribe({ next: (report) => seen.push(line(report)), complete: () => seen.push('complete') });
      expect(seen).toEqual(['1 A a', '2 B b', 'complete']);
    });

    it.each([[''], [0], [false], [null], [undefined]])('the falsy message %p', (message) => {
      const link = opened(new ScriptedController<unknown, unknown, unknown>());
      const seen: unknown[] = [];
      of({ message })
        .pipe(scheduleTx(link.asLink()))
        .subscribe((report) => seen.push(report));
      link.txDone({ token: 1, ack: message });
      expect(seen).toEqual([{ token: 1, message, ack: message }]);
    });
  });

  describe('notifies the sender', () => {
    it('with its own outcome, after the report', () => {
      const link = open();
      const log: unknown[] = [];
      const source = new Subject<Request>();
      source.pipe(scheduleTx(link.asLink())).subscribe((report) => log.push(line(report)));
      source.next({ message: 'A', sender: sender('A', log) });
      source.next({ message: 'B', sender: sender('B', log) });
      link.txDone({ token: 1, ack: 'a' });
      link.txDone({ token: 2, error: 'NAK' });
      expect(log).toEqual(['1 A a', 'A a', 'A complete', '2 B EIO sent', 'B EIO']);
    });

    it('with the same error object as the report', () => {
      const link = open();
      const errors: unknown[] = [];
      const source = new Subject<Request>();
      source.pipe(scheduleTx(link.asLink())).subscribe(({ error }) => errors.push(error));
      source.next({ message: 'A', sender: { error: (error: unknown) => errors.push(error) } });
      link.txDone({ token: 1, error: 'NAK' });
      expect(errors).toHaveLength(2);
      expect(errors[0]).toBe(errors[1]);
    });

    it('when the queue is full, without a report', () => {
      const log: unknown[] = [];
      const { requests, seen } = start(open(), { txQueueLength: 0 });
      requests.next({ message: 'A' });
      requests.next({ message: 'B', sender: sender('B', log) });
      expect([seen, log]).toEqual([[], ['B ENOBUFS']]);
    });

    it('but makes a report on a full queue if there is no sender', () => {
      const { requests, seen } = start(open(), { txQueueLength: 0 });
      requests.next({ message: 'A' });
      requests.next({ message: 'B' });
      expect(seen).toEqual(['2 B ENOBUFS not-sent']);
    });

    it('and sees if its Subscriber is unsubscribed while the message waits: it is never sent', () => {
      const link = open();
      const { requests, seen } = start(link);
      requests.next({ message: 'A' });
      const subscriber = new Subscriber<TxReceipt<string>>({} as Subscriber<TxReceipt<string>>);
      requests.next({ message: 'B', sender: subscriber });
      subscriber.unsubscribe();
      link.txDone({ token: 1 });
      expect(seen).toEqual(['2 B ECANCELED not-sent', '1 A ok']);
      expect(link.sent.map(({ message }) => message)).toEqual(['A']);
    });

    it('and sees if its Subscriber is unsubscribed in flight: the slot is left as the correlation demands', async () => {
      const link = open({ abort: true });
      const { requests, seen } = start(link, { correlation: 'ordered' });
      const sending = new Observable<TxReceipt<string>>((each) => requests.next({ message: 'A', sender: each })).subscribe();
      requests.next({ message: 'B' });
      sending.unsubscribe();
      expect([seen, link.aborted, link.sent.length]).toEqual([['1 A ECANCELED unknown'], [1], 1]);
      link.txDone();
      // Nothing is handed over in the turn of a leave.
      await Promise.resolve();
      link.txDone({ ack: 'b' });
      expect(seen).toEqual(['1 A ECANCELED unknown', '2 B b']);
    });
  });

  describe('per subscription', () => {
    it('starts the link up, and shuts it down when it is unsubscribed', () => {
      const link = open();
      const operator = scheduleTx(link.asLink());
      const reports$ = (NEVER as Observable<Request>).pipe(operator);
      expect(link.started).toBe(0);
      const running = reports$.subscribe();
      expect([link.started, link.stopped]).toEqual([1, 0]);
      running.unsubscribe();
      expect([link.started, link.stopped]).toEqual([1, 1]);
    });

    it('shuts the link down when it has drained', () => {
      const link = open();
      const { requests, seen } = start(link);
      requests.next({ message: 'A' });
      requests.complete();
      expect([seen, link.stopped]).toEqual([[], 0]);
      link.txDone({ token: 1 });
      expect([seen, link.stopped]).toEqual([['1 A ok', 'complete'], 1]);
    });

    it('fails pending messages when it is unsubscribed, which only their senders notice', () => {
      const log: unknown[] = [];
      const { requests, seen, running } = start(open());
      requests.next({ message: 'A', sender: sender('A', log) });
      requests.next({ message: 'B', sender: sender('B', log) });
      running.unsubscribe();
      expect([seen, log, requests.observed]).toEqual([[], ['A ESHUTDOWN', 'B ESHUTDOWN'], false]);
    });

    it('stops a source that emits while it is being subscribed', () => {
      const requested: number[] = [];
      range(0, 1000)
        .pipe(
          tap((i) => requested.push(i)),
          map((i): Request => ({ message: `m${i}` })),
          scheduleTx(open({ onSend: (_message, token, link) => link.txDone({ token }) }).asLink()),
          take(3),
        )
        .subscribe();
      expect(requested).toEqual([0, 1, 2]);
    });

    it('counts tokens anew for another link', () => {
      const controller = new ScriptedController<string, string, string>();
      const seen: number[] = [];
      for (let i = 0; i < 2; i++) {
        const link = opened(controller);
        of({ message: 'A' })
          .pipe(scheduleTx(link.asLink()))
          .subscribe(({ token }) => seen.push(token));
        link.txDone({ token: 1 });
      }
      expect(seen).toEqual([1, 1]);
    });

    it('goes on counting tokens for the same link, which never sees one twice', () => {
      const link = open();
      const requests$ = of({ message: 'A' }).pipe(scheduleTx<string, string>(link.asLink()));
      const seen: string[] = [];
      for (const token of [1, 2]) {
        requests$.subscribe((report) => seen.push(line(report)));
        link.txDone({ token });
      }
      expect(seen).toEqual(['1 A ok', '2 A ok']);
    });

    it('a late tx-done of an earlier subscription settles nothing of a later one', () => {
      const link = open({ talksAfterShutdown: true });
      const first = start(link);
      first.requests.next({ message: 'A' });
      first.running.unsubscribe();
      const second = start(link);
      second.requests.next({ message: 'B' });
      link.txDone({ token: 1 });
      expect(second.seen).toEqual([]);
      link.txDone({ token: 2 });
      expect(second.seen).toEqual(['2 B ok']);
    });

    it('errors if events$ errors while it is being subscribed, and takes no request', () => {
      const link: MailboxLink<string, string, string> = { events$: throwError(() => 'no such port'), sendData: () => 'accepted' };
      const { requests, seen } = start(link);
      expect([seen, requests.observed]).toEqual([[['error', 'no such port']], false]);
    });

    it('completes when the link completes, after the outcomes of pending messages', () => {
      const link = open();
      const { requests, seen } = start(link);
      requests.next({ message: 'A' });
      link.end();
      expect(seen).toEqual(['1 A ESHUTDOWN unknown', 'complete']);
    });
  });

  describe('does what the options say', () => {
    it('irq, tagged, a window of 1 and 20 waiting by default', () => {
      const link = open();
      const { requests, seen } = start(link);
      for (let i = 0; i < 22; i++) requests.next({ message: 'A' });
      expect([link.sent.length, seen]).toEqual([1, ['22 A ENOBUFS not-sent']]);
      link.txDone({ token: 1 });
      expect(seen.at(-1)).toBe('1 A ok');
    });

    it('window', () => {
      const link = open();
      const { requests } = start(link, { window: 3 });
      for (let i = 0; i < 5; i++) requests.next({ message: 'A' });
      expect(link.sent).toHaveLength(3);
    });

    it('poll, with its period, on the scheduler', () => {
      const scheduler = new VirtualTimeScheduler(undefined, 30);
      const link = open({ txDone: 'poll', scheduler });
      const { requests } = start(link, { txDone: 'poll', txPollPeriod: 10, scheduler });
      requests.next({ message: 'A' });
      scheduler.flush();
      expect(link.polled.map(({ at }) => at)).toEqual([0, 10, 20, 30]);
    });

    it('txPrepare and quarantine', () => {
      const scheduler = new VirtualTimeScheduler();
      const prepared: string[] = [];
      const link = open({ scheduler });
      const { requests } = start(link, {
        correlation: 'untagged',
        quarantine: 5,
        scheduler,
        txPrepare(message) {
          prepared.push(message);
        },
      });
      new Observable<TxReceipt<string>>((each) => requests.next({ message: 'A', sender: each })).subscribe().unsubscribe();
      requests.next({ message: 'B' });
      expect(prepared).toEqual(['A']);
      scheduler.flush();
      expect(link.sent.map(({ message, at }) => `${message} at ${at}`)).toEqual(['A at 0', 'B at 5']);
    });

    it.each<[unknown, unknown, RegExp]>([
      [undefined, {}, /link is undefined/],
      [{}, {}, /events\$/],
      [{ events$: NEVER }, {}, /sendData/],
      [open(), { txDone: 'poll' }, /lastTxDone/],
      [open(), { txDone: 'maybe' }, /txDone/],
      // There is nothing to call acknowledge() on.
      [open(), { txDone: 'ack' }, /^options\.txDone is 'ack'; expected 'irq' or 'poll'$/],
      [open({ txDone: 'poll' }), { txDone: 'poll', knowsTxDone: true }, /^options\.knowsTxDone is true; expected false or nothing$/],
      [open(), { knowsTxDone: true }, /^options\.knowsTxDone is true/],
      [open(), { correlation: 'guess' }, /correlation/],
      [open(), { window: 0 }, /window is 0; expected an integer >= 1/],
      [open(), { correlation: 'untagged', window: 2 }, /window is 2/],
      [open(), { txQueueLength: -1 }, /txQueueLength is -1/],
      [open(), { txPollPeriod: 0 }, /txPollPeriod is 0/],
      [open(), null, /options is null/],
    ])('throws at the call for %p with %p', (link, options, message) => {
      const given = link instanceof ScriptedLink ? link.asLink() : (link as MailboxLink<string, string, string>);
      expect(() => scheduleTx(given, options as ScheduleTxOptions<string>)).toThrow(message);
    });
  });

  it('takes knowsTxDone: false, which says what is so', () => {
    expect(() => scheduleTx(open().asLink(), { knowsTxDone: false })).not.toThrow();
  });

  it('may be fed from inside a report and from inside an outcome', () => {
    const link = open({ onSend: (_message, token, it) => it.txDone({ token }) });
    const source = new Subject<Request>();
    const log: string[] = [];
    source.pipe(scheduleTx(link.asLink())).subscribe(({ message }) => {
      log.push(`report ${message}`);
      if (message === 'A') source.next({ message: 'B', sender: { complete: () => source.next({ message: 'C' }) } });
    });
    source.next({ message: 'A' });
    expect(log).toEqual(['report A', 'report B', 'report C']);
  });
});
