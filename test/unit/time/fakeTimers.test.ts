import { Mailbox, txTimeout } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { Journal } from '../../support/Journal';

const LIMIT = 20;
const PERIOD = 5;

/** A mailbox as an application has it: made once, used in many tests. One channel for each of what has a timer. */
function application() {
  const controller = new ScriptedController<string>({
    channelCount: 4,
    txDone: 'poll',
    txPollPeriod: PERIOD,
    window: 2,
    correlation: 'ordered',
    quarantine: LIMIT,
  });
  const mailbox = new Mailbox(controller);
  const [polled, limited, quarantined, paused] = [0, 1, 2, 3].map((index) => mailbox.requestChannel(index));
  return { controller, mailbox, polled: polled!, limited: limited!, quarantined: quarantined!, paused: paused! };
}
type Application = ReturnType<typeof application>;

/** Leaves a question, a limit, a quarantine and the end of a turn pending, and their timers. */
function firstTest({ polled, limited, quarantined, paused }: Application): void {
  polled.next('never answered');
  limited
    .send('limited')
    .pipe(txTimeout(LIMIT))
    .subscribe({ error: () => undefined });
  quarantined.send('left').subscribe().unsubscribe();
  paused.send('left').subscribe().unsubscribe();
  paused.next('waits');
}

/** Begins each of them anew. Returns by which millisecond each had come. */
function secondTest({ controller, polled, limited, quarantined, paused }: Application): Record<string, number> {
  const [polledLink, , quarantinedLink, pausedLink] = [0, 1, 2, 3].map((index) => controller.link(index));
  const came: Record<string, number> = {};
  let elapsed = 0;
  const pass = (ms: number): void => {
    for (; elapsed < ms; elapsed++) {
      if (quarantinedLink!.sent.at(-1)?.message === 'now') came['quarantine'] ??= elapsed;
      if (pausedLink!.sent.at(-1)?.message === 'waits') came['pause'] ??= elapsed;
      jest.advanceTimersByTime(1);
    }
  };
  polled.send('asked about').subscribe({ complete: () => (came['poll'] ??= elapsed) });
  polledLink!.setLastTxDone(polledLink!.sent.at(-1)!.token, true);
  limited
    .send('limited')
    .pipe(txTimeout(LIMIT))
    .subscribe({ error: () => (came['limit'] ??= elapsed) });
  paused.next('waits, too');
  const leaving = quarantined.send('left again').subscribe();
  pass(1);
  leaving.unsubscribe();
  quarantined.next('now');
  pass(3 * LIMIT);
  return came;
}

/** Nothing came early, and everything came: also the quarantine, although the first test's slot may be held for ever. */
function inTime(came: Record<string, number>): void {
  expect(Object.keys(came).sort()).toEqual(['limit', 'pause', 'poll', 'quarantine']);
  expect(came['poll']).toBeLessThanOrEqual(PERIOD);
  expect(came['pause']).toBeLessThanOrEqual(1);
  expect(came['limit']).toBeGreaterThanOrEqual(LIMIT - 1);
  expect(Math.max(came['limit']!, came['quarantine']! - 1)).toBeLessThanOrEqual(LIMIT + 2);
}

/** Not in a hook: real timers that run out while fake ones are installed could not be cleared by RxJS, and would go on for ever. */
function thenRealTimers(test: () => void): () => void {
  return () => {
    try {
      test();
    } finally {
      jest.useRealTimers();
    }
  };
}

const legacy = { legacyFakeTimers: true } as const;

describe('a mailbox that lives on while timers are switched: limits, polls, quarantines and ends of turns that begin later all come', () => {
  it.each<[string, before: () => void, switching: () => void]>([
    ['fake timers are installed', () => undefined, () => jest.useFakeTimers()],
    ['legacy fake timers are installed', () => undefined, () => jest.useFakeTimers(legacy)],
    ['nothing happens to fake timers', () => jest.useFakeTimers(), () => undefined],
    ['fake timers are cleared', () => jest.useFakeTimers(), () => jest.clearAllTimers()],
    ['fake timers are cleared after some time', () => jest.useFakeTimers(), () => (jest.advanceTimersByTime(7), jest.clearAllTimers())],
    ['legacy fake timers are cleared', () => jest.useFakeTimers(legacy), () => jest.clearAllTimers()],
    ['fake timers are uninstalled, and installed again', () => jest.useFakeTimers(), () => (jest.useRealTimers(), jest.useFakeTimers())],
    [
      'they are installed again at the same time',
      () => jest.useFakeTimers({ now: 0 }),
      () => (jest.useRealTimers(), jest.useFakeTimers({ now: 0 })),
    ],
    [
      'they are installed again at an earlier time, after some time',
      () => jest.useFakeTimers({ now: 1e6 }),
      () => (jest.advanceTimersByTime(12), jest.useRealTimers(), jest.useFakeTimers({ now: 0 })),
    ],
    ['modern ones follow legacy ones', () => jest.useFakeTimers(legacy), () => (jest.useRealTimers(), jest.useFakeTimers())],
    ['legacy ones follow modern ones', () => jest.useFakeTimers(), () => (jest.useRealTimers(), jest.useFakeTimers(legacy))],
    ['the wall clock is set forward', () => jest.useFakeTimers(), () => jest.setSystemTime(Date.now() + 3 * 3_600_000)],
    ['the wall clock is set back', () => jest.useFakeTimers(), () => jest.setSystemTime(Date.now() - 3 * 3_600_000)],
    ['the wall clock is set to 0', () => jest.useFakeTimers(), () => jest.setSystemTime(0)],
    ['fake timers leave performance alone', () => undefined, () => jest.useFakeTimers({ doNotFake: ['performance'] })],
  ])('when %s', (_when, before, switching) => {
    thenRealTimers(() => {
      before();
      const app = application();
      firstTest(app);
      switching();
      inTime(secondTest(app));
      app.mailbox.close();
    })();
  });

  it(
    'when that happens again and again',
    thenRealTimers(() => {
      const app = application();
      firstTest(app);
      for (let i = 0; i < 5; i++) {
        jest.useFakeTimers({ now: 0 });
        // Nothing of an earlier round holds a slot.
        for (const link of app.controller.links) {
          // What waited goes in flight, and ends with the next epoch.
          for (let epoch = 0; epoch < 3; epoch++) {
            link.down();
            link.up();
          }
          link.sent.length = 0;
        }
        firstTest(app);
        inTime(secondTest(app));
        jest.useRealTimers();
      }
      app.mailbox.close();
    }),
  );
});

describe('under fake timers', () => {
  afterEach(() => void jest.useRealTimers());

  it.each(['modern', 'legacy'])('a limit runs out without any microtask in between: %s', (kind) => {
    jest.useFakeTimers(kind === 'legacy' ? legacy : {});
    const channel = new Mailbox(new ScriptedController<string>()).requestChannel(0);
    const journal = new Journal();
    channel.send('A').pipe(txTimeout(100)).subscribe(journal.sender('A'));
    jest.advanceTimersByTime(99);
    expect(journal.lines).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(journal.lines).toEqual(['A ETIME unknown']);
  });

  it('a pause ends without any microtask in between', () => {
    jest.useFakeTimers();
    const controller = new ScriptedController<string>();
    const channel = new Mailbox(controller).requestChannel(0);
    channel.send('A').subscribe().unsubscribe();
    channel.next('B');
    expect(controller.link().sent).toHaveLength(1);
    jest.advanceTimersByTime(0);
    expect(controller.link().sent).toHaveLength(2);
  });

  it('and with microtasks everything comes at the same time', async () => {
    jest.useFakeTimers();
    const controller = new ScriptedController<string>();
    const channel = new Mailbox(controller).requestChannel(0);
    const journal = new Journal();
    channel.send('A').pipe(txTimeout(100)).subscribe(journal.sender('A'));
    await jest.advanceTimersByTimeAsync(99);
    expect(journal.lines).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(journal.lines).toEqual(['A ETIME unknown']);
  });

  it('limits of one length that began in one turn leave together, and those of the next turn do not', () => {
    jest.useFakeTimers();
    const controller = new ScriptedController<string>();
    const channel = new Mailbox(controller).requestChannel(0);
    const journal = new Journal();
    for (const name of ['A', 'B', 'C']) channel.send(name).pipe(txTimeout(10)).subscribe(journal.sender(name));
    jest.advanceTimersByTime(0);
    for (const name of ['D', 'E']) channel.send(name).pipe(txTimeout(10)).subscribe(journal.sender(name));
    jest.advanceTimersByTime(10);
    expect(journal.lines).toEqual(['A ETIME unknown', 'B ETIME not-sent', 'C ETIME not-sent', 'D ETIME unknown', 'E ETIME not-sent']);
    expect(controller.link().sent.map(({ message }) => message)).toEqual(['A', 'D']);
  });

  it('nothing is left when nothing is pending', () => {
    jest.useFakeTimers();
    const controller = new ScriptedController<string>({ window: 3 });
    const channel = new Mailbox(controller).requestChannel(0);
    for (const name of ['A', 'B']) channel.send(name).pipe(txTimeout(10)).subscribe();
    jest.advanceTimersByTime(1);
    channel.send('C').pipe(txTimeout(10)).subscribe();
    for (const token of [1, 2, 3]) controller.link().txDone({ token });
    expect(jest.getTimerCount()).toBe(0);
  });
});
