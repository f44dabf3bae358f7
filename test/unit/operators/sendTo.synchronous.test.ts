import { defer, from, generate, map, Observable, of, range, take, throwError } from 'rxjs';
import { sendTo, type TxReport } from 'rx-mailbox';
import { open } from '../../support/open';

const names = (count: number): string[] => Array.from({ length: count }, (_each, i) => `m${i}`);

/** One line for a report. */
const line = ({ token, message, error }: TxReport<string, void>): string => `${token} ${message} ${error ? error.code : 'ok'}`;

const atOnce = () => open({ onSend: (_message, token, link) => link.txDone({ token }) });

describe('sendTo of a source that is synchronous', () => {
  it('and has no end: stops it when take has enough', () => {
    const { channel, link } = atOnce();
    const seen: string[] = [];
    let emitted = 0;
    defer(() => generate({ initialState: 0, condition: () => ++emitted > 0, iterate: (i) => i + 1 }))
      .pipe(
        map((i) => `m${i}`),
        sendTo(channel),
        take(3),
        map(line),
      )
      .subscribe((each) => seen.push(each));
    expect([seen, link.sent.length, emitted]).toEqual([['1 m0 ok', '2 m1 ok', '3 m2 ok'], 3, 3]);
  });

  it('and has no end, in a generator: closes that', () => {
    const { channel } = atOnce();
    let closed = false;
    function* endless(): Generator<string> {
      try {
        for (let i = 0; ; i++) yield `m${i}`;
      } finally {
        closed = true;
      }
    }
    let reports = 0;
    from(endless())
      .pipe(sendTo(channel), take(3))
      .subscribe(() => reports++);
    expect([reports, closed]).toEqual([3, true]);
  });

  it('runs its teardown when take has enough while it is still being subscribed', () => {
    const { channel, link } = atOnce();
    let teardowns = 0;
    new Observable<string>((subscriber) => {
      for (const name of names(5)) subscriber.next(name);
      return () => teardowns++;
    })
      .pipe(sendTo(channel), take(2))
      .subscribe();
    expect([teardowns, link.sent.length]).toEqual([1, 2]);
  });

  it('sends nothing of what waits once it is unsubscribed, and nobody hears of that', () => {
    const { channel, link } = open();
    const reports: string[] = [];
    channel.txDone$.subscribe((report) => reports.push(line(report)));
    const sending = from(names(1000)).pipe(sendTo(channel)).subscribe();
    sending.unsubscribe();
    link.txDone({ token: 1 });
    expect([link.sent.map(({ message }) => message), reports]).toEqual([['m0'], ['1 m0 ECANCELED']]);
  });

  it('leaves everything that is pending, in order: what is in flight, then what is in the queue', () => {
    const { channel } = open({ window: 3 });
    const reports: string[] = [];
    channel.txDone$.subscribe((report) => reports.push(line(report)));
    const sending = from(names(1000)).pipe(sendTo(channel, 8)).subscribe();
    sending.unsubscribe();
    expect(reports).toEqual(names(8).map((name, i) => `${i + 1} ${name} ECANCELED`));
    expect(channel.slotsAvailable).toBe(20);
  });

  it('leaves what was sent last, too, after others have been taken', () => {
    const { channel, link } = open({ window: 3 });
    const reports: string[] = [];
    channel.txDone$.subscribe((report) => reports.push(line(report)));
    const sending = from(names(1000)).pipe(sendTo(channel)).subscribe();
    link.txDone({ token: 2 });
    link.txDone({ token: 1 });
    sending.unsubscribe();
    expect(reports).toEqual(['2 m1 ok', '1 m0 ok', '3 m2 ECANCELED', '4 m3 ECANCELED', '5 m4 ECANCELED']);
  });

  it('and fails after its last value: what waits is not sent, and what is pending is left', () => {
    const { channel, link } = open();
    const reports: string[] = [];
    let failure: unknown;
    channel.txDone$.subscribe((report) => reports.push(line(report)));
    new Observable<string>((subscriber) => {
      for (const name of names(5)) subscriber.next(name);
      subscriber.error('file broke');
    })
      .pipe(sendTo(channel))
      .subscribe({ error: (error: unknown) => (failure = error) });
    expect([failure, link.sent.length, reports]).toEqual(['file broke', 1, ['1 m0 ECANCELED']]);
  });

  it('and fails at once: nothing is sent', () => {
    const { channel, link } = open();
    let failure: unknown;
    throwError(() => 'no file')
      .pipe(sendTo(channel))
      .subscribe({ error: (error: unknown) => (failure = error) });
    expect([failure, link.sent]).toEqual(['no file', []]);
  });

  it('completes after the last report, not with the source', () => {
    const { channel, link } = open();
    const seen: string[] = [];
    of('A', 'B')
      .pipe(sendTo(channel), map(line))
      .subscribe({ next: (each) => seen.push(each), complete: () => seen.push('complete') });
    expect(seen).toEqual([]);
    link.txDoneOldest();
    link.txDoneOldest();
    expect(seen).toEqual(['1 A ok', '2 B ok', 'complete']);
  });

  it('keeps the order of a long source through a queue and a window', () => {
    const { channel, link } = open({ window: 4 });
    const seen: number[] = [];
    range(0, 5000)
      .pipe(
        map((i) => `${i}`),
        sendTo(channel, 10),
      )
      .subscribe(({ message }) => seen.push(Number(message)));
    while (link.outstanding.length > 0) link.txDoneOldest();
    expect(seen).toEqual(Array.from({ length: 5000 }, (_each, i) => i));
  });
});
