import { asyncScheduler, VirtualTimeScheduler } from 'rxjs';
import { Mailbox, txTimeout } from 'rx-mailbox';
import { ScriptedController, type ScriptedOptions } from 'rx-mailbox/testing';
import { Journal } from '../support/Journal';
import { handedOver } from '../support/open';

// Clocks that jump, and timers that are taken away. Each test is named after a report of it.

const HOUR = 3_600_000;

function set(options: ScriptedOptions<string, string, void> = {}, quarantine?: number) {
  const controller = new ScriptedController<string, string>(options);
  const mailbox = new Mailbox(controller);
  const channel = mailbox.requestChannel(0, { txQueueLength: 20_000, ...(quarantine !== undefined && { quarantine }) });
  const journal = new Journal();
  return { channel, link: controller.link(), journal };
}

afterEach(() => jest.useRealTimers());

describe('a wall clock that is set', () => {
  beforeEach(() => jest.useFakeTimers());

  /** The time of day changes, and no time has gone by. */
  function setTheClock(by: number): void {
    jest.setSystemTime(Date.now() + by);
  }

  it.each([3 * HOUR, -3 * HOUR, 10_000])(
    'framework-portduino#78: by %i ms: a device that answers after 80 of 100 ms is in time',
    async (by) => {
      const { channel, link, journal } = set();
      channel.send('A').pipe(txTimeout(100)).subscribe(journal.sender('A'));
      await Promise.resolve();
      jest.advanceTimersByTime(40);
      setTheClock(by);
      jest.advanceTimersByTime(40);
      link.txDone({ token: 1 });
      expect(journal.lines).toEqual(['A ok']);
    },
  );

  it.each([3 * HOUR, -3 * HOUR, 10_000])('framework-portduino#78: by %i ms: limits begun 9 s apart last what they say', async (by) => {
    const { channel, journal } = set();
    const timedOut = (name: string): number[] => {
      const at: number[] = [];
      channel
        .send(name)
        .pipe(txTimeout(10_000))
        .subscribe({ error: () => at.push(performance.now()) });
      return at;
    };
    const begun = performance.now();
    const old = timedOut('A');
    await Promise.resolve();
    jest.advanceTimersByTime(9000);
    const young = timedOut('B');
    await Promise.resolve();
    jest.advanceTimersByTime(500);
    setTheClock(by);
    jest.advanceTimersByTime(20_000);
    expect([old, young].map(([at]) => Math.round(at! - begun))).toEqual([10_000, 19_000]);
    expect(journal.lines).toEqual([]);
  });

  it('resume from sleep: ten thousand limits, each begun in a turn of its own, under jumps: none early, none late', async () => {
    const { channel } = set({ window: 20_000 });
    const late: number[] = [];
    for (let i = 0; i < 10_000; i++) {
      const due = performance.now() + 100;
      channel
        .send(`m${i}`)
        .pipe(txTimeout(100))
        .subscribe({ error: () => late.push(Math.round(performance.now() - due)) });
      await Promise.resolve();
      if (i % 20 === 0) jest.advanceTimersByTime(1);
      if (i === 3000) setTheClock(3 * HOUR);
      if (i === 6000) setTheClock(-6 * HOUR);
      if (i === 9000) setTheClock(10_000);
    }
    jest.advanceTimersByTime(200);
    expect([late.length, Math.min(...late), Math.max(...late)]).toEqual([10_000, 0, 0]);
  });

  it('a scheduler that was given is taken as it is', async () => {
    const controller = new ScriptedController<string, string>();
    const channel = new Mailbox(controller, { scheduler: asyncScheduler }).requestChannel(0);
    const journal = new Journal();
    channel.send('A').pipe(txTimeout(100)).subscribe(journal.sender('A'));
    jest.advanceTimersByTime(99);
    expect(journal.lines).toEqual([]);
    jest.advanceTimersByTime(2);
    expect(journal.lines).toEqual(['A ETIME unknown']);
  });
});

describe('fake timers between two sends on one mailbox', () => {
  /** What may happen to timers that somebody waits for. */
  const troubles: Record<string, () => void> = {
    'are cleared': () => jest.clearAllTimers(),
    'are installed anew': () => {
      jest.useRealTimers();
      jest.useFakeTimers();
    },
    'are installed anew at the same time': () => {
      jest.useRealTimers();
      jest.useFakeTimers({ now: 0 });
    },
    'are reset and go on an hour later': () => {
      jest.clearAllTimers();
      jest.setSystemTime(Date.now() + HOUR);
    },
  };

  describe.each(Object.entries(troubles))('that %s (field report: Jest and sinon)', (_, trouble) => {
    beforeEach(() => jest.useFakeTimers({ now: 0 }));

    it('a limit of the second send runs out', () => {
      const { channel, journal } = set();
      channel.send('A').pipe(txTimeout(100)).subscribe();
      jest.advanceTimersByTime(10);
      trouble();
      channel.send('B').pipe(txTimeout(100)).subscribe(journal.sender('B'));
      jest.advanceTimersByTime(100);
      expect(journal.lines).toEqual(['B ETIME not-sent']);
    });

    it('a limit of the second send runs out, also where no time has gone by since the first', () => {
      const { channel, journal } = set();
      channel.send('A').pipe(txTimeout(100)).subscribe();
      trouble();
      channel.send('B').pipe(txTimeout(100)).subscribe(journal.sender('B'));
      jest.advanceTimersByTime(100);
      expect(journal.lines).toEqual(['B ETIME not-sent']);
    });

    it('a second send is asked about', () => {
      const { channel, link, journal } = set({ txDone: 'poll', window: 2 });
      channel.send('A').subscribe();
      trouble();
      channel.send('B').subscribe(journal.sender('B'));
      link.setLastTxDone(2, true);
      jest.advanceTimersByTime(1);
      expect(journal.lines).toEqual(['B ok']);
    });

    it('a second send is asked about again and again', () => {
      const { channel, link, journal } = set({ txDone: 'poll', window: 2 });
      channel.send('A').subscribe();
      jest.advanceTimersByTime(10);
      trouble();
      channel.send('B').subscribe(journal.sender('B'));
      jest.advanceTimersByTime(10);
      link.setLastTxDone(2, true);
      jest.advanceTimersByTime(2);
      expect(journal.lines).toEqual(['B ok']);
    });

    it('the quarantine of a second slot ends', () => {
      const { channel, link } = set({ correlation: 'ordered', window: 2 }, 50);
      const [a, b] = ['A', 'B'].map((name) => channel.send(name).subscribe());
      a!.unsubscribe();
      jest.advanceTimersByTime(10);
      trouble();
      b!.unsubscribe();
      channel.next('C');
      expect(handedOver(link)).toBe('A B');
      jest.advanceTimersByTime(50);
      expect(handedOver(link)).toBe('A B C');
    });
  });

  it('field report: real timers that stand when fake ones come still fire', async () => {
    const { channel } = set();
    const told = new Promise((resolve) => void channel.send('A').pipe(txTimeout(5)).subscribe({ error: resolve }));
    await Promise.resolve();
    jest.useFakeTimers();
    jest.useRealTimers();
    await told;
    channel.close();
  });
});

describe('a timer that a virtual scheduler has', () => {
  it('field report: is given back with the last clock', () => {
    const scheduler = new VirtualTimeScheduler();
    const controller = new ScriptedController<string, string>();
    const channel = new Mailbox(controller, { scheduler }).requestChannel(0);
    channel.send('A').pipe(txTimeout(100)).subscribe();
    controller.link().txDone({ token: 1 });
    expect(scheduler.actions.filter(({ closed }) => !closed)).toEqual([]);
  });
});
