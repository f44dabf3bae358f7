import { asyncScheduler, EMPTY, map, VirtualTimeScheduler } from 'rxjs';
import { readdirSync, readFileSync } from 'node:fs';
import { isMailboxError, Mailbox, txTimeout, TxTimeoutError, type MailboxErrorCode } from 'rx-mailbox';
import { marbles, ScriptedController } from 'rx-mailbox/testing';
import { advance, virtual } from '../support/virtual';

describe('timers only through RxJS schedulers (semantics 13.1)', () => {
  it(
    'the default scheduler follows TestScheduler.run, which drives everything',
    marbles(({ script, expectObservable }) => {
      const controller = new ScriptedController({ script: script('-----------d') });
      const channel = new Mailbox(controller).requestChannel(0);
      expectObservable(channel.send('A').pipe(txTimeout(4))).toBe('----#', undefined, new TxTimeoutError('total', 4, 'unknown'));
    }),
  );

  it('an injected VirtualTimeScheduler drives everything: no timer of the platform is ever set', () => {
    const setTimer = [jest.spyOn(globalThis, 'setTimeout'), jest.spyOn(globalThis, 'setInterval'), jest.spyOn(globalThis, 'setImmediate')];
    const { scheduler, mailbox, channel } = virtual({
      txDone: 'poll',
      channelCount: 2,
      correlation: 'untagged',
      txPollPeriod: 5,
      flush: () => EMPTY,
    });
    const codes: (MailboxErrorCode | undefined)[] = [];
    const error = (e: unknown) => codes.push(isMailboxError(e) ? e.code : undefined);
    channel
      .send('A')
      .pipe(txTimeout({ inFlight: 20 }))
      .subscribe({ error });
    channel
      .send('B')
      .pipe(txTimeout({ queued: 30 }))
      .subscribe({ error });
    channel.flush(40).subscribe({ error });
    mailbox
      .requestChannel(1, { quarantine: 10 })
      .send('C')
      .pipe(
        map((receipt) => receipt),
        txTimeout(50, scheduler),
      )
      .subscribe({ error });
    advance(scheduler, 100);
    mailbox.close();
    expect(codes).toEqual(['ETIME', 'ETIME', 'ETIME', 'ETIME']);
    for (const spy of setTimer) expect(spy).not.toHaveBeenCalled();
    for (const spy of setTimer) spy.mockRestore();
  });

  it('the core has no promises, no timers and no RxJS', () => {
    const folder = new URL('../../src/core/', `file://${__filename}`);
    for (const file of readdirSync(folder)) {
      const code = readFileSync(new URL(file, folder), 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
      expect(`${file}: ${/\bPromise\b|\basync\b|\bawait\b|queueMicrotask|setTimeout|setInterval|Date\b|from 'rxjs/.exec(code)?.[0]}`).toBe(
        `${file}: undefined`,
      );
    }
  });

  it('an outcome is notified synchronously with its tx-done', () => {
    const { channel, link } = virtual();
    let done = false;
    channel.send('A').subscribe(() => (done = true));
    link.txDone({ token: 1 });
    expect(done).toBe(true);
  });

  it('without a scheduler of its own, a tx operator on a Transmission uses the one of the mailbox', () => {
    const { scheduler, channel } = virtual();
    let failure: unknown;
    channel
      .send('A')
      .pipe(txTimeout(10))
      .subscribe({ error: (error: unknown) => (failure = error) });
    advance(scheduler, 9);
    expect(failure).toBeUndefined();
    advance(scheduler, 1);
    expect(failure).toBeInstanceOf(TxTimeoutError);
  });

  it('without a scheduler of its own, a tx operator elsewhere uses the timers of asyncScheduler', () => {
    const schedule = jest.spyOn(asyncScheduler, 'schedule');
    const { channel } = virtual();
    channel
      .send('A')
      .pipe(
        map((receipt) => receipt),
        txTimeout(10),
      )
      .subscribe()
      .unsubscribe();
    expect(schedule.mock.calls.map(([, ms]) => ms)).toEqual([10]);
    schedule.mockRestore();
  });

  it('with a scheduler of its own, a tx operator uses that', () => {
    const { scheduler, channel } = virtual();
    const own = new VirtualTimeScheduler();
    let failure: unknown;
    channel
      .send('A')
      .pipe(txTimeout(10, own))
      .subscribe({ error: (error: unknown) => (failure = error) });
    advance(scheduler, 100);
    expect(failure).toBeUndefined();
    advance(own, 10);
    expect(failure).toBeInstanceOf(TxTimeoutError);
  });

  it.each([['setTimeout'], [{}], [null], [{ now: () => 0 }]])('a wrong scheduler throws TypeError: %p', (scheduler) => {
    expect(() => new Mailbox(new ScriptedController(), { scheduler: scheduler as unknown as VirtualTimeScheduler })).toThrow(TypeError);
  });
});
