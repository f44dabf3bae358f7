import { throwError } from 'rxjs';
import { after, FaultyBench } from './FaultyBench';

describe('a faulty link', () => {
  it('passes on that the real one is up again after a reset that failed, which is a down', () => {
    const { lines } = after(() => {
      const bench = new FaultyBench({}, { correlation: 'untagged', reset: () => throwError(() => new Error('stuck')) });
      bench.channel.send('A').subscribe().unsubscribe();
      bench.send('B');
      bench.at(5, () => bench.link.up());
      bench.at(6, () => bench.link.txDone());
      return bench;
    });
    expect(lines).toEqual(['0 down', '5 up', '6 B ok']);
  });

  it('leaves a tx-done its token on every class, so that a second one is harmless', () => {
    const { lines } = after(() => {
      const bench = new FaultyBench({ duplicateTxDone: 1 }, { correlation: 'untagged' });
      bench.send('A', 'B');
      bench.at(1, () => bench.link.txDone({ token: 1 }));
      bench.at(9, () => bench.link.txDone({ token: 2 }));
      return bench;
    });
    expect(lines).toEqual(['1 A ok', '2 lateTxDone 1', '9 B ok', '10 lateTxDone 2']);
  });

  it('passes on what no link may say', () => {
    const { lines } = after(() => {
      const bench = new FaultyBench({});
      bench.channel.events$.subscribe(({ type, error }) => type === 'broken' && bench.write(String(error)));
      bench.link.emit({ type: 'txdone' } as never);
      return bench;
    });
    expect(lines).toEqual([
      "0 TypeError: events$ emitted an event of type \"txdone\"; expected an event of type 'txDone', 'received', 'ready', 'down', 'up'",
    ]);
  });
});
