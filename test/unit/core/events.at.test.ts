import type { ChannelEvent } from '../../../src/contract/ChannelEvent';
import { CoreBench } from './CoreBench';

/** Every look at the clock finds another time. */
function ticking(settings?: ConstructorParameters<typeof CoreBench>[0]): { bench: CoreBench; take: () => string } {
  const bench = new CoreBench(settings);
  let events: ChannelEvent[] = [];
  let time = 0;
  bench.now = () => ++time;
  bench.onTrace = (event) => events.push(event);
  return {
    bench,
    take: () => {
      const text = events.map(({ type, at, by }) => `${at} ${type}${by ? ` by ${by}` : ''}`).join(', ');
      events = [];
      return text;
    },
  };
}

describe('the time of an event', () => {
  it('is one for all that a call causes, and another one for the next call', () => {
    const { bench, take } = ticking();
    bench.send('A');
    expect(take()).toBe('1 queued, 1 sent');
    bench.send('B');
    expect(take()).toBe('2 queued');
    bench.machine.txDone(1, 'ok', undefined);
    expect(take()).toBe('3 settled, 3 sent');
  });

  it('is not looked for where nobody listens', () => {
    const { bench } = ticking();
    const now = jest.spyOn(bench, 'now');
    bench.tracing = false;
    bench.send('AB');
    bench.machine.down('cable');
    expect(now).not.toHaveBeenCalled();
  });
});

describe('what frees a held slot is said', () => {
  /** A has left its slot behind. */
  function held(): ReturnType<typeof ticking> {
    const made = ticking({ correlation: 'ordered', quarantine: Infinity });
    made.bench.send('A');
    made.bench.leaves('A');
    made.take();
    return made;
  }

  it.each([
    ['its late tx-done', ({ machine }: CoreBench) => machine.txDone(1, 'ok', undefined), 'lateTxDone, freed by txDone'],
    ['a reset', ({ machine }: CoreBench) => machine.resetDone(), 'reset, freed by reset'],
    ['a quarantine', ({ machine }: CoreBench) => machine.release(machine.slots.oldest as never), 'freed by quarantine'],
    ['the end of the link', ({ machine }: CoreBench) => machine.down('cable'), 'down, freed by down'],
    ['that it was not taken', ({ machine }: CoreBench) => machine.refusedBack(1, undefined), 'freed by refused'],
    ['but not on close', ({ machine }: CoreBench) => machine.close(), 'closed'],
  ] as const)('%s', (_, act, events) => {
    const { bench, take } = held();
    act(bench);
    expect(take().replaceAll(/\d+ /g, '')).toBe(events);
  });
});
