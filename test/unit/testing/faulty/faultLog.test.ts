import { Mailbox } from 'rx-mailbox';
import { FaultyController, marbles, ScriptedController, type FaultyOptions } from 'rx-mailbox/testing';

type Options = Partial<FaultyOptions>;

describe('the log of faults', () => {
  /** Sends 50 messages on channel 0, and `other` messages on channel 1. */
  function run(options: Options, other = 0): FaultyController<string> {
    let faulty!: FaultyController<string>;
    marbles(({ flush }) => {
      const scripted = new ScriptedController<string>({
        channelCount: 2,
        window: 99,
        onSend: (_m, token, link) => link.txDone({ token }),
      });
      faulty = new FaultyController(scripted, { seed: 9, ...options });
      const mailbox = new Mailbox(faulty);
      const [channel, second] = [mailbox.requestChannel(0, { txQueueLength: 99 }), mailbox.requestChannel(1)];
      for (let i = 0; i < 50; i++) channel.next(`${i}`);
      for (let i = 0; i < other; i++) second.next(`${i}`);
      flush();
    })();
    return faulty;
  }
  const rates: Options = { delayTxDone: 0.3, dropTxDone: 0.1, refuse: 0.2, throwOnSend: 0.1 };

  it('can be replayed to make the same faults', () => {
    const { faults } = run(rates);
    expect(faults.length).toBeGreaterThan(20);
    expect(run({ replay: faults }).faults).toEqual(faults);
    expect(run({ replay: faults, seed: 1234 }).faults).toEqual(faults);
  });

  it('can be shortened before it is replayed', () => {
    const first = run(rates).faults.slice(0, 3);
    expect(run({ replay: first }).faults).toEqual(first);
  });

  it('has the same faults of a channel whatever happens on other channels', () => {
    const own = ({ faults }: FaultyController<string>) =>
      faults.filter(({ channel }) => channel === 0).map(({ type, step, ms }) => [type, step, ms]);
    expect(own(run(rates, 7))).toEqual(own(run(rates)));
  });
});
