import { txTimeout } from 'rx-mailbox';
import { after, FaultyBench } from './FaultyBench';

describe('faults of tx-dones on a tagged link', () => {
  const irq = { window: 2 };

  it('loses a tx-done', () => {
    const { lines, faults } = after(() => {
      const bench = new FaultyBench({ dropTxDone: 1 }, irq);
      bench.send('A');
      bench.link.txDone({ token: 1 });
      return bench;
    });
    expect([lines, faults]).toEqual([[], 'dropTxDone of 1: 1 ms']);
  });

  it('delays a tx-done', () => {
    const { lines } = after(() => {
      const bench = new FaultyBench({ delayTxDone: 1 }, irq);
      bench.send('A');
      bench.link.txDone({ token: 1 });
      return bench;
    });
    expect(lines).toEqual(['1 A ok']);
  });

  it('duplicates a tx-done', () => {
    const { lines } = after(() => {
      const bench = new FaultyBench({ duplicateTxDone: 1 }, irq);
      bench.send('A');
      bench.link.txDone({ token: 1 });
      return bench;
    });
    expect(lines).toEqual(['0 A ok', '1 lateTxDone 1']);
  });

  it('lets the next tx-done overtake one, or delays it if there is none', () => {
    const { lines } = after(() => {
      // The second overtakes the first. Nothing overtakes the third.
      const bench = new FaultyBench({ reorderTxDone: 1, maxDelay: 1 }, irq);
      bench.send('A', 'B');
      bench.link.txDone({ token: 1 });
      bench.faulty.active = false;
      bench.link.txDone({ token: 2 });
      bench.faulty.active = true;
      bench.send('C');
      bench.link.txDone({ token: 3 });
      return bench;
    });
    expect(lines).toEqual(['0 B ok', '0 A ok', '1 C ok']);
  });

  it('loses and delays the answers of polls', () => {
    const { lines, faulty } = after(() => {
      const bench = new FaultyBench({ delayTxDone: 1, maxDelay: 2, seed: 3 }, { txDone: 'poll', txPollPeriod: 1, window: 2 });
      bench.send('A');
      bench.link.txDoneOldest();
      bench.at(10, () => {
        bench.faulty.active = false;
        bench.send('B');
        bench.link.setLastTxDone(2, { ack: 'b' });
      });
      return bench;
    });
    expect(lines).toEqual([`${faulty.faults[0]!.ms} A ok`, '10 B ok b']);
    const dropped = after(() => {
      const bench = new FaultyBench({ dropTxDone: 1 }, { txDone: 'poll', txPollPeriod: 1 });
      bench.channel
        .send('A')
        .pipe(txTimeout(5))
        .subscribe({ error: () => bench.write('A timeout') });
      bench.link.txDoneOldest();
      return bench;
    });
    expect(dropped.lines).toEqual(['5 A timeout']);
  });
});

describe('faults on an ordered link', () => {
  const ordered = { correlation: 'ordered', window: 2 } as const;

  it.each([
    ['dropTxDone', (bench: FaultyBench) => bench.link.txDone()],
    ['dropReceived', (bench: FaultyBench) => bench.link.received('lost')],
  ] as const)('%s takes the link down a little later, and it comes back', (rate, act) => {
    const { lines, scripted } = after(() => {
      const bench = new FaultyBench({ [rate]: 1 }, ordered);
      bench.send('A', 'B', 'C');
      act(bench);
      bench.faulty.active = false;
      // The link is severed: these do not get through.
      bench.link.txDone();
      bench.link.received('lost, too');
      bench.at(5, () => bench.link.txDone());
      return bench;
    });
    expect(lines.slice().sort()).toEqual(['1 A ENETDOWN unknown', '1 B ENETDOWN unknown', '1 down', '2 up', '5 C ok'].sort());
    expect(scripted.links.map(({ started, stopped, sent }) => [started, stopped, sent.map(({ message }) => message).join('')])).toEqual([
      [1, 1, 'AB'],
      [1, 0, 'C'],
    ]);
  });

  it('dropSent takes the link down, and the message never reaches the controller', () => {
    const { lines, scripted } = after(() => {
      const bench = new FaultyBench({ dropSent: 1 }, ordered);
      bench.send('A');
      bench.faulty.active = false;
      bench.send('B');
      return bench;
    });
    expect(lines.filter((line) => line.includes('ENETDOWN'))).toEqual(['1 A ENETDOWN unknown', '1 B ENETDOWN unknown']);
    expect(scripted.links[0]!.sent).toEqual([]);
  });

  it('a delay also delays the events behind it', () => {
    const { lines } = after(() => {
      const bench = new FaultyBench({ delayTxDone: 1, delayReceived: 1, maxDelay: 50 }, ordered);
      bench.send('A', 'B');
      bench.link.txDone();
      bench.link.received('1');
      bench.faulty.active = false;
      bench.link.txDone();
      bench.link.received('2');
      bench.at(1, () => bench.link.received('3'));
      return bench;
    });
    expect(lines.filter((line) => line.includes('ok')).map((line) => line.split(' ')[1])).toEqual(['A', 'B']);
    expect(lines.filter((line) => line.includes('received')).map((line) => line.split(' ')[2])).toEqual(['1', '2', '3']);
    expect(lines.every((line) => Number(line.split(' ')[0]) > 1)).toBe(true);
  });

  it('a tx-done comes twice only while nothing is in flight', () => {
    const { lines, faults } = after(() => {
      const bench = new FaultyBench({ duplicateTxDone: 1 }, { ...ordered, window: 1 });
      bench.send('A', 'B');
      bench.link.txDone();
      bench.link.txDone();
      return bench;
    });
    expect(lines).toEqual(['0 A ok', '0 B ok', '0 unknownTxDone']);
    expect(faults).toBe('duplicateTxDone: 1 ms');
  });

  it('a late answer of a poll also delays the answers behind it', () => {
    const { lines, faulty } = after(() => {
      const bench = new FaultyBench({ delayTxDone: 1, maxDelay: 50, seed: 5 }, { ...ordered, txDone: 'poll', txPollPeriod: 1 });
      bench.send('A', 'B');
      bench.link.setLastTxDone(1, true);
      bench.at(1, () => {
        bench.faulty.active = false;
        bench.link.setLastTxDone(2, true);
      });
      return bench;
    });
    expect(faulty.faults[0]!.ms).toBeGreaterThan(2);
    expect(lines).toEqual([`${faulty.faults[0]!.ms} A ok`, `${faulty.faults[0]!.ms} B ok`]);
  });

  it('a tx-done can be lost alone if the link is declared untagged', () => {
    const { lines, faulty } = after(() => {
      const bench = new FaultyBench({ dropTxDone: 1, correlation: 'untagged' }, { ...ordered, quarantine: 20 });
      bench.channel
        .send('A')
        .pipe(txTimeout(10))
        .subscribe({ error: () => bench.write('A timeout') });
      bench.link.txDone({ token: 1 });
      bench.send('B');
      bench.faulty.active = false;
      // The token is removed. With it this would be a late tx-done.
      bench.at(40, () => bench.link.txDone({ token: 1 }));
      return bench;
    });
    expect(faulty).toMatchObject({ correlation: 'untagged', window: 1 });
    expect(lines).toEqual(['10 A timeout', '40 B ok']);
  });
});
