import { finalize, forkJoin, map, merge, range, Subject, Subscription, takeUntil } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { sendTo, txCancel, txTimeout, type Channel } from 'rx-mailbox';
import { handmade, type Handmade } from '../support/handmade';
import { outcome } from '../support/Journal';

// A screen is left, and with it a thousand sends that wait. Each test is one way in which applications do that (field report: component teardown).

const COUNT = 1000;
const names = Array.from({ length: COUNT }, (_, i) => `m${i}`);
const ignore = { error: () => undefined };

/** Sends all of them, and returns what gives all of them up at once. */
type Way = (channel: Channel<string, string, string>) => () => void;

const ways: Record<string, Way> = {
  'takeUntil(destroy$)': (channel) => {
    const destroy$ = new Subject<void>();
    for (const name of names) channel.send(name).pipe(takeUntil(destroy$)).subscribe();
    return () => destroy$.next();
  },
  'Subscription.add': (channel) => {
    const all = new Subscription();
    for (const name of names) all.add(channel.send(name).subscribe());
    return () => all.unsubscribe();
  },
  'an unsubscribed merge': (channel) => {
    const all = merge(...names.map((name) => channel.send(name))).subscribe();
    return () => all.unsubscribe();
  },
  'a forkJoin that fails': (channel) => {
    const failing = new Subject<void>();
    forkJoin([failing, ...names.map((name) => channel.send(name))]).subscribe(ignore);
    return () => failing.error('failed');
  },
  'an unsubscribed sendTo': (channel) => {
    const all = range(0, COUNT)
      .pipe(
        map((i) => names[i]!),
        sendTo(channel, COUNT),
      )
      .subscribe();
    return () => all.unsubscribe();
  },
  'txCancel with a subject': (channel) => {
    const destroy$ = new Subject<void>();
    for (const name of names) channel.send(name).pipe(txCancel(destroy$)).subscribe(ignore);
    return () => destroy$.next();
  },
  'txCancel with a signal': (channel) => {
    const abort = new AbortController();
    for (const name of names) channel.send(name).pipe(txCancel(abort.signal)).subscribe(ignore);
    return () => abort.abort();
  },
  'txCancel with a signal behind other operators': (channel) => {
    const abort = new AbortController();
    for (const name of names) {
      channel
        .send(name)
        .pipe(
          map((receipt) => receipt),
          txCancel(abort.signal),
        )
        .subscribe(ignore);
    }
    return () => abort.abort();
  },
  'the signal of sendAsync': (channel) => {
    const { signal, abort } = withAbort();
    for (const name of names) channel.sendAsync(name, { signal }).catch(() => undefined);
    return abort;
  },
};

function withAbort() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

function set(options: Handmade = {}) {
  const made = handmade({ ...options, options: { txQueueLength: COUNT, ...options.options } });
  const outcomes = new Map<string, number>();
  made.channel.txDone$.subscribe(({ error }) => {
    const text = error === undefined ? 'ok' : outcome(error);
    outcomes.set(text, (outcomes.get(text) ?? 0) + 1);
  });
  return { ...made, outcomes: () => Object.fromEntries(outcomes) };
}

const ONE_SENT = { 'ECANCELED unknown': 1, 'ECANCELED not-sent': 999 };

describe.each(Object.entries(ways))('component teardown, by %s: 1,000 sends on a tagged link of window 1', (_, way) => {
  it('puts nothing more on the wire', async () => {
    const { channel, sent, outcomes } = set();
    const giveUp = way(channel);
    await Promise.resolve();
    giveUp();
    await Promise.resolve();
    expect([sent, outcomes()]).toEqual([['m0'], ONE_SENT]);
  });

  it('lets the next message go within a microtask', async () => {
    const { channel, sent } = set();
    way(channel)();
    channel.next('next');
    expect(sent).toEqual(['m0']);
    await Promise.resolve();
    expect(sent).toEqual(['m0', 'next']);
  });

  it.each(['with the scheduler given', 'with the default one'])('in TestScheduler.run, %s: the next goes in the same frame', (given) => {
    const scheduler = new TestScheduler(() => undefined);
    scheduler.run(({ flush }) => {
      const { channel, sent, outcomes } = set(given === 'with the default one' ? {} : { scheduler });
      const giveUp = way(channel);
      const frames: unknown[] = [];
      scheduler.schedule(() => (giveUp(), channel.next('next'), frames.push(scheduler.now(), sent.length)), 5);
      scheduler.schedule(() => frames.push(scheduler.now(), sent.length), 6);
      flush();
      expect([frames, sent, outcomes()]).toEqual([[5, 1, 6, 2], ['m0', 'next'], ONE_SENT]);
    });
  });

  it('leaves no timer behind where nothing waits any more', () => {
    const scheduler = new TestScheduler(() => undefined);
    const { channel } = set({ scheduler });
    way(channel)();
    expect(scheduler.actions.filter(({ closed }) => !closed)).toEqual([]);
  });
});

describe('component teardown', () => {
  it('where one of a hundred says goodbye as it goes: the goodbyes follow', async () => {
    const { channel, sent, done } = set();
    const destroy$ = new Subject<void>();
    names.forEach((name, i) => {
      const sending = channel.send(name);
      const withBye = i % 100 === 50 ? sending.pipe(finalize(() => channel.next(`bye ${name}`))) : sending;
      withBye.pipe(takeUntil(destroy$)).subscribe();
    });
    destroy$.next();
    for (let token = 1; token <= 2 * COUNT; token++) {
      await Promise.resolve();
      done(token);
    }
    expect(sent).toEqual(['m0', ...names.filter((_, i) => i % 100 === 50).map((name) => `bye ${name}`)]);
  });

  it('with queueMicrotask faked', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick'] });
    try {
      const { channel, sent } = set();
      ways['takeUntil(destroy$)']!(channel)();
      channel.next('next');
      await Promise.resolve();
      expect(sent).toEqual(['m0', 'next']);
    } finally {
      jest.useRealTimers();
    }
  });

  it('a tx-done in the middle of it hands nothing over', async () => {
    const { channel, sent, done } = set();
    const subscriptions = names.map((name) => channel.send(name).subscribe());
    subscriptions[0]!.unsubscribe();
    done(1);
    subscriptions.forEach((subscription) => subscription.unsubscribe());
    await Promise.resolve();
    expect(sent).toEqual(['m0']);
  });

  it('a thousand limits that began in one turn run out together: 1 on the wire', () => {
    const scheduler = new TestScheduler(() => undefined);
    scheduler.run(({ flush }) => {
      const { channel, sent, outcomes } = set();
      for (const name of names) channel.send(name).pipe(txTimeout(100)).subscribe(ignore);
      flush();
      expect([sent, outcomes(), scheduler.now()]).toEqual([['m0'], { 'ETIME unknown': 1, 'ETIME not-sent': 999 }, 100]);
    });
  });

  it('a thousand limits begun by a loop that takes 20 ms: none runs out early, and 1 is on the wire', async () => {
    jest.useFakeTimers();
    try {
      const { channel, sent, outcomes } = set();
      for (const name of names) {
        channel.send(name).pipe(txTimeout(50)).subscribe(ignore);
        // Time goes by, and no timer gets a chance.
        jest.setSystemTime(Date.now() + 0.02);
      }
      await Promise.resolve();
      jest.advanceTimersByTime(49);
      expect(outcomes()).toEqual({});
      jest.advanceTimersByTime(1);
      expect([sent, outcomes()]).toEqual([['m0'], { 'ETIME unknown': 1, 'ETIME not-sent': 999 }]);
    } finally {
      jest.useRealTimers();
    }
  });
});
