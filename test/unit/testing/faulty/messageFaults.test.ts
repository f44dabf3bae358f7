import { after, FaultyBench } from './FaultyBench';

describe('faults of received messages', () => {
  it.each([
    ['dropReceived', []],
    ['delayReceived', ['1 received x']],
    ['duplicateReceived', ['0 received x', '1 received x']],
  ] as const)('%s loses, delays or duplicates a message', (rate, expected) => {
    const { lines } = after(() => {
      const bench = new FaultyBench({ [rate]: 1 });
      bench.link.received('x');
      return bench;
    });
    expect(lines).toEqual(expected);
  });

  it('reorderReceived lets the next message overtake one', () => {
    const { lines } = after(() => {
      const bench = new FaultyBench({ reorderReceived: 1 });
      bench.link.received('x');
      bench.faulty.active = false;
      bench.link.received('y');
      bench.link.received('z');
      return bench;
    });
    expect(lines).toEqual(['0 received y', '0 received x', '0 received z']);
  });

  it('peekData sees delayed messages', () => {
    const bench = after(() => {
      const made = new FaultyBench({ delayReceived: 1 });
      made.link.received('x');
      made.write(`peek ${made.channel.peekData()}`);
      return made;
    });
    expect(bench.lines).toEqual(['0 peek true', '1 received x']);
    expect(bench.channel.peekData()).toBe(false);
  });
});
