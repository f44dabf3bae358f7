import { EMPTY, from, NEVER, Observable, queueScheduler, VirtualTimeScheduler, type SchedulerLike } from 'rxjs';
import { Mailbox, sendTo, txTimeout, type MailboxLink } from 'rx-mailbox';
import { handmade } from '../support/handmade';
import { Journal } from '../support/Journal';

// Schedules at the edges: what stands for a closed channel, what is begun by the end of a turn, and other people's timers and schedulers.

const live = ({ actions }: VirtualTimeScheduler): number => actions.filter(({ closed }) => !closed).length;

describe('a channel that has closed with a refused head', () => {
  it.each(['irq', 'poll'] as const)('is not visited by the poll timer any more, %s', (txDone) => {
    const scheduler = new VirtualTimeScheduler(undefined, 100);
    const { channel } = handmade({
      scheduler,
      controller: { txDone, txPollPeriod: 1 },
      link: { sendData: () => 'busy', lastTxDone: () => false },
    });
    channel.next('A');
    channel.close();
    // Any call that notifies.
    channel.complete();
    scheduler.flush();
    expect(live(scheduler)).toBe(0);
  });

  it.each(['irq', 'poll'] as const)('from inside the sendData that refuses leaves no timer behind, %s', (txDone) => {
    const scheduler = new VirtualTimeScheduler(undefined, 100);
    const set = handmade({
      scheduler,
      controller: { txDone },
      link: { sendData: () => (set.channel.close(), 'busy'), lastTxDone: () => false },
    });
    set.channel.next('A');
    expect(live(scheduler)).toBe(0);
  });
});

it('sendTo that waits for a place in a queue that others fill ends when the channel closes', () => {
  const { channel } = handmade({ options: { txQueueLength: 1 } });
  for (const name of ['X', 'Y']) channel.next(name);
  const seen: string[] = [];
  from(['A', 'B'])
    .pipe(sendTo(channel))
    .subscribe({ next: ({ message, error }) => seen.push(`${message} ${error?.code}`), complete: () => seen.push('complete') });
  channel.close();
  expect(seen).toEqual(['A ESHUTDOWN', 'B ESHUTDOWN', 'complete']);
});

it('a message from inside abort, in a pause that nothing waited for, goes out in synchronous virtual time', () => {
  const scheduler = new VirtualTimeScheduler();
  const set = handmade({
    scheduler,
    controller: { window: 2 },
    link: { abort: (token) => (token === 2 ? set.channel.next('C') : undefined) },
  });
  const a = set.channel.send('A').subscribe();
  set.channel
    .send('B')
    .pipe(txTimeout(10))
    .subscribe({ error: () => undefined });
  scheduler.schedule(() => a.unsubscribe(), 10);
  scheduler.flush();
  expect(set.sent).toEqual(['A', 'B', 'C']);
});

it("a limit that runs out behind a refused head is no occasion to try that head again, as another message's leave is none", () => {
  const scheduler = new VirtualTimeScheduler();
  let attempts = 0;
  const { channel } = handmade({ scheduler, link: { sendData: () => (attempts++, 'busy') } });
  channel.next('A');
  channel
    .send('B')
    .pipe(txTimeout(10))
    .subscribe({ error: () => undefined });
  const before = attempts;
  scheduler.flush();
  expect(attempts).toBe(before);
});

it('a message that arrives from inside a receiver comes to each receiver after the one before', () => {
  const set = handmade({
    link: {
      sendData: (message) => {
        set.events.next({ type: 'received', message: `reply to ${message}` });
        return 'accepted';
      },
    },
  });
  const seen: string[] = [];
  set.channel.subscribe((message) => {
    seen.push(`first ${message}`);
    if (message === 'hello') set.channel.next('A');
  });
  set.channel.subscribe((message) => seen.push(`second ${message}`));
  set.events.next({ type: 'received', message: 'hello' });
  expect(seen).toEqual(['first hello', 'second hello', 'first reply to A', 'second reply to A']);
});

describe('an end of a turn that nothing needs any more is given back', () => {
  it('after down', () => {
    const scheduler = new VirtualTimeScheduler();
    const { channel, events } = handmade({ scheduler, controller: { correlation: 'untagged' }, link: { reset: () => NEVER } });
    channel.send('A').subscribe().unsubscribe();
    events.next({ type: 'down' });
    expect(live(scheduler)).toBe(0);
  });
});

it('a scheduler that throws when a refused head is to be tried again stops no other channel, and makes no unhandled rejection', async () => {
  const scheduler: SchedulerLike = {
    now: () => 0,
    schedule: () => {
      throw new Error('no time');
    },
  };
  const rejections: unknown[] = [];
  const listener = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', listener);
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
  try {
    const sent: string[] = [];
    const links = [0, 1].map(() => handmade({}));
    const mailbox = new Mailbox<string, string, string>(
      {
        name: 'two',
        channelCount: 2,
        txDone: 'irq',
        correlation: 'tagged',
        open: (index): MailboxLink<string, string, string> => ({
          events$: links[index]!.events,
          sendData: (message) => {
            sent.push(message);
            if (message !== 'B') return 'accepted';
            links[index]!.events.next({ type: 'ready' });
            return 'busy';
          },
        }),
      },
      { scheduler },
    );
    const [first, second] = [mailbox.requestChannel(0), mailbox.requestChannel(1)];
    const leavers = [first.send('A').subscribe(), second.send('C').subscribe()];
    first.next('B');
    second.next('D');
    for (const leaver of leavers) leaver.unsubscribe();
    await new Promise((resolve) => setImmediate(resolve));
    expect([sent, rejections]).toEqual([['A', 'C', 'B', 'D'], []]);
  } finally {
    process.off('unhandledRejection', listener);
    jest.clearAllTimers();
    jest.useRealTimers();
  }
});

it('what a reset() that another channel begins at the end of a turn makes leave belongs to the next turn', () => {
  const scheduler = new VirtualTimeScheduler();
  const sent: string[] = [];
  const links = [0, 1].map(() => handmade({}));
  const mailbox = new Mailbox<string, string, string>(
    {
      name: 'two',
      channelCount: 2,
      txDone: 'irq',
      correlation: 'untagged',
      open: (index): MailboxLink<string, string, string> => ({
        events$: links[index]!.events,
        sendData: (message) => (sent.push(message), 'accepted'),
        ...(index === 0 && {
          reset: () => {
            c.unsubscribe();
            second.next('D');
            sent.push('end of the reset call');
            return EMPTY;
          },
        }),
      }),
    },
    { scheduler },
  );
  const [first, second] = [mailbox.requestChannel(0), mailbox.requestChannel(1, { quarantine: 0 })];
  const a = first.send('A').subscribe();
  const b = second.send('B').subscribe();
  const c = second.send('C').subscribe();
  a.unsubscribe();
  b.unsubscribe();
  const steps: string[][] = [];
  scheduler.schedule(() => steps.push([...sent]));
  scheduler.flush();
  // The next turn's end is the next 0 ms task: D is out only after that.
  expect([steps[0], sent.at(-1)]).toEqual([['A', 'B', 'end of the reset call'], 'D']);
});

describe('timers', () => {
  describe('that were fake, and are cleared', () => {
    beforeEach(() => jest.useFakeTimers({ now: 0 }));
    afterEach(() => jest.useRealTimers());

    it('silence no poll link whose window is full', () => {
      let taken = false;
      const set = handmade({ controller: { txDone: 'poll', correlation: 'untagged' }, link: { lastTxDone: () => taken } });
      set.channel.next('A');
      jest.advanceTimersByTime(5);
      jest.clearAllTimers();
      taken = true;
      set.channel.next('B');
      jest.advanceTimersByTime(20);
      expect(set.sent).toEqual(['A', 'B']);
    });

    it('do not end the attempts 1 ms later', () => {
      let attempts = 0;
      const set = handmade({
        link: {
          sendData: () => {
            attempts++;
            set.events.next({ type: 'ready' });
            return 'busy';
          },
        },
      });
      set.channel.next('A');
      jest.clearAllTimers();
      set.channel.next('B');
      const before = attempts;
      jest.advanceTimersByTime(5);
      set.channel.close();
      expect(attempts).toBeGreaterThan(before);
    });
  });

  it('that were fake when the library was imported are fake: Jest with enableGlobally', () => {
    jest.useFakeTimers();
    try {
      jest.isolateModules(() => {
        // eslint-disable-next-line @typescript-eslint/no-require-imports -- imported now
        const fresh = require('rx-mailbox') as typeof import('rx-mailbox');
        const set = handmade({});
        const channel = new fresh.Mailbox<string, string, string>({
          name: 'c',
          channelCount: 1,
          txDone: 'irq',
          correlation: 'tagged',
          open: () => set.link,
        }).requestChannel(0);
        const journal = new Journal();
        channel.send('A').pipe(fresh.txTimeout(100)).subscribe(journal.sender('A'));
        jest.advanceTimersByTime(101);
        expect(journal.lines).toEqual(['A ETIME unknown']);
      });
    } finally {
      jest.useRealTimers();
    }
  });
});

it('queueScheduler, whose 0 ms tasks are synchronous, loses no report', () => {
  const set = handmade({
    scheduler: queueScheduler,
    controller: { correlation: 'untagged' },
    link: { reset: () => (set.channel.close(), EMPTY) },
  });
  const journal = new Journal();
  journal.reports(set.channel);
  set.channel.send('A').subscribe().unsubscribe();
  expect(journal.lines).toEqual(['report A ECANCELED unknown', 'txDone$ completed']);
});

it('an answer that cannot even be looked at fails its own message', () => {
  const set = handmade({
    link: {
      sendData: () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy as never;
      },
    },
  });
  const journal = new Journal();
  set.channel.send('A').subscribe(journal.sender('A'));
  expect(journal.lines).toEqual(['A EIO unknown']);
});

it('a channel that fails to start after it was given to another owner stays with that owner', () => {
  let starts = 0;
  const link = handmade({}).link;
  const controller = {
    name: 'c',
    channelCount: 1,
    txDone: 'irq' as const,
    correlation: 'tagged' as const,
    open: () => ({
      ...link,
      events$: new Observable<never>((subscriber) => {
        if (++starts > 1) return;
        first.close();
        second.requestChannel(0);
        subscriber.error(new Error('start'));
      }),
    }),
  };
  const [first, second, third] = [new Mailbox(controller), new Mailbox(controller), new Mailbox(controller)];
  expect(() => first.requestChannel(0)).toThrow('start');
  expect(() => third.requestChannel(0)).toThrow('has an owner');
});
