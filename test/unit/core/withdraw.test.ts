import { TxCanceledError } from '../../../src/contract/errors';
import { withdraw } from '../../../src/core/leaving';
import { CoreBench } from './CoreBench';

const stop = (bench: CoreBench): number => withdraw(bench.machine, (delivery) => new TxCanceledError(delivery));

describe('withdraw', () => {
  it('ends all that waits, not sent, and says how many; what is in flight goes on', () => {
    const bench = new CoreBench();
    bench.tracing = false;
    bench.send('ABC');
    bench.take();
    expect(stop(bench)).toBe(2);
    expect(bench.take()).toBe('B ECANCELED not-sent, C ECANCELED not-sent');
    bench.machine.txDone(1, 'ok', undefined);
    expect(bench.take()).toBe('A ok ok');
  });

  it('begins no pause', () => {
    const bench = new CoreBench();
    bench.tracing = false;
    bench.onSend = () => 'busy';
    bench.send('A');
    stop(bench);
    bench.onSend = () => 'accepted';
    bench.take();
    bench.send('B');
    expect(bench.take()).toBe('sendData B');
  });

  it('leaves no refused head behind', () => {
    const bench = new CoreBench();
    bench.onSend = () => 'busy';
    bench.send('A');
    expect(bench.machine.refused).toBe(true);
    stop(bench);
    expect(bench.machine.refused).toBe(false);
  });

  it('from inside sendData spares the one that is being handed over, and does it at once', () => {
    const bench = new CoreBench({ window: 2 });
    bench.tracing = false;
    bench.machine.down('cable');
    bench.send('ABC');
    bench.take();
    bench.onSend = () => {
      bench.lines.push(`withdrawn ${stop(bench)}`);
      return 'accepted';
    };
    bench.machine.up();
    expect(bench.take()).toBe('sendData A, withdrawn 2, B ECANCELED not-sent, C ECANCELED not-sent');
  });

  it('from inside txPrepare takes along the one that is being prepared', () => {
    const bench = new CoreBench();
    bench.tracing = false;
    bench.onPrepare = () => bench.lines.push(`withdrawn ${stop(bench)}`);
    bench.send('A');
    expect(bench.take()).toBe('withdrawn 1, A ECANCELED not-sent');
  });
});
