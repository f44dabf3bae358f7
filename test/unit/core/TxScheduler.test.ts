import { TxCanceledError } from '../../../src/contract/errors';
import type { LeaveReason } from '../../../src/core/TxMachine';
import { CoreBench } from './CoreBench';

const left: LeaveReason = (delivery) => new TxCanceledError(delivery);

/** A bench that listens to no events. */
function quiet(settings: ConstructorParameters<typeof CoreBench>[0] = {}): CoreBench {
  const bench = new CoreBench(settings);
  bench.tracing = false;
  return bench;
}

describe('the core asks about', () => {
  it('every slot that is held, oldest first, and nothing else', () => {
    const bench = quiet({ correlation: 'ordered', quarantine: Infinity, window: 2 });
    bench.send('ABC');
    bench.leaves('A', left);
    bench.take();
    bench.poll();
    expect(bench.take()).toBe('lastTxDone 1, lastTxDone 2');
  });
});
