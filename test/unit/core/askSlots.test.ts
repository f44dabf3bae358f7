import { CoreBench } from './CoreBench';

describe('polling', () => {
  it('asks about every slot that is in use, oldest first, and about nothing else', () => {
    const bench = new CoreBench({ correlation: 'ordered', quarantine: Infinity, window: 2 });
    bench.tracing = false;
    bench.send('ABC');
    bench.leaves('A');
    bench.take();
    bench.machine.poll();
    expect(bench.take()).toBe('lastTxDone 1, lastTxDone 2');
  });

  it('asks about all of them before the first one settles', () => {
    const bench = new CoreBench({ window: 2 });
    bench.tracing = false;
    bench.send('ABC');
    bench.take();
    bench.onAsk = () => true;
    bench.machine.poll();
    expect(bench.take()).toBe('lastTxDone 1, lastTxDone 2, sendData C, A ok undefined, B ok undefined');
  });
});
