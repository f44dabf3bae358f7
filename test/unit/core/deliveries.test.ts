import { CoreBench } from './CoreBench';

describe('what a failed tx-done says of the delivery is what the sender hears', () => {
  it.each([
    [undefined, 'sent'],
    ['sent', 'sent'],
    ['unknown', 'unknown'],
    ['not-sent', 'not-sent'],
  ] as const)('%s: %s', (delivery, heard) => {
    const bench = new CoreBench();
    bench.tracing = false;
    bench.send('A');
    bench.take();
    bench.machine.txDone(1, undefined as never, 'oops', delivery);
    expect(bench.take()).toBe(`A EIO ${heard}`);
  });

  it('from inside sendData, too', () => {
    const bench = new CoreBench();
    bench.tracing = false;
    bench.onSend = () => (bench.machine.txDone(1, undefined as never, 'oops', 'not-sent'), 'accepted');
    bench.send('A');
    expect(bench.take()).toBe('sendData A, A EIO not-sent');
  });

  it('and where it is asked about', () => {
    const bench = new CoreBench();
    bench.tracing = false;
    bench.onAsk = () => ({ error: 'oops', delivery: 'unknown' });
    bench.send('A');
    bench.machine.poll();
    expect(bench.take()).toBe('sendData A, lastTxDone 1, A EIO unknown');
  });

  it('what is none of these shows as broken, and nothing is known', () => {
    const bench = new CoreBench();
    bench.send('A');
    bench.take();
    bench.machine.txDone(1, undefined as never, 'oops', 'maybe' as never);
    expect(bench.take()).toMatch(/^broken 1 TypeError: delivery of a tx-done is "maybe".*, settled 1 EIO, A EIO unknown$/);
  });
});
