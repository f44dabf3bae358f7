import { asIfReal } from './asIfReal';

// Every test here lets microtasks come, as they do in real time.

afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/** A channel in real time, whose messages have a limit, and a journal of what they come to and when. */
function open(options: { window?: number; correlation?: 'tagged' | 'ordered'; quarantine?: number } = {}) {
  let schedule: jest.SpyInstance | undefined;
  const { library, testing } = asIfReal(() => void (schedule = jest.spyOn(globalThis, 'setInterval')));
  const controller = new testing.ScriptedController<string>(options);
  const channel = new library.Mailbox(controller).requestChannel(0);
  const link = controller.link();
  const started = performance.now();
  const lines: string[] = [];
  const write = (what: string): unknown => lines.push(`${performance.now() - started} ${what}`);
  const send = (name: string, limit = 10) =>
    channel
      .send(name)
      .pipe(library.txTimeout(limit))
      .subscribe({ error: ({ delivery }: { delivery: string }) => write(`${name} ${delivery}`), complete: () => write(`${name} ok`) });
  const sent = (): string => link.sent.map(({ message }) => message).join(' ');
  /** Ends the turn. */
  const endTurn = () => jest.advanceTimersByTimeAsync(0);
  return {
    library,
    channel,
    link,
    lines,
    send,
    sent,
    schedule: schedule!,
    endTurn,
    pass: (ms: number) => jest.advanceTimersByTimeAsync(ms),
  };
}

describe('in real time', () => {
  it('a turn that has a limit has no timer before it ends', async () => {
    const { send, endTurn } = open();
    send('A');
    expect(jest.getTimerCount()).toBe(0);
    await endTurn();
    expect(jest.getTimerCount()).toBe(1);
  });

  it('limits of one length whose turns end in the same millisecond share a timer, and leave together', async () => {
    const { send, lines, sent, endTurn, pass } = open();
    for (const name of ['A', 'B', 'C']) {
      send(name);
      await endTurn();
    }
    expect(jest.getTimerCount()).toBe(1);
    await pass(10);
    expect([lines, sent()]).toEqual([['10 A unknown', '10 B not-sent', '10 C not-sent'], 'A']);
  });

  it('those of another millisecond do not, and follow one after the other', async () => {
    const { send, lines, sent, pass } = open();
    for (const name of ['A', 'B', 'C']) {
      send(name);
      await pass(1);
    }
    expect(jest.getTimerCount()).toBe(1);
    await pass(20);
    expect([lines, sent()]).toEqual([['10 A unknown', '11 B unknown', '12 C unknown'], 'A B C']);
  });

  it('those of another length have a timer of their own', async () => {
    const { send, lines, endTurn, pass } = open();
    send('A', 10);
    send('B', 20);
    await endTurn();
    expect(jest.getTimerCount()).toBe(2);
    await pass(20);
    expect(lines).toEqual(['10 A unknown', '20 B unknown']);
  });

  it('a fraction of a millisecond makes no limit run out early', async () => {
    const { send, lines, pass } = open();
    await pass(0.25);
    send('A');
    await pass(10);
    expect(lines).toEqual([]);
    await pass(1);
    expect(lines).toHaveLength(1);
  });

  it('a timer is given back when its last limit is gone', async () => {
    const { send, link, endTurn } = open();
    send('A');
    await endTurn();
    link.txDone({ token: 1 });
    await endTurn();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('a timer is kept for the next limit of its turn, and stands at the oldest or earlier', async () => {
    const { send, link, lines, schedule, endTurn, pass } = open();
    send('A');
    await endTurn();
    for (let token = 1; token < 10; token++) {
      await pass(1);
      link.txDone({ token });
      send(`next ${token}`);
      await endTurn();
    }
    // Armed for A, and not for each of the others.
    expect(schedule).toHaveBeenCalledTimes(1);
    lines.length = 0;
    await pass(30);
    expect(lines).toEqual(['19 next 9 unknown']);
  });

  it('a limit that was stopped in the turn in which it began leaves nothing', async () => {
    const { send, link, endTurn } = open();
    send('A');
    link.txDone({ token: 1 });
    await endTurn();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('a limit that begins while others run out has its whole time', async () => {
    const { channel, library, lines, send, pass } = open({ window: 9 });
    channel
      .send('A')
      .pipe(library.txTimeout(10))
      .subscribe({ error: () => send('again') });
    await pass(4);
    send('B');
    await pass(30);
    expect(lines).toEqual(['14 B unknown', '20 again unknown']);
  });

  it('a hand-over that other limits made is not covered: they run out together, and the next one goes', async () => {
    const { send, sent, channel, pass } = open();
    for (const name of ['A', 'B']) send(name);
    channel.next('C');
    await pass(10);
    expect(sent()).toBe('A C');
  });

  it('quarantines that began in one turn end together', async () => {
    const { channel, sent, pass } = open({ window: 2, correlation: 'ordered', quarantine: 10 });
    const sending = ['A', 'B'].map((message) => channel.send(message).subscribe());
    for (const message of ['C', 'D']) channel.next(message);
    for (const each of sending) each.unsubscribe();
    await pass(9);
    expect(sent()).toBe('A B');
    await pass(1);
    expect(sent()).toBe('A B C D');
  });

  it('10⁴ limits of one length in as many turns have one timer', async () => {
    const { send, lines, pass } = open({ window: 10_000 });
    for (let i = 0; i < 10_000; i++) {
      send(`${i}`, 1000);
      await Promise.resolve();
    }
    expect(jest.getTimerCount()).toBe(1);
    await pass(1000);
    expect([lines.length, jest.getTimerCount()]).toEqual([10_000, 0]);
  });
});
