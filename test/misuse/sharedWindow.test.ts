import { Subscription, VirtualTimeScheduler, type Observable } from 'rxjs';
import { Mailbox, txTimeout, type MailboxController } from 'rx-mailbox';
import { ScriptedController, type ScriptedOptions } from 'rx-mailbox/testing';
import { turnEnd } from '../support/turn';
import { advance } from '../support/virtual';

/** What the controller says of all its channels. */
type Shared = Partial<Pick<MailboxController<string, string, string>, 'sharedWindow' | 'nextChannel'>>;

/** Two channels on one wire. What their links are handed is written down in order. */
function wire(shared: Shared, options: ScriptedOptions<string, string, string> = {}, scheduler?: VirtualTimeScheduler) {
  const controller = new ScriptedController<string, string, string>({ channelCount: 2, ...options });
  Object.defineProperties(controller, Object.getOwnPropertyDescriptors(shared));
  const mailbox = new Mailbox(controller, scheduler && { scheduler });
  const a = mailbox.requestChannel(0);
  const b = mailbox.requestChannel(1);
  const sent: string[] = [];
  for (const link of controller.links) {
    const { sendData } = link;
    link.sendData = (message, token) => {
      sent.push(message);
      return sendData.call(link, message, token);
    };
  }
  return { controller, mailbox, a, b, linkA: controller.link(0), linkB: controller.link(1), sent };
}

/** Subscribes, and ignores the outcome. */
function run(sending$: Observable<unknown>): Subscription {
  return sending$.subscribe({ error: () => undefined });
}

/** Timers that are scheduled and not given back. */
function pending(scheduler: VirtualTimeScheduler): number {
  return scheduler.actions.filter(({ closed }) => !closed).length;
}

describe('a shared window', () => {
  it('a pause has begun when the link hears of the leave: what that sends on another channel waits for the end of the turn', async () => {
    const { a, b, linkA, sent } = wire({ sharedWindow: 2 }, { abort: true });
    const leaving = run(a.send('A'));
    Object.assign(linkA, { abort: () => b.next('B') });
    leaving.unsubscribe();
    expect(sent).toEqual(['A']);
    await turnEnd();
    expect(sent).toEqual(['A', 'B']);
  });

  it('a link that goes down while its channel pauses keeps nobody waiting', () => {
    const scheduler = new VirtualTimeScheduler();
    const { a, b, linkA, sent } = wire({ sharedWindow: 1 }, { correlation: 'ordered', reset: () => [] }, scheduler);
    const leaving = run(a.send('A'));
    b.next('B');
    leaving.unsubscribe();
    linkA.down();
    advance(scheduler, 0);
    expect(sent).toEqual(['A', 'B']);
  });

  it('gives the end of a turn back that nothing waits for any more', () => {
    const scheduler = new VirtualTimeScheduler();
    const { a, b } = wire({ sharedWindow: 1 }, {}, scheduler);
    run(a.send('A')).unsubscribe();
    run(b.send('B')).unsubscribe();
    expect(pending(scheduler)).toBe(0);
  });

  it('gives the end of a turn back also when everything was withdrawn', () => {
    const scheduler = new VirtualTimeScheduler();
    const { a, b } = wire({ sharedWindow: 1 }, {}, scheduler);
    run(a.send('A')).unsubscribe();
    b.next('B');
    b.withdraw();
    expect(pending(scheduler)).toBe(0);
  });

  it('asks the controller again after what was sent while its nonsense was told of', () => {
    let window = 2;
    const { a, b, sent } = wire({
      get sharedWindow() {
        return window;
      },
      nextChannel: (ready) => [...ready][0],
    });
    a.events$.subscribe(({ type }) => {
      if (type !== 'broken') return;
      window = 2;
      b.next('B');
    });
    window = NaN;
    a.next('A');
    expect(sent).toEqual(['A', 'B']);
  });

  it('hands nothing over in a pause that began while the controller was asked', async () => {
    const leaving = new Subscription();
    const { a, b, sent } = wire({
      nextChannel: (ready) => {
        if (ready.has(1)) leaving.unsubscribe();
        return [...ready][0];
      },
    });
    leaving.add(run(a.send('A')));
    b.next('B');
    expect(sent).toEqual(['A']);
    await turnEnd();
    expect(sent).toEqual(['A', 'B']);
  });

  it('that shrinks while the controller is asked, or a message is prepared, is kept to', () => {
    let window = 1;
    const { a, linkA, mailbox, sent } = wire({
      get sharedWindow() {
        return window;
      },
      nextChannel: ([first]) => {
        if (sent.length === 1) window = 0;
        return first;
      },
    });
    a.next('A');
    linkA.txDone({ token: 1 });
    a.next('B');
    expect(sent).toEqual(['A']);
    a.close();
    window = 1;
    const prepared = mailbox.requestChannel(0, { txPrepare: () => (window = 0) });
    prepared.next('C');
    expect(prepared.slotsAvailable).toBe(19);
  });

  it('tells of a wrong answer at once, also where nobody goes', () => {
    const leaving = new Subscription();
    const { a, b, mailbox, sent } = wire({
      nextChannel: (ready) => {
        if (!ready.has(1)) return 0;
        leaving.unsubscribe();
        return 99;
      },
    });
    const events: string[] = [];
    for (const channel of [a, b]) channel.events$.subscribe(({ type }) => events.push(type));
    leaving.add(run(a.send('A')));
    b.next('B');
    expect(sent).toEqual(['A']);
    expect(events).toContain('broken');
    mailbox.close();
  });

  it('asks the controller only about channels of which something waits, when limits run out together', () => {
    const scheduler = new VirtualTimeScheduler();
    const asked: number[][] = [];
    const shared: Shared = {
      sharedWindow: 1,
      nextChannel: (ready) => {
        asked.push([...ready]);
        return [...ready][0];
      },
    };
    const { a, b, sent } = wire(shared, {}, scheduler);
    for (const message of ['A1', 'A2']) run(a.send(message).pipe(txTimeout(5)));
    run(b.send('B').pipe(txTimeout(5)));
    a.next('A3');
    advance(scheduler, 5);
    expect(sent).toEqual(['A1', 'A3']);
    expect(asked).toEqual([[0], [0]]);
  });

  it('a pause goes on where the channel that began it closes', async () => {
    const { a, b, sent } = wire({ sharedWindow: 1 });
    const leaving = run(a.send('A'));
    const others = [run(b.send('B1')), run(b.send('B2'))];
    leaving.unsubscribe();
    a.close();
    expect(sent).toEqual(['A']);
    others[0]!.unsubscribe();
    await turnEnd();
    expect(sent).toEqual(['A', 'B2']);
  });

  it('a pause ends also where the channel that began it has closed, in virtual time', () => {
    const scheduler = new VirtualTimeScheduler();
    const { a, b, sent } = wire({ sharedWindow: 1 }, {}, scheduler);
    const leaving = run(a.send('A'));
    b.next('B1');
    leaving.unsubscribe();
    a.close();
    advance(scheduler, 0);
    expect(sent).toEqual(['A', 'B1']);
  });
});
