import { map, mergeMap, NEVER, of, throwError, type Subscription } from 'rxjs';
import type { LinkEvent } from 'rx-mailbox';
import { marbles, script, ScriptedController, type ScriptedLink, type ScriptedOptions } from 'rx-mailbox/testing';

type Options = ScriptedOptions<string, string, string>;

function opened<Tx, Rx, Ack>(controller: ScriptedController<Tx, Rx, Ack>): ScriptedLink<Tx, Rx, Ack> {
  controller.open(0);
  return controller.link();
}

function start(options: Options = {}): { link: ScriptedLink<string, string, string>; seen: unknown[]; running: Subscription } {
  const controller = new ScriptedController<string, string, string>(options);
  controller.open(0);
  const link = controller.link();
  const seen: unknown[] = [];
  const running = link.events$.subscribe({
    next: (event) => seen.push(event),
    error: (reason: unknown) => seen.push(['error', reason]),
    complete: () => seen.push('complete'),
  });
  return { link, seen, running };
}

describe('ScriptedLink', () => {
  it('accepts and records messages', () => {
    const { link, seen } = start({ scheduler: { now: () => 7, schedule: () => NEVER.subscribe() } });
    expect([link.sendData('A', 1), link.sendData('B', 2)]).toEqual(['accepted', 'accepted']);
    expect(link.sent).toEqual([
      { message: 'A', token: 1, at: 7 },
      { message: 'B', token: 2, at: 7 },
    ]);
    expect(link.outstanding).toEqual(link.sent);
    expect(seen).toEqual([]);
  });

  it.each([
    ['tagged', { type: 'txDone', token: 1, ack: 'x' }],
    ['ordered', { type: 'txDone', ack: 'x' }],
    ['untagged', { type: 'txDone', ack: 'x' }],
  ] as const)('emits the tx-done of the oldest message, %s', (correlation, event) => {
    const { link, seen } = start({ correlation });
    link.sendData('A', 1);
    link.sendData('B', 2);
    link.txDoneOldest({ ack: 'x' });
    expect(seen).toEqual([event]);
    expect(link.outstanding.map(({ token }) => token)).toEqual([2]);
  });

  it('emits a tx-done without a token if nothing is outstanding', () => {
    const { link, seen } = start();
    link.txDoneOldest();
    expect(seen).toEqual([{ type: 'txDone' }]);
  });

  it('removes a message from outstanding at its tx-done, and none at an unknown one', () => {
    const { link, seen } = start();
    link.sendData('A', 1);
    link.sendData('B', 2);
    link.txDone({ token: 2, error: 'bad' });
    link.txDone({ token: 9 });
    expect(seen).toEqual([
      { type: 'txDone', token: 2, error: 'bad' },
      { type: 'txDone', token: 9 },
    ]);
    expect(link.outstanding.map(({ token }) => token)).toEqual([1]);
  });

  it('answers a poll with what was set, and with false otherwise', () => {
    const { link, seen } = start({ txDone: 'poll' });
    for (const token of [1, 2, 3]) link.sendData('A', token);
    link.txDoneOldest();
    link.txDoneOldest({ ack: 'second' });
    expect(link.outstanding).toHaveLength(3);
    expect([1, 2, 3].map((token) => link.lastTxDone!(token))).toEqual([true, { ack: 'second' }, false]);
    expect(link.outstanding.map(({ token }) => token)).toEqual([3]);
    link.setLastTxDone(3, { error: 'bad' });
    expect(link.lastTxDone!(3)).toEqual({ error: 'bad' });
    expect(link.polled.map(({ token }) => token)).toEqual([1, 2, 3, 3]);
    expect(seen).toEqual([]);
  });

  it('refuses the given number of times', () => {
    const { link } = start();
    link.refuse(2);
    expect([1, 2, 3].map((token) => link.sendData('A', token))).toEqual(['busy', 'busy', 'accepted']);
    expect([link.refused.map(({ token }) => token), link.sent.map(({ token }) => token)]).toEqual([[1, 2], [3]]);
  });

  it('refuses until ready', () => {
    const { link, seen } = start();
    link.refuseUntilReady();
    expect([1, 2].map((token) => link.sendData('A', token))).toEqual(['busy', 'busy']);
    link.ready();
    expect(link.sendData('A', 3)).toBe('accepted');
    expect(seen).toEqual([{ type: 'ready' }]);
  });

  it('throws the given number of times, even falsy errors', () => {
    const { link } = start();
    link.throwOnSend(new Error('no'), 2);
    link.throwOnSend(undefined);
    expect(() => link.sendData('A', 1)).toThrow('no');
    expect(() => link.sendData('A', 1)).toThrow('no');
    let thrown = false;
    try {
      link.sendData('A', 1);
    } catch (error) {
      thrown = error === undefined;
    }
    expect(thrown).toBe(true);
    expect([link.sendData('A', 1), link.sent.length]).toEqual(['accepted', 1]);
  });

  it('can emit a tx-done inside sendData', () => {
    const { link, seen } = start({ onSend: (message, token, it) => it.txDone({ token, ack: message }) });
    link.sendData('A', 1);
    expect(seen).toEqual([{ type: 'txDone', token: 1, ack: 'A' }]);
    expect(link.outstanding).toEqual([]);
  });

  it('clears outstanding when it goes down', () => {
    const { link, seen } = start();
    link.sendData('A', 1);
    link.down();
    expect(link.outstanding).toEqual([]);
    link.up();
    link.down('cable');
    expect(seen).toEqual([{ type: 'down' }, { type: 'up' }, { type: 'down', reason: 'cable' }]);
  });

  it('has no optional operation by default', () => {
    const { link } = start();
    expect([link.lastTxDone, link.flush, link.abort, link.reset, link.peekData]).toEqual(Array(5).fill(undefined));
  });

  it('has the optional operations of the options, and counts their calls', () => {
    const { link } = start({ abort: true, flush: () => of(1), reset: () => of(1), peekData: () => true });
    link.sendData('A', 1);
    link.abort!(1);
    expect(link.aborted).toEqual([1]);
    expect(link.peekData!()).toBe(true);
    expect(link.flush!(30)).toBeDefined();
    expect(link.flushed).toEqual([30]);
    const reset = link.reset!();
    expect([link.resets, link.outstanding.length]).toEqual([0, 1]);
    (reset as ReturnType<typeof of>).subscribe();
    expect([link.resets, link.outstanding.length]).toEqual([1, 0]);
  });

  it('keeps outstanding if reset fails', () => {
    const { link } = start({ reset: () => throwError(() => 'no') });
    link.sendData('A', 1);
    (link.reset!() as ReturnType<typeof of>).subscribe({ error: () => undefined });
    expect([link.resets, link.outstanding.length]).toEqual([1, 1]);
  });

  it('counts starts and stops, and is silent after shutdown', () => {
    const { link, seen, running } = start();
    expect([link.started, link.stopped]).toEqual([1, 0]);
    running.unsubscribe();
    link.received('late');
    expect([link.started, link.stopped, seen]).toEqual([1, 1, []]);
  });

  it('emits after shutdown if talksAfterShutdown is set', () => {
    const { link, seen, running } = start({ talksAfterShutdown: true });
    running.unsubscribe();
    link.received('late');
    link.fail('later');
    link.end();
    expect(seen).toEqual([{ type: 'received', message: 'late' }, ['error', 'later'], 'complete']);
    expect(link.stopped).toBe(1);
  });

  it('errors and completes', () => {
    const failed = start();
    failed.link.fail('broken');
    expect([failed.seen, failed.link.stopped]).toEqual([[['error', 'broken']], 1]);
    const ended = start();
    ended.link.end();
    expect([ended.seen, ended.link.stopped]).toEqual([['complete'], 1]);
  });

  it('can emit during startup', () => {
    const { seen } = start({ onStart: (link) => link.down('not yet') });
    expect(seen).toEqual([{ type: 'down', reason: 'not yet' }]);
  });

  it('throws if a test makes it emit before it is started', () => {
    const uart = new ScriptedController({ name: 'uart' });
    uart.open(0);
    expect(() => uart.link().received('x')).toThrow('uart: channel 0 is not started');
  });

  it(
    'plays a script while it is subscribed',
    marbles(({ script, expectObservable }) => {
      const controller = new ScriptedController({
        correlation: 'ordered',
        script: script('-d-(xu)-m-n', { n: { type: 'received', message: 'M' } }),
      });
      const values: Record<string, LinkEvent<string, void>> = {
        d: { type: 'txDone' },
        x: { type: 'down' },
        u: { type: 'up' },
        m: { type: 'received', message: 'm' },
      };
      expectObservable(controller.open(0).events$, '^--------!').toBe('-d-(xu)-m', values);
    }),
  );

  it(
    'plays events for which there is no letter',
    marbles(({ script, expectObservable, flush }) => {
      const link = opened(new ScriptedController<string, number>({ script: script('-t-', { t: { type: 'txDone', token: 2 } }) }));
      for (const token of [1, 2, 3]) link.sendData('A', token);
      expectObservable(link.events$).toBe('-t-', { t: { type: 'txDone', token: 2 } });
      flush();
      expect(link.outstanding.map(({ token }) => token)).toEqual([1, 3]);
    }),
  );

  it(
    'plays a cold script from its own start',
    marbles(({ cold, hot, expectObservable }) => {
      const controller = new ScriptedController({ script: script(cold, '--m-u') });
      const events$ = hot('---s').pipe(mergeMap(() => controller.open(0).events$));
      expectObservable(events$).toBe('-----m-u', { m: { type: 'received', message: 'm' }, u: { type: 'up' } });
    }),
  );

  it(
    'ends as its script ends',
    marbles(({ script, expectObservable }) => {
      expectObservable(new ScriptedController({ script: script('--|') }).open(0).events$).toBe('--|');
      expectObservable(new ScriptedController({ script: script('--#', {}, 'gone') }).open(0).events$).toBe('--#', undefined, 'gone');
    }),
  );

  it(
    'refuses between b and r',
    marbles(({ script, hot, expectObservable }) => {
      const link = opened(new ScriptedController({ script: script('-b-r') }));
      expectObservable(link.events$).toBe('             ---r', { r: { type: 'ready' } });
      const answers$ = hot('                            0-1-2').pipe(map((n) => link.sendData(n, 0)));
      expectObservable(answers$).toBe('                 a-b-a', { a: 'accepted', b: 'busy' });
    }),
  );
});
