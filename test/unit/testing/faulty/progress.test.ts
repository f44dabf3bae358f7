import { asyncScheduler } from 'rxjs';
import { txTimeout } from 'rx-mailbox';
import { FaultyController, marbles, ScriptedController, type Fault, type FaultyOptions, type ScriptedOptions } from 'rx-mailbox/testing';
import { after, FaultyBench } from './FaultyBench';

/** What the channel hears of progress, as `<ms> progress <token>`, and when the silence of `A`, 5 ms, is over. */
function run(options: Partial<FaultyOptions>, scripted: ScriptedOptions<string, string, string>, act: (bench: FaultyBench) => void) {
  return after(() => {
    const bench = new FaultyBench(options, scripted);
    bench.channel.events$.subscribe(({ type, token }) => type === 'progress' && bench.write(`progress ${token}`));
    bench.channel
      .send('A')
      .pipe(txTimeout({ silence: 5 }))
      .subscribe({ complete: () => bench.write('A ok'), error: ({ code }: { code: string }) => bench.write(`A ${code}`) });
    act(bench);
    return bench;
  }).lines;
}

const fault = (type: Fault['type'], step: number, ms: number): Fault => ({ type, channel: 0, step, ms, at: 0 });

describe('progress through a faulty link', () => {
  it('of the real link is passed on', () => {
    expect(run({}, {}, ({ at, link }) => at(2, () => link.progress(1)))).toEqual(['2 progress 1', '7 A ETIME']);
  });

  it('loses its token where tx-dones do', () => {
    const options: Partial<FaultyOptions> = { correlation: 'untagged' };
    expect(run(options, { window: 4 }, ({ at, link }) => at(2, () => link.progress(9)))).toEqual(['2 progress 1', '7 A ETIME']);
  });

  it('gets no further on a link that is severed', () => {
    const options = { replay: [fault('dropSent', 2, 20)] };
    expect(run(options, { correlation: 'ordered' }, ({ at, link }) => at(2, () => link.progress(1)))).toEqual([
      '5 A ETIME',
      '20 down',
      '40 up',
    ]);
  });

  it('comes although no device has given it', () => {
    expect(run({ replay: [fault('progress', 4, 4)] }, {}, () => undefined)).toEqual(['3 progress 1', '8 A ETIME']);
    expect(run({ progress: 1 }, {}, () => undefined)).toEqual(['0 progress 1', '5 A ETIME']);
  });

  it.each(['irq', 'poll'] as const)('comes after the tx-done of its message, %s, and counts for no other one', (txDone) => {
    const seen: unknown[] = [];
    marbles(({ flush }) => {
      const scripted = new ScriptedController({ txDone, window: 2 });
      const faulty = new FaultyController(scripted, { seed: 1, maxDelay: 1, lateProgress: 1 });
      const link = faulty.open(0, { scheduler: asyncScheduler });
      link.events$.subscribe(({ type, ...event }) => seen.push([asyncScheduler.now(), type, event]));
      for (const token of [1, 2]) link.sendData('x', token);
      scripted.link().txDoneOldest();
      if (txDone === 'poll') seen.push([0, 'txDone', { token: link.lastTxDone!(1) && 1 }]);
      flush();
    })();
    expect(seen).toEqual([
      [0, 'txDone', { token: 1 }],
      [1, 'progress', { token: 1 }],
    ]);
  });

  it('names no message after a tx-done that names none, so it counts for the oldest in flight', () => {
    const lines = run({ lateProgress: 1 }, { correlation: 'ordered' }, (bench) => {
      bench.send('B');
      bench.at(2, () => bench.link.txDone());
    });
    expect(lines).toEqual(['2 A ok', '3 progress 2']);
  });
});
