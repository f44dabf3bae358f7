import { EMPTY, NEVER, Observable, of, Subject, takeUntil, throwError, VirtualTimeScheduler } from 'rxjs';
import { Mailbox, txCancel, txTimeout } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { errorOf, thrown } from '../../support/errorOf';
import { Journal } from '../../support/Journal';

/** A channel whose time goes by as the test says, with room for nine in flight. */
function bench() {
  const scheduler = new VirtualTimeScheduler();
  const controller = new ScriptedController<string>({ window: 9, scheduler });
  const channel = new Mailbox(controller, { scheduler }).requestChannel(0);
  const pass = (until: number): void => {
    // Virtual time goes no further than there is something to do.
    scheduler.schedule(() => undefined, until - scheduler.frame);
    scheduler.maxFrames = until;
    scheduler.flush();
  };
  /** Timers that are set. */
  const timers = (): number => scheduler.actions.filter(({ closed }) => !closed).length;
  return { channel, link: controller.link(), journal: new Journal(), pass, timers };
}

describe('the clocks of txTimeout', () => {
  it('leave no timer when the last one is stopped after others have run out', () => {
    const { channel, link, journal, pass, timers } = bench();
    channel.send('A').pipe(txTimeout(10)).subscribe(journal.sender('A'));
    pass(4);
    channel.send('B').pipe(txTimeout(10)).subscribe(journal.sender('B'));
    pass(10);
    expect([journal.lines, timers()]).toEqual([['A ETIME unknown'], 1]);
    link.txDone({ token: 2 });
    expect([journal.lines, timers()]).toEqual([['A ETIME unknown', 'B ok'], 0]);
  });

  it('are set for the limits that were given, and no others', () => {
    const { channel, timers } = bench();
    channel
      .send('A')
      .pipe(txTimeout({ queued: 10 }))
      .subscribe();
    // The link may give A back, and then its time in the queue goes on.
    expect(timers()).toBe(1);
    channel
      .send('B')
      .pipe(txTimeout({ inFlight: 10, silence: 10 }))
      .subscribe();
    // It waits.
    expect(timers()).toBe(1);
  });

  it('of one length have one timer for each turn in which they began, also where one is started from inside another one that runs out', () => {
    const { channel, link, journal, pass, timers } = bench();
    const again = (): unknown => channel.send('C').pipe(txTimeout(10)).subscribe(journal.sender('C'));
    for (const sender of [{ error: again }, journal.sender('B')]) channel.send('A').pipe(txTimeout(10)).subscribe(sender);
    expect(timers()).toBe(1);
    pass(4);
    channel.send('D').pipe(txTimeout(10)).subscribe(journal.sender('D'));
    expect(timers()).toBe(2);
    pass(10);
    // The end of the turn is past: that of D, and that of C.
    expect(timers()).toBe(2);
    link.txDone({ token: 3 });
    link.txDone({ token: 4 });
    expect([journal.lines, timers()]).toEqual([['B ETIME unknown', 'D ok', 'C ok'], 0]);
  });
});

describe('a sender that leaves while it subscribes', () => {
  it('sends nothing, and leaves neither a clock nor a listener', () => {
    const { channel, link, timers } = bench();
    const leave$ = new Subject<void>();
    let listening = 0;
    const notifier$ = new Observable<never>(() => {
      listening++;
      leave$.next();
      return () => listening--;
    });
    channel.send('A').pipe(txTimeout(10), txCancel(notifier$), takeUntil(leave$)).subscribe();
    expect([link.sent, listening, timers()]).toEqual([[], 0, 0]);
  });

  it('because the first notifier says so: the second is not listened to', () => {
    const { channel, timers } = bench();
    let listened = 0;
    const second$ = new Observable<never>(() => {
      listened++;
    });
    errorOf(channel.send('A').pipe(txCancel(of('now')), txCancel(second$), txTimeout(10)));
    expect([listened, timers()]).toEqual([0, 0]);
  });
});

describe('the text of a TxCanceledError says who canceled', () => {
  it.each([
    ['its signal was aborted', AbortSignal.abort()],
    ['its notifier emitted', of('now')],
    ['its notifier failed', throwError(() => 'broken')],
  ])('%s', (text, when) => {
    const { channel } = bench();
    expect(errorOf(channel.send('A').pipe(txCancel(when))).message).toBe(`canceled: ${text} (not-sent)`);
  });

  it('its subscriber left', () => {
    const { channel } = bench();
    const texts: unknown[] = [];
    channel.txDone$.subscribe(({ error }) => texts.push(error?.message));
    channel.send('A').subscribe().unsubscribe();
    expect(texts).toEqual(['canceled: its subscriber left (unknown)']);
  });
});

it('txCancel of what RxJS cannot subscribe says what RxJS said', () => {
  const error = thrown(() => txCancel(5 as never)) as Error;
  expect(error).toBeInstanceOf(TypeError);
  expect((error.cause as Error).message).toContain('You provided');
});

it.each([NEVER, EMPTY])('a notifier is unsubscribed with the outcome', (notifier) => {
  const { channel, link } = bench();
  const stopped: string[] = [];
  const notifier$ = new Observable((subscriber) => {
    notifier.subscribe(subscriber);
    return () => stopped.push('stopped');
  });
  channel.send('A').pipe(txCancel(notifier$)).subscribe();
  link.txDone({ token: 1 });
  expect(stopped).toEqual(['stopped']);
});
