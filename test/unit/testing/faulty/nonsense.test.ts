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
      "0 TypeError: events$ emitted an event of type \"txdone\"; expected an event of type 'txDone', 'received', 'ready', 'refused', 'progress', 'down', 'up'",
    ]);
  });

  it('counts a message to which sendData answered nonsense as in flight: no tx-done comes twice meanwhile', () => {
    const { lines } = after(() => {
      const bench = new FaultyBench({ duplicateTxDone: 1 }, { correlation: 'ordered', window: 2 });
      const { link } = bench;
      const { sendData } = link;
      link.sendData = (...args) => (sendData.apply(link, args), 'ok' as never);
      bench.send('A');
      link.sendData = sendData;
      bench.send('B');
      bench.at(1, () => link.txDone());
      bench.at(9, () => link.txDone());
      return bench;
    });
    expect(lines).toEqual(['0 A EIO unknown', '1 lateTxDone 1', '9 B ok', '9 unknownTxDone']);
  });

  it('does not count a tx-done whose token is none', () => {
    const { lines } = after(() => {
      const bench = new FaultyBench({ duplicateTxDone: 1 }, { correlation: 'ordered', window: 2 });
      bench.send('A', 'B');
      bench.link.emit({ type: 'txDone', token: null } as never);
      bench.at(1, () => bench.link.txDone());
      bench.at(9, () => bench.link.txDone());
      return bench;
    });
    expect(lines).toEqual(['1 A ok', '9 B ok', '9 unknownTxDone']);
  });

  it('passes on what is no answer of lastTxDone, rather than losing it: it may be a promise that is rejected', () => {
    const { lines } = after(() => {
      const bench = new FaultyBench({ dropTxDone: 1 }, { txDone: 'poll', correlation: 'untagged' });
      bench.link.setLastTxDone(1, Promise.reject(new Error('later')) as never);
      bench.send('A');
      bench.at(5, () => bench.channel.close());
      return bench;
    });
    expect(lines).toEqual(['0 A EIO unknown']);
  });
});
