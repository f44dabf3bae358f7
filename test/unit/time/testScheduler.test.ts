import { asyncScheduler, of, VirtualTimeScheduler, type SchedulerLike } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { Mailbox, txTimeout, type Channel } from 'rx-mailbox';
import { ScriptedController, type ScriptedLink } from 'rx-mailbox/testing';

/** Everything that has a timer, on four channels of one mailbox, and what is to be seen of it and when. */
function everything(scheduler: SchedulerLike | undefined, now: () => number): string[] {
  const lines: string[] = [];
  const write = (what: string): unknown => lines.push(`${now()} ${what}`);
  const open = (
    options: ConstructorParameters<typeof ScriptedController<string>>[0],
  ): [Channel<string>, ScriptedLink<string, string, void>] => {
    const onSend = (message: string): unknown => write(`sendData ${message}`);
    const controller = new ScriptedController<string>({ onSend, ...(scheduler && { scheduler }), ...options });
    const channel = new Mailbox(controller, scheduler && { scheduler }).requestChannel(0);
    return [channel, controller.link()];
  };
  const send = (channel: Channel<string>, name: string, limit = 10) =>
    channel
      .send(name)
      .pipe(txTimeout(limit))
      .subscribe({ error: ({ code, delivery }: { code: string; delivery: string }) => write(`${name} ${code} ${delivery}`) });

  const [limited] = open({});
  for (const name of ['A', 'B']) send(limited, name);

  const [paused] = open({});
  paused.send('C').subscribe().unsubscribe();
  paused.next('D');

  const [quarantined] = open({ correlation: 'ordered', quarantine: 7 });
  quarantined.send('E').subscribe().unsubscribe();
  quarantined.next('F');

  const [reset] = open({ correlation: 'untagged', reset: () => (write('reset'), of(1)) });
  send(reset, 'G', 3);
  reset.next('H');

  const [polled, polledLink] = open({ txDone: 'poll', txPollPeriod: 4 });
  polled.send('I').subscribe({ complete: () => write('I ok') });
  polledLink.setLastTxDone = () => undefined;
  Object.assign(polledLink, { lastTxDone: () => now() >= 6 });

  const [refused, refusedLink] = open({});
  refusedLink.sendData = () => {
    write('refused J');
    if (now() >= 2) return 'accepted';
    refusedLink.ready();
    return 'busy';
  };
  refused.next('J');
  return lines;
}

const EXPECTED = [
  ...['0 sendData A', '0 sendData C', '0 sendData E', '0 sendData G', '0 sendData I', '0 refused J'],
  ...['0 sendData D', '1 refused J', '2 refused J'],
  ...['3 G ETIME unknown', '3 reset', '3 sendData H'],
  ...['7 sendData F', '8 I ok'],
  ...['10 A ETIME unknown', '10 B ETIME not-sent'],
];

/** In the order of time; what happens at one time on several mailboxes has no order among them. */
const inOrder = (lines: string[]): string[] => [...lines].sort((a, b) => parseInt(a) - parseInt(b) || a.localeCompare(b));

describe('inside TestScheduler.run', () => {
  it.each<[string, (scheduler: TestScheduler) => SchedulerLike | undefined]>([
    ['without a scheduler', () => undefined],
    ['with the TestScheduler', (scheduler) => scheduler],
    ['with asyncScheduler', () => asyncScheduler],
  ])('a mailbox %s: everything comes in its time, without a microtask', (_which, given) => {
    const scheduler = new TestScheduler(() => undefined);
    let lines: string[] = [];
    scheduler.run(({ flush }) => {
      lines = everything(given(scheduler), () => asyncScheduler.now());
      flush();
    });
    expect(inOrder(lines)).toEqual(inOrder(EXPECTED));
    expect(scheduler.actions).toEqual([]);
  });
});

describe('outside of it', () => {
  it.each<[string, () => VirtualTimeScheduler]>([
    ['a VirtualTimeScheduler', () => new VirtualTimeScheduler()],
    ['a TestScheduler', () => new TestScheduler(() => undefined)],
  ])('a mailbox with %s: the same', (_which, make) => {
    const scheduler = make();
    const lines = everything(scheduler, () => scheduler.now());
    scheduler.flush();
    expect(inOrder(lines)).toEqual(inOrder(EXPECTED));
    expect(scheduler.actions).toEqual([]);
  });
});

describe('a mailbox that is older than the run', () => {
  /** Sends a message in virtual time, whose limit must run out. */
  function limitIn(channel: Channel<string>): number | undefined {
    let at: number | undefined;
    new TestScheduler(() => undefined).run(({ flush }) => {
      channel
        .send('A')
        .pipe(txTimeout(10))
        .subscribe({ error: () => (at = asyncScheduler.now()) });
      flush();
    });
    return at;
  }

  it('follows the time of each run', () => {
    const channel = new Mailbox(new ScriptedController<string>()).requestChannel(0);
    expect([limitIn(channel), limitIn(channel), limitIn(channel)]).toEqual([10, 10, 10]);
  });

  it('and has been used in real time', async () => {
    const controller = new ScriptedController<string>();
    const channel = new Mailbox(controller).requestChannel(0);
    channel.send('before').pipe(txTimeout(10)).subscribe();
    await Promise.resolve();
    controller.link().txDone({ token: 1 });
    await Promise.resolve();
    expect(limitIn(channel)).toBe(10);
  });

  it('and has a limit of another length pending in real time', async () => {
    const channel = new Mailbox(new ScriptedController<string>({ window: 2 })).requestChannel(0);
    channel
      .send('before')
      .pipe(txTimeout(1000))
      .subscribe({ error: () => undefined });
    await Promise.resolve();
    expect(limitIn(channel)).toBe(10);
    channel.close();
  });

  it('has real time again after it', async () => {
    const channel = new Mailbox(new ScriptedController<string>({ window: 2 })).requestChannel(0);
    limitIn(channel);
    const sending = channel.send('B').pipe(txTimeout(1000)).subscribe();
    channel.next('C');
    sending.unsubscribe();
    await Promise.resolve();
    expect(channel.slotsAvailable).toBe(20);
    channel.close();
  });
});
