import { config, NEVER, VirtualTimeScheduler, type SchedulerLike } from 'rxjs';
import { Mailbox, txTimeout } from 'rx-mailbox';
import { ScriptedController, type ScriptedOptions } from 'rx-mailbox/testing';
import { handmade } from '../../support/handmade';
import { Journal } from '../../support/Journal';
import { advance, virtual } from '../../support/virtual';

const oops = new Error('oops');

/** How many timers are set. */
const timers = (scheduler: VirtualTimeScheduler): number => scheduler.actions.length;

describe('the end of a turn', () => {
  it('has no timer where nothing waits for it', () => {
    const { channel, scheduler } = virtual();
    channel.send('A').subscribe().unsubscribe();
    expect(timers(scheduler)).toBe(0);
  });

  it('has one, of 0 ms, where a message waits in a pause', () => {
    const { channel, link, scheduler } = virtual();
    channel.send('A').subscribe().unsubscribe();
    channel.next('B');
    expect([timers(scheduler), link.sent.length]).toEqual([1, 1]);
    advance(scheduler, 0);
    expect([timers(scheduler), link.sent.map(({ message, at }) => `${at} ${message}`)]).toEqual([0, ['0 A', '0 B']]);
  });

  it('gives it back when the last message that waits has left', () => {
    const { channel, scheduler } = virtual();
    const [first, second] = ['A', 'B'].map((message) => channel.send(message).subscribe());
    first!.unsubscribe();
    expect(timers(scheduler)).toBe(1);
    second!.unsubscribe();
    expect(timers(scheduler)).toBe(0);
  });

  it('gives it back when the channel closes', () => {
    const { channel, scheduler } = virtual();
    channel.send('A').subscribe().unsubscribe();
    channel.next('B');
    channel.close();
    expect(timers(scheduler)).toBe(0);
  });

  it('gives it back when a promise has ended the turn', async () => {
    const { channel, link, scheduler } = virtual();
    channel.send('A').subscribe().unsubscribe();
    channel.next('B');
    await Promise.resolve();
    expect([timers(scheduler), link.sent.length]).toEqual([0, 2]);
  });

  it('is one for all channels of a mailbox: leaves come first, then the hand-overs of all', () => {
    const scheduler = new VirtualTimeScheduler();
    const lines: string[] = [];
    const onSend = (message: string): unknown => lines.push(`sendData ${message}`);
    const controller = new ScriptedController<string>({ channelCount: 2, scheduler, onSend });
    const mailbox = new Mailbox(controller, { scheduler });
    const channels = [0, 1].map((index) => mailbox.requestChannel(index));
    const sending = channels.map((channel, i) => channel.send(`first ${i}`).subscribe());
    channels.forEach((channel, i) => channel.next(`next ${i}`));
    lines.length = 0;
    for (const each of sending) each.unsubscribe();
    expect([lines, timers(scheduler)]).toEqual([[], 1]);
    advance(scheduler, 0);
    expect(lines).toEqual(['sendData next 0', 'sendData next 1']);
  });

  it('of a mailbox in real time is a promise', async () => {
    const { channel, sent } = handmade();
    channel.send('A').subscribe().unsubscribe();
    channel.next('B');
    expect(sent).toEqual(['A']);
    await Promise.resolve();
    expect(sent).toEqual(['A', 'B']);
  });
});

describe('another attempt at a refused head', () => {
  /** A link that refuses as often as said, and says `ready` from inside each refusal. */
  function eager(times: number) {
    const scheduler = new VirtualTimeScheduler();
    const attempts: number[] = [];
    let left = times;
    const at = handmade({
      scheduler,
      link: {
        sendData: () => {
          attempts.push(scheduler.now());
          if (left-- <= 0) return 'accepted';
          at.events.next({ type: 'ready' });
          return 'busy';
        },
      },
    });
    return { ...at, scheduler, attempts };
  }

  it('is made 1 ms later, as often as the link says so', () => {
    const { channel, scheduler, attempts } = eager(3);
    channel.next('A');
    scheduler.flush();
    expect(attempts).toEqual([0, 1, 2, 3]);
  });

  it('is one for several reasons', () => {
    const { channel, scheduler, attempts, events } = eager(2);
    channel.next('A');
    events.next({ type: 'ready' });
    expect(attempts).toEqual([0, 0]);
    scheduler.flush();
    expect(attempts).toEqual([0, 0, 1]);
  });

  it('is not made any more once the channel has closed', () => {
    const { channel, scheduler, attempts } = eager(9);
    channel.next('A');
    channel.close();
    expect(timers(scheduler)).toBe(0);
    scheduler.flush();
    expect(attempts).toEqual([0]);
  });

  it('is not made while the link is down, and at once when it is up', () => {
    const { channel, scheduler, attempts, events } = eager(1);
    channel.next('A');
    events.next({ type: 'down' });
    expect(timers(scheduler)).toBe(0);
    advance(scheduler, 5);
    events.next({ type: 'up' });
    expect(attempts).toEqual([0, 5]);
  });

  it.each<[string, (at: ReturnType<typeof handmade>) => void]>([
    ['closed', ({ channel }) => channel.close()],
    ['taken down', ({ events }) => events.next({ type: 'down' })],
  ])('is not planned where the channel is %s from inside the refusal', (_how, act) => {
    const scheduler = new VirtualTimeScheduler();
    const at = handmade({ scheduler, link: { sendData: () => (act(at), 'busy') } });
    at.channel.next('A');
    expect(timers(scheduler)).toBe(0);
  });

  it('that a scheduler does not take is reported, and harms neither the message nor the others', () => {
    const unhandled: unknown[] = [];
    config.onUnhandledError = (error) => unhandled.push(error);
    const schedule = (): never => {
      throw oops;
    };
    let refusals = 1;
    const at = handmade({
      scheduler: { now: () => 0, schedule } as unknown as SchedulerLike,
      link: {
        sendData: () => {
          if (refusals-- <= 0) return 'accepted';
          at.events.next({ type: 'ready' });
          return 'busy';
        },
      },
    });
    const journal = new Journal();
    jest.useFakeTimers();
    try {
      at.channel.send('A').subscribe(journal.sender('A'));
      at.events.next({ type: 'ready' });
      at.done(1);
      jest.runAllTimers();
    } finally {
      jest.useRealTimers();
    }
    expect([journal.lines, unhandled]).toEqual([['A ok'], [oops]]);
  });
});

describe('polling', () => {
  /** A channel whose link is polled, or retried, every 10 ms. */
  const polled = (options: ScriptedOptions<string, string, string> = {}) => virtual({ txPollPeriod: 10, ...options });

  it('of a refused head ends with the channel, and does not come back with complete()', () => {
    const { channel, link, scheduler } = polled();
    link.refuseUntilReady();
    channel.next('A');
    expect(timers(scheduler)).toBe(1);
    channel.close();
    channel.complete();
    expect(timers(scheduler)).toBe(0);
  });

  it('rests while a reset is to come or under way, and asks about nothing then', () => {
    const { channel, link, scheduler } = polled({ txDone: 'poll', correlation: 'ordered', window: 2, reset: () => NEVER });
    for (const message of 'AB')
      channel
        .send(message)
        .pipe(txTimeout(15))
        .subscribe({ error: () => undefined });
    advance(scheduler, 100);
    expect(link.polled.map(({ at }) => at)).toEqual([0, 0, 10, 10]);
    expect(timers(scheduler)).toBe(0);
  });

  it('does not ask lastTxDone on a channel of another method, where it only retries a refused head', () => {
    let asked = 0;
    const scheduler = new VirtualTimeScheduler();
    const { channel, events } = handmade({
      scheduler,
      controller: { txPollPeriod: 10, window: 2 },
      link: { sendData: (message) => (message === 'B' ? 'busy' : 'accepted'), lastTxDone: () => (asked++, true) },
    });
    for (const message of 'AB') channel.next(message);
    advance(scheduler, 50);
    expect([asked, timers(scheduler)]).toEqual([0, 1]);
    events.complete();
    expect(timers(scheduler)).toBe(0);
  });

  it('comes after twice the time, up to a second, while only held slots are asked about', () => {
    const { channel, link, scheduler } = polled({ txDone: 'poll', correlation: 'ordered' });
    channel
      .send('A')
      .pipe(txTimeout(25))
      .subscribe({ error: () => undefined });
    advance(scheduler, 4000);
    expect(link.polled.map(({ at }) => at)).toEqual([0, 10, 20, 30, 50, 90, 170, 330, 650, 1290, 2290, 3290]);
  });

  it('comes after its period again as soon as the next message is handed over', () => {
    const { channel, link, scheduler } = polled({ txDone: 'poll', correlation: 'ordered', window: 2 });
    channel
      .send('A')
      .pipe(txTimeout(5))
      .subscribe({ error: () => undefined });
    advance(scheduler, 100);
    link.polled.length = 0;
    channel.next('B');
    advance(scheduler, 25);
    expect(link.polled.map(({ at, token }) => `${at} ${token}`)).toEqual(['100 1', '100 2', '110 1', '110 2', '120 1', '120 2']);
  });

  it('comes after its period again as soon as a head is refused', () => {
    const { channel, link, scheduler } = polled({ txDone: 'poll', correlation: 'ordered', window: 2 });
    channel
      .send('A')
      .pipe(txTimeout(5))
      .subscribe({ error: () => undefined });
    advance(scheduler, 100);
    link.polled.length = 0;
    link.refuse(3);
    channel.next('B');
    advance(scheduler, 35);
    expect([link.refused.map(({ at }) => at), link.sent.at(-1)?.at]).toEqual([[100, 110, 120], 130]);
  });
});

describe('who owns a channel', () => {
  it('is written down while it starts up, and forgotten when it has closed', () => {
    const { mailbox, channel } = virtual();
    expect(() => mailbox.requestChannel(0)).toThrow('has an owner');
    channel.close();
    expect(mailbox.requestChannel(0).closed).toBe(false);
  });

  it('is the same for every mailbox on one controller, and so are tokens', () => {
    const scheduler = new VirtualTimeScheduler();
    const controller = new ScriptedController<string>({ channelCount: 2, scheduler });
    const [one, other] = [new Mailbox(controller, { scheduler }), new Mailbox(controller, { scheduler })];
    const first = one.requestChannel(0);
    expect(() => other.requestChannel(0)).toThrow('has an owner');
    const second = other.requestChannel(1);
    first.next('A');
    second.next('B');
    expect([controller.link(0).sent[0]?.token, controller.link(1).sent[0]?.token]).toEqual([1, 2]);
    // A mailbox closes its own channels.
    other.close();
    expect([first.closed, second.closed]).toEqual([false, true]);
  });
});
