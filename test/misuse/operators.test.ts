import { EMPTY, map, NEVER, of, retry } from 'rxjs';
import {
  scheduleTx,
  sendTo,
  txCancel,
  txTimeout,
  type MailboxLink,
  type ScheduleTxOptions,
  type TimeLimit,
  type TxReceipt,
} from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { failure } from '../support/failure';
import { Journal } from '../support/Journal';
import { open } from '../support/open';
import { expectRejected } from '../support/rejects';

type ErrorType = typeof TypeError | typeof RangeError;

describe('txTimeout', () => {
  it.each<[unknown, ErrorType]>([
    [0, RangeError],
    [0.5, RangeError],
    [-1, RangeError],
    [Number.NaN, RangeError],
    [Infinity, RangeError],
    [2 ** 31, RangeError],
    ['10', TypeError],
    [null, TypeError],
    [undefined, TypeError],
    [new Date(0), TypeError],
  ])('limit %p throws at the call', (limit, type) => {
    expectRejected(() => txTimeout(limit as TimeLimit), type, 'limit');
    if (type === RangeError) expectRejected(() => txTimeout(limit as TimeLimit), type, '1 to 2147483647');
  });

  describe.each(['queued', 'inFlight', 'total'] as const)('limit.%s', (clock) => {
    it.each<[unknown, ErrorType]>([
      [0, RangeError],
      [0.999, RangeError],
      [-5, RangeError],
      [Number.NaN, RangeError],
      [2 ** 31, RangeError],
      ['5', TypeError],
      [null, TypeError],
    ])('%p throws at the call, and says which clock', (ms, type) => {
      expectRejected(() => txTimeout({ [clock]: ms }), type, clock, '1 to 2147483647');
    });
  });

  it('no clock at all', () => {
    expectRejected(() => txTimeout({}), TypeError, 'queued', 'inFlight', 'total');
  });

  it.each([[null], [5], [{}]])('scheduler %p', (scheduler) => {
    expectRejected(() => txTimeout(10, scheduler as never), TypeError, 'scheduler');
  });

  it.each([[{ queued: 5 }], [{ inFlight: 5 }], [{ queued: 5, total: 9 }]])(
    '%j on anything but a Transmission throws when it is applied',
    (limit) => {
      const timeout = txTimeout(limit);
      const { channel, link } = open();
      expectRejected(() => channel.send('A').pipe(retry(2), timeout), TypeError, 'txTimeout');
      expectRejected(() => of({ token: 1, ack: undefined }).pipe(timeout), TypeError);
      expect(link.sent).toEqual([]);
      expect(() => channel.send('A').pipe(timeout)).not.toThrow();
    },
  );

  it('a millisecond, a fraction more and the longest limit are accepted', () => {
    expect(() => [txTimeout(1), txTimeout(1.5), txTimeout(2 ** 31 - 1), txTimeout({ total: 2 ** 31 - 1 })]).not.toThrow();
  });
});

describe('txCancel', () => {
  it.each([[undefined], [null], [5], [true], [{}], [{ aborted: false }], [() => undefined]])('when: %p throws at the call', (when) => {
    expectRejected(() => txCancel(when as never), TypeError, 'when', 'AbortSignal');
  });

  const aborted = AbortSignal.abort(new Error('too late'));
  it.each([
    ['a signal that is aborted already', txCancel(aborted), (aborted as { reason: unknown }).reason],
    ['a notifier that emits at once', txCancel(of('now')), undefined],
  ])('%s: nothing is sent, no report, the sender gets the error', (_what, cancel, cause) => {
    const { channel, link } = open();
    const journal = new Journal();
    journal.reports(channel);
    journal.events(channel);
    const errors: unknown[] = [];
    channel
      .send('A')
      .pipe(cancel)
      .subscribe({ error: (error) => errors.push(error) });
    channel
      .send('B')
      .pipe(
        map((receipt) => receipt),
        cancel,
      )
      .subscribe({ error: (error) => errors.push(error) });
    const canceled = failure('ECANCELED', 'not-sent', cause === undefined ? {} : { cause });
    expect(errors).toEqual([canceled, canceled]);
    expect([link.sent, journal.lines, channel.slotsAvailable]).toEqual([[], [], 20]);
  });

  it('a notifier that completes cancels nothing', () => {
    const { channel, link } = open();
    const journal = new Journal();
    channel.send('A').pipe(txCancel(EMPTY)).subscribe(journal.sender('A'));
    link.txDoneOldest();
    expect(journal.lines).toEqual(['A ok']);
  });
});

describe('sendTo', () => {
  it.each([[undefined], [null], [5], [{}], [NEVER]])('channel %p', (channel) => {
    expectRejected(() => sendTo(channel as never), TypeError, 'channel');
  });

  it.each<[unknown, ErrorType]>([
    [0, RangeError],
    [-1, RangeError],
    [1.5, RangeError],
    [Number.NaN, RangeError],
    ['2', TypeError],
    [null, TypeError],
  ])('concurrency %p', (concurrency, type) => {
    const { channel } = open();
    expectRejected(() => sendTo(channel, concurrency as number), type, 'concurrency', /integer .*1/);
  });

  it('a closed channel: reports, and the end of the source', () => {
    const { channel } = open();
    channel.close();
    const seen: unknown[] = [];
    of('A', 'B')
      .pipe(sendTo(channel))
      .subscribe({ next: ({ message, error }) => seen.push([message, error?.code]), complete: () => seen.push('complete') });
    expect(seen).toEqual([['A', 'ESHUTDOWN'], ['B', 'ESHUTDOWN'], 'complete']);
  });
});

describe('scheduleTx', () => {
  const link = (): MailboxLink<string, string, void> => new ScriptedController().open(0);

  it.each([[undefined], [null], [{}], [5]])('link %p', (wrong) => {
    expectRejected(() => scheduleTx(wrong as never), TypeError, 'link');
  });

  it.each<[keyof ScheduleTxOptions<string>, unknown, ErrorType]>([
    ['txDone', 'IRQ', TypeError],
    ['txDone', 'poll', TypeError],
    ['txDone', 'ack', TypeError],
    ['correlation', 'fifo', TypeError],
    ['window', 0, RangeError],
    ['window', '1', TypeError],
    ['txPollPeriod', 0, RangeError],
    ['quarantine', -1, RangeError],
    ['txQueueLength', -1, RangeError],
    ['txQueueLength', '1', TypeError],
    ['txPrepare', 5, TypeError],
    ['knowsTxDone', 5, TypeError],
    ['name', 5, TypeError],
    ['scheduler', 5, TypeError],
  ])('options.%s: %p', (option, value, type) => {
    expectRejected(() => scheduleTx(link(), { [option]: value }), type, option === 'txDone' && value === 'poll' ? 'lastTxDone' : option);
  });

  it('options that are no object', () => {
    expectRejected(() => scheduleTx(link(), null as never), TypeError, 'options');
  });

  it("'untagged' with a window of 2", () => {
    expectRejected(() => scheduleTx(link(), { correlation: 'untagged', window: 2 }), RangeError, 'window');
  });
});

it('a tx operator on a source of RxJS mirrors it', () => {
  const receipts: TxReceipt<string>[] = [];
  of({ token: 1, ack: 'x' })
    .pipe(txTimeout(5), txCancel(NEVER))
    .subscribe((receipt) => receipts.push(receipt));
  expect(receipts).toEqual([{ token: 1, ack: 'x' }]);
});
