import { Mailbox } from 'rx-mailbox';
import { FaultyController, ScriptedController, type Fault, type FaultyOptions, type ScriptedOptions } from 'rx-mailbox/testing';
import { after, FaultyBench } from './FaultyBench';

/** Keeps the nth message from the real link, and gives it back 9 ms later. A message takes six decisions; this is the fourth. */
const nth = (n: number): Partial<FaultyOptions> => ({ replay: [{ type: 'giveBack', channel: 0, step: 6 * (n - 1) + 3, ms: 10, at: 0 }] });

/** What the real link was handed, as `<ms> <message>`. */
const sent = ({ scripted }: FaultyBench) => scripted.links.flatMap((link) => link.sent.map(({ at, message }) => `${at} ${message}`));

function run(options: Partial<FaultyOptions>, scripted: ScriptedOptions<string, string, string>, act: (bench: FaultyBench) => void) {
  return after(() => {
    const bench = new FaultyBench(options, scripted);
    act(bench);
    return bench;
  });
}

describe('giveBack', () => {
  it('accepts a message, keeps it from the real link, and gives it back with its token', () => {
    const bench = run(nth(1), {}, (made) => {
      made.send('A');
      made.at(20, () => made.link.txDone({ token: 1 }));
    });
    expect([sent(bench), bench.lines]).toEqual([['9 A'], ['9 busy 1', '20 A ok']]);
    expect(bench.faults).toBe('giveBack of 1: 10 ms');
  });

  it('may give it back from inside sendData, and takes it again 1 ms later', () => {
    const bench = run({ giveBack: 1 }, {}, (made) => {
      made.send('A');
      made.faulty.active = false;
    });
    expect([sent(bench), bench.lines]).toEqual([['1 A'], ['0 busy 1']]);
  });

  it('asks about a message that was given back from inside sendData, once the real link has it', () => {
    const bench = run({ giveBack: 1 }, { txDone: 'poll', txPollPeriod: 4 }, (made) => {
      made.link.setLastTxDone(1, true);
      made.send('A');
      made.faulty.active = false;
    });
    expect(bench.lines).toEqual(['0 busy 1', expect.stringMatching(/^\d A ok$/)]);
  });

  it('shows why on events$', () => {
    const errors: unknown[] = [];
    run(nth(1), {}, (made) => {
      made.channel.events$.subscribe(({ type, error }) => type === 'busy' && errors.push(String(error)));
      made.send('A');
    });
    expect(errors).toEqual(['InjectedFault: injected fault: giveBack (channel 0, step 3)']);
  });

  it('lets those behind it through on a tagged link', () => {
    const bench = run(nth(2), { window: 3 }, (made) => made.send('A', 'B', 'C'));
    expect(sent(bench)).toEqual(['0 A', '0 C', '9 B']);
  });

  it('gives back those behind it on an ordered link, where a tx-done would count for it', () => {
    const bench = run(nth(2), { window: 3, correlation: 'ordered' }, (made) => {
      made.send('A', 'B', 'C');
      for (const ms of [5, 20, 21]) made.at(ms, () => made.link.txDone({ ack: `at ${ms}` }));
    });
    expect(sent(bench)).toEqual(['0 A', '9 B', '9 C']);
    expect(bench.lines).toEqual(['5 A ok at 5', '9 busy 2', '9 busy 3', '20 B ok at 20', '21 C ok at 21']);
  });

  it('asks the real link about a message only once it has it', () => {
    const bench = run(nth(1), { txDone: 'poll', txPollPeriod: 4 }, (made) => {
      made.link.setLastTxDone(1, true);
      made.send('A');
    });
    expect(bench.lines).toEqual(['9 busy 1', expect.stringMatching(/^(9|1\d) A ok$/)]);
    expect(bench.link.polled.map(({ at }) => at >= 9)).toEqual([true]);
  });

  it('frees the slot of a sender who has left, and tells the real link nothing of it', () => {
    const bench = run(nth(1), { correlation: 'untagged', abort: true }, (made) => {
      const leaving = made.channel.send('A').subscribe();
      made.send('B');
      made.at(2, () => leaving.unsubscribe());
    });
    expect([sent(bench), bench.link.aborted]).toEqual([['9 B'], []]);
  });

  it('says nothing of an earlier epoch', () => {
    const bench = run(nth(1), {}, (made) => {
      made.send('A');
      made.at(2, () => made.link.down());
      made.at(3, () => made.link.up());
    });
    expect([sent(bench), bench.lines]).toEqual([[], ['2 down', '2 A ENETDOWN unknown', '3 up']]);
  });

  it('gives everything back before a reset completes', () => {
    const bench = run(nth(2), { correlation: 'ordered', window: 2, reset: () => [] }, (made) => {
      const leaving = made.channel.send('A').subscribe();
      made.send('B');
      made.at(2, () => leaving.unsubscribe());
      made.at(20, () => made.link.txDone());
    });
    expect([sent(bench), bench.lines]).toEqual([
      ['0 A', '2 B'],
      ['2 busy 2', '20 B ok'],
    ]);
  });

  it('gives nothing back on a link that is severed: it goes down', () => {
    const severs: Fault = { type: 'dropTxDone', channel: 0, step: 10, ms: 12, at: 0 };
    const { replay } = nth(2);
    const bench = run({ replay: [...replay!, severs] }, { correlation: 'ordered', window: 2 }, (made) => {
      made.send('A', 'B');
      made.at(4, () => made.link.txDone());
    });
    expect(bench.faults).toBe('giveBack of 2: 10 ms, dropTxDone: 12 ms');
    expect(bench.lines).toEqual(['16 down', '16 A ENETDOWN unknown', '16 B ENETDOWN unknown', '28 up']);
  });
});

describe('a faulty link', () => {
  it('passes on what the real link gives back, and counts it as not in flight', () => {
    const bench = run({ duplicateTxDone: 1 }, { correlation: 'ordered', window: 2 }, (made) => {
      made.send('A', 'B');
      made.at(1, () => made.link.giveBack(2));
      // The second tx-done is made only where nothing is in flight.
      made.at(2, () => made.link.txDone());
      made.at(3, () => made.link.ready());
      made.at(4, () => made.link.txDone());
    });
    expect(bench.lines).toEqual(['1 busy 2', '2 A ok', '4 B ok', '4 unknownTxDone']);
  });
});

it('a shared window, the choice of the next channel and the methods of links are those of the real controller', () => {
  let shared = 0;
  let window = 1;
  const asked: number[][] = [];
  const scripted = new ScriptedController<string>({
    channelCount: 3,
    window: () => window,
    sharedWindow: () => shared,
    nextChannel: (ready) => (asked.push([...ready]), Math.max(...ready)),
    linkTxDone: (index) => (index === 2 ? 'ack' : 'irq'),
  });
  const faulty = new FaultyController(scripted, { seed: 1 });
  const mailbox = new Mailbox(faulty);
  const channels = [0, 1, 2].map((index) => mailbox.requestChannel(index));
  const counts = () => scripted.links.map(({ sent: { length } }) => length);
  for (const channel of channels) for (const message of ['A', 'B']) channel.next(message);
  expect(counts()).toEqual([0, 0, 0]);
  shared = 2;
  scripted.link(0).ready();
  expect([counts(), asked]).toEqual([
    [0, 1, 1],
    [
      [0, 1, 2],
      [0, 1],
    ],
  ]);
  window = 2;
  channels[2]!.acknowledge({ token: 5 });
  expect(counts()).toEqual([0, 1, 2]);
  shared = 9;
  for (const link of scripted.links) link.ready();
  expect(counts()).toEqual([2, 2, 2]);
});

it('a shared window holds while links go down and are opened again', () => {
  let most = 0;
  const bench = after(() => {
    const made = new FaultyBench({ down: 0.5, giveBack: 0.3, maxDelay: 5, seed: 4 }, { channelCount: 3, window: 4, sharedWindow: 2 });
    const mailbox = new Mailbox(made.faulty);
    const channels = [made.channel, ...[1, 2].map((index) => mailbox.requestChannel(index))];
    for (const channel of channels) for (let i = 0; i < 10; i++) channel.next('x');
    for (let ms = 1; ms < 200; ms++)
      made.at(ms, () => {
        const outstanding = [0, 1, 2].map((index) => made.scripted.link(index)).filter(({ stopped }) => stopped === 0);
        most = Math.max(
          most,
          outstanding.reduce((sum, link) => sum + link.outstanding.length, 0),
        );
        for (const link of outstanding) if (link.outstanding.length > 0) link.txDone({ token: link.outstanding[0]!.token });
      });
    return made;
  });
  expect(bench.faulty.faults.filter(({ type }) => type === 'down').length).toBeGreaterThan(3);
  expect(bench.scripted.opened).toBeGreaterThan(5);
  expect(most).toBe(2);
  expect(new Set(bench.scripted.links.filter(({ sent: { length } }) => length > 0).map(({ index }) => index))).toEqual(new Set([0, 1, 2]));
});
