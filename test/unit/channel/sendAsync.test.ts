import { Mailbox, isMailboxError, type MailboxErrorCode } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';
import { ScriptedController } from 'rx-mailbox/testing';
import { VirtualTimeScheduler } from 'rxjs';

function open(): { channel: ReturnType<Mailbox<string>['requestChannel']>; controller: ScriptedController; time: VirtualTimeScheduler } {
  const time = new VirtualTimeScheduler();
  const controller = new ScriptedController();
  return { channel: new Mailbox(controller, { scheduler: time }).requestChannel(0), controller, time };
}

async function failure(promise: Promise<unknown>): Promise<{ code: MailboxErrorCode; delivery: string; cause: unknown }> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isMailboxError(error)) throw new Error('did not fail with an error of this library');
  return { code: error.code, delivery: error.delivery, cause: error.cause };
}

describe('channel.sendAsync(message, options)', () => {
  it('promises the receipt', async () => {
    const log: unknown[] = [];
    // #region example
    const [near, far] = createLoopback<string>();
    const channel = new Mailbox(near).requestChannel(0);
    new Mailbox(far).requestChannel(0).subscribe((message) => log.push(message));

    const { token } = await channel.sendAsync('hello', { timeout: 1000, signal: AbortSignal.timeout(5000) });
    // #endregion example
    expect([token, ...log]).toEqual([1, 'hello']);
  });

  it('sends at once, also when nobody awaits it', () => {
    const { channel, controller } = open();
    void channel.sendAsync('A');
    expect(controller.link().sent.map(({ message }) => message)).toEqual(['A']);
  });

  it('gives each caller its own outcome', async () => {
    const { channel, controller } = open();
    const first = channel.sendAsync('A');
    const second = channel.sendAsync('B');
    controller.link().txDone({ token: 1 });
    controller.link().txDone({ token: 2, error: 'bad' });
    expect((await first).token).toBe(1);
    expect(await failure(second)).toEqual({ code: 'EIO', delivery: 'sent', cause: 'bad' });
  });

  it('times out by each of the three clocks', async () => {
    const { channel, time } = open();
    const inFlight = channel.sendAsync('A', { timeout: { inFlight: 5 } });
    const queued = channel.sendAsync('B', { timeout: { queued: 3 } });
    const total = channel.sendAsync('C', { timeout: 4 });
    time.flush();
    expect(await failure(queued)).toMatchObject({ code: 'ETIME', delivery: 'not-sent' });
    expect(await failure(total)).toMatchObject({ code: 'ETIME', delivery: 'not-sent' });
    expect(await failure(inFlight)).toMatchObject({ code: 'ETIME', delivery: 'unknown' });
  });

  it('is canceled by its signal', async () => {
    const { channel, controller } = open();
    const abort = new AbortController();
    channel.next('first');
    const waiting = channel.sendAsync('A', { signal: abort.signal });
    abort.abort('enough');
    expect(await failure(waiting)).toEqual({ code: 'ECANCELED', delivery: 'not-sent', cause: 'enough' });
    controller.link().txDone({ token: 1 });
    expect(controller.link().sent.map(({ message }) => message)).toEqual(['first']);
  });

  it('with a signal that is aborted already sends nothing and makes no report', async () => {
    const { channel, controller } = open();
    const reports: unknown[] = [];
    channel.txDone$.subscribe((report) => reports.push(report));
    expect(await failure(channel.sendAsync('A', { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'ECANCELED',
      delivery: 'not-sent',
    });
    expect([controller.link().sent, reports]).toEqual([[], []]);
  });

  it('rejects where send() errors: a full queue, a closed channel', async () => {
    const { channel } = open();
    for (let i = 0; i <= 20; i++) channel.next('waits');
    expect(await failure(channel.sendAsync('A'))).toMatchObject({ code: 'ENOBUFS' });
    channel.close();
    expect(await failure(channel.sendAsync('A'))).toMatchObject({ code: 'ESHUTDOWN' });
  });

  it('settles on close', async () => {
    const { channel } = open();
    const both = [channel.sendAsync('A'), channel.sendAsync('B')];
    channel.close();
    expect(await Promise.all(both.map(failure))).toMatchObject([{ delivery: 'unknown' }, { delivery: 'not-sent' }]);
  });

  it.each<[string, unknown, RegExp]>([
    ['options', 5, /^options is 5; expected an object$/],
    ['options.timeout', { timeout: 0 }, /^options\.timeout is 0; expected milliseconds, 1 to 2147483647$/],
    ['options.timeout', { timeout: {} }, /^options\.timeout has no clock/],
    ['options.timeout.queued', { timeout: { queued: -1 } }, /^options\.timeout\.queued is -1/],
    ['options.signal', { signal: 'stop' }, /^options\.signal is "stop"; expected an AbortSignal$/],
  ])('refuses a wrong %s at the call, and sends nothing', (_name, options, text) => {
    const { channel, controller } = open();
    expect(() => channel.sendAsync('A', options as { timeout: number })).toThrow(text);
    expect(controller.link().sent).toEqual([]);
  });
});
