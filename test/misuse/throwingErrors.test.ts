import { config, type SchedulerLike } from 'rxjs';
import { txCancel, txTimeout } from 'rx-mailbox';
import { handmade } from '../support/handmade';
import { turnEnd } from '../support/turn';
import { unhandledErrors } from '../support/unhandled';

const oops = (): never => {
  throw new Error('oops');
};

/** Errors that throw, or are no text, when their message is read. */
const ERRORS: readonly [string, () => Error][] = [
  ['whose message throws', () => Object.defineProperty(new Error(), 'message', { get: oops })],
  ['whose message is a symbol', () => Object.assign(new Error(), { message: Symbol('text') })],
];

/** Time that stands still, and timers that throw when they are stopped. */
const badTimers = (): SchedulerLike => ({ now: () => 0, schedule: () => ({ unsubscribe: oops }) }) as unknown as SchedulerLike;

function quietly(act: () => void): void {
  unhandledErrors(() => {
    try {
      act();
    } catch {
      // Whoever called may learn of it. The channel has to go on.
    }
  });
}

describe('the channel goes on, and nobody is forgotten,', () => {
  it.each(ERRORS)('after sendData has thrown an error %s', (_what, makeError) => {
    const { channel, link, outcomeOf } = handmade();
    const { sendData } = link;
    link.sendData = (message, token) => {
      if (message === 'A') throw makeError();
      return sendData(message, token);
    };
    const settled: string[] = [];
    channel.txDone$.subscribe(({ message, error }) => settled.push(`${message} ${error?.code ?? 'ok'}`));
    quietly(() => channel.next('A'));
    expect([outcomeOf('B', 2), settled]).toEqual([['ok'], ['A EIO', 'B ok']]);
  });

  it.each(ERRORS)('after a tx-done from inside sendData with an error %s', (_what, makeError) => {
    const { channel, link, done, outcomeOf } = handmade();
    const { sendData } = link;
    link.sendData = (message, token) => {
      if (message === 'A') done(token, makeError());
      return sendData(message, token);
    };
    const settled: string[] = [];
    channel.txDone$.subscribe(({ message, error }) => settled.push(`${message} ${error?.code ?? 'ok'}`));
    quietly(() => channel.next('A'));
    expect([outcomeOf('B', 2), settled]).toEqual([['ok'], ['A EIO', 'B ok']]);
  });

  it('after a quarantine timer has thrown when a late tx-done stopped it', async () => {
    const { channel, link, done, outcomeOf } = handmade({
      controller: { correlation: 'ordered', window: 2, quarantine: 5 },
      scheduler: badTimers(),
    });
    const { sendData } = link;
    link.sendData = (message, token) => {
      if (message === 'B') done(1);
      return sendData(message, token);
    };
    quietly(() => channel.send('A').subscribe().unsubscribe());
    await turnEnd();
    quietly(() => channel.next('B'));
    quietly(() => done(2));
    expect(outcomeOf('C', 3)).toEqual(['ok']);
  });

  it('after the timer that ends a turn has thrown when it was stopped', async () => {
    config.onUnhandledError = () => undefined;
    const { channel, sent, done, outcomeOf } = handmade({ scheduler: badTimers() });
    channel.send('A').subscribe().unsubscribe();
    channel.next('B');
    await turnEnd();
    expect(sent).toEqual(['A', 'B']);
    done(2);
    expect(outcomeOf('C', 3)).toEqual(['ok']);
  });

  it('after the poll timer has thrown when it was stopped', () => {
    const { channel, events, link, done, outcomeOf } = handmade({ controller: { txPollPeriod: 5 }, scheduler: badTimers() });
    const { sendData } = link;
    link.sendData = () => 'busy';
    quietly(() => channel.next('A'));
    link.sendData = sendData;
    quietly(() => events.next({ type: 'ready' }));
    quietly(() => done(1));
    let outcome: string[] = [];
    quietly(() => (outcome = outcomeOf('B', 2)));
    expect(outcome).toEqual(['ok']);
  });

  it('after the reason of a signal has thrown', () => {
    const signal = Object.defineProperty(Object.assign(new EventTarget(), { aborted: false }), 'reason', { get: oops });
    const { channel, link, done, outcomeOf } = handmade({ controller: { window: 2 } });
    const { sendData } = link;
    channel
      .send('A')
      .pipe(txCancel(signal as unknown as AbortSignal))
      .subscribe({ error: () => undefined });
    link.sendData = (message, token) => {
      if (message === 'B') {
        Object.assign(signal, { aborted: true });
        signal.dispatchEvent(new Event('abort'));
      }
      return sendData(message, token);
    };
    quietly(() => channel.next('B'));
    for (const token of [1, 2]) quietly(() => done(token));
    expect(outcomeOf('C', 3)).toEqual(['ok']);
  });
});

it('a scheduler that throws when one clock starts does not keep the next clock from running', () => {
  const bad = { now: () => 0, schedule: oops } as unknown as SchedulerLike;
  const fired: (() => void)[] = [];
  let now = 0;
  const good = { now: () => now, schedule: (work: () => void) => (fired.push(work), { unsubscribe: () => undefined }) };
  const { channel } = handmade({ scheduler: good as unknown as SchedulerLike });
  const codes: string[] = [];
  quietly(() =>
    channel
      .send('A')
      .pipe(txTimeout({ inFlight: 1 }, bad), txTimeout({ inFlight: 2 }))
      .subscribe({ error: ({ code }: { code: string }) => codes.push(code) }),
  );
  now = 10;
  for (const work of fired) work();
  expect(codes).toEqual(['ETIME']);
});
