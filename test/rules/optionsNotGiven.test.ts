import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { Mailbox, txTimeout, type Channel, type ChannelOptions } from 'rx-mailbox';
import { ScriptedController, type ScriptedLink, type ScriptedOptions } from 'rx-mailbox/testing';

/** Notes which properties of an object are read. */
function watched<T extends object>(object: T, read: string[]): T {
  return new Proxy(object, {
    get: (target, name, receiver) => {
      read.push(String(name));
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
}

/** Some are displaced, or end with the channel. */
const ignored = { error: () => undefined };

/** Sends in each way, past the window, and has everything taken. */
function use(channel: Channel<string, string, string>, link: ScriptedLink<string, string, string>): void {
  for (let i = 0; i < 3; i++) {
    channel.send('A').subscribe(ignored);
    channel.next('B');
  }
  for (let i = 0; i < 6; i++) link.txDoneOldest();
}

/** It has a clock of its own for what it records. */
function device(options: ScriptedOptions<string, string, string> = {}): ScriptedController<string, string, string> {
  return new ScriptedController({ scheduler: asyncScheduler, ...options });
}

/** What else than the sends themselves is done, while a channel with these options is used. */
function effortOf(options: ChannelOptions<string>, controller = device()): Record<string, number> {
  let asked = 0;
  let scheduled = 0;
  const scheduler: SchedulerLike = {
    now: () => (asked++, asyncScheduler.now()),
    schedule: (...args) => (scheduled++, asyncScheduler.schedule(...(args as Parameters<SchedulerLike['schedule']>))),
  };
  const mailbox = new Mailbox(controller, { scheduler });
  const channel = mailbox.requestChannel(0, options);
  const link = controller.link();
  const spies = {
    maps: jest.spyOn(Map.prototype, 'set'),
    weakMaps: jest.spyOn(WeakMap.prototype, 'set'),
    promises: jest.spyOn(Promise.prototype, 'then'),
  };
  try {
    use(channel, link);
    const calls = Object.entries(spies).map(([what, spy]) => [what, spy.mock.calls.length] as const);
    return { ...Object.fromEntries(calls), 'clock readings': asked, timers: scheduled };
  } finally {
    for (const spy of Object.values(spies)) spy.mockRestore();
    channel.close();
  }
}

const nothing = { maps: 0, weakMaps: 0, promises: 0, 'clock readings': 0, timers: 0 };

describe('an option that is not given costs nothing (rule 9)', () => {
  it('without any, a send makes no map entry, no promise, no timer, and reads no clock', () => {
    expect(effortOf({})).toEqual(nothing);
  });

  it('nor with those that say the default', () => {
    expect(effortOf({ whileDown: 'wait', overflow: 'reject' })).toEqual(nothing);
  });

  it('one that is given does no more before it is needed', () => {
    expect(effortOf({ whileDown: 'fail', overflow: 'drop-oldest', latest: () => undefined })).toEqual(nothing);
  });

  it('only a key has to be kept', () => {
    expect(effortOf({ latest: (message) => message }).weakMaps).toBeGreaterThan(0);
  });

  it('only a message that is displaced needs the end of its turn', () => {
    expect(effortOf({ overflow: 'drop-oldest', txQueueLength: 1 }).promises).toBeGreaterThan(0);
  });

  it('a send reads nothing of the controller: what is no getter is read once', () => {
    const read: string[] = [];
    const controller = new ScriptedController<string, string, string>({ window: 2 });
    const channel = new Mailbox(watched(controller, read)).requestChannel(0);
    read.length = 0;
    use(channel, controller.link());
    expect(read).toEqual([]);
  });

  it('and nothing of the options', () => {
    const read: string[] = [];
    const controller = new ScriptedController<string, string, string>();
    const channel = new Mailbox(controller).requestChannel(0, watched({ txQueueLength: 5 }, read));
    read.length = 0;
    use(channel, controller.link());
    expect(read).toEqual([]);
  });

  it('with a shared window that is all that is read', () => {
    const read: string[] = [];
    const controller = Object.assign(new ScriptedController<string, string, string>(), { sharedWindow: 1 });
    const channel = new Mailbox(watched(controller, read)).requestChannel(0);
    read.length = 0;
    use(channel, controller.link());
    expect(new Set(read)).toEqual(new Set(['sharedWindow']));
  });

  it('up$ and whenIdle cost nothing once nobody waits for them', () => {
    const controller = new ScriptedController<string, string, string>();
    const channel = new Mailbox(controller).requestChannel(0);
    channel.up$.subscribe().unsubscribe();
    channel.next('A');
    channel.whenIdle(1000).subscribe().unsubscribe();
    const timers = jest.spyOn(asyncScheduler, 'schedule');
    try {
      controller.link().txDoneOldest();
      use(channel, controller.link());
      expect(timers).not.toHaveBeenCalled();
    } finally {
      timers.mockRestore();
    }
  });

  it('the end of silence is waited for only where it is asked for: progress starts no timer', () => {
    const controller = new ScriptedController<string, string, string>();
    let scheduled = 0;
    const scheduler: SchedulerLike = {
      now: () => asyncScheduler.now(),
      schedule: (...args) => (scheduled++, asyncScheduler.schedule(...(args as Parameters<SchedulerLike['schedule']>))),
    };
    const channel = new Mailbox(controller, { scheduler }).requestChannel(0);
    channel.send('A').subscribe(ignored);
    for (let i = 0; i < 10; i++) controller.link().progress(1);
    expect(scheduled).toBe(0);
    channel.send('B').pipe(txTimeout(1000)).subscribe().unsubscribe();
    expect(scheduled).toBeGreaterThan(0);
    channel.close();
  });
});
