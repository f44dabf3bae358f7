import { SET_IN, sent, VCP, VcpBench, words, wordsOf } from '../../support/devices/VcpBench';

describe('the register accesses of a VCP mailbox', () => {
  // #region trace
  it('startup: check that the device is there; later, unmask the line', () => {
    const bench = new VcpBench();
    bench.open();
    expect(bench.done()).toEqual(['R 100 = 0']);
    bench.advance();
    expect(bench.done()).toEqual(['unmask']);
  });

  it('send: check the pin, write the words, raise the pin', () => {
    const bench = new VcpBench();
    const channel = bench.open();
    bench.advance();
    bench.done();
    sent(channel, words(3, 0x11111111, 0x22222222));
    expect(bench.done()).toEqual(['R 100 = 0', 'W 18 = 11111111', 'W 1c = 22222222', 'W 100 = 8']);
  });

  it('tx-done: read the bit of that message in SET_IN, at once and every period', () => {
    const bench = new VcpBench({ txPollPeriod: 5 }, { latency: 7 });
    const outcomes = sent(bench.open(), words(3, 1));
    bench.done();
    bench.advance();
    expect(bench.done()).toEqual(['unmask', 'R 100 = 8']);
    bench.advance(5);
    expect(bench.done()).toEqual(['R 100 = 8']);
    expect(outcomes).toEqual([]);
    bench.advance(5);
    expect(bench.done()).toEqual(['R 100 = 0']);
    expect(outcomes).toEqual(['ok']);
    bench.advance(100);
    expect(bench.done()).toEqual([]);
  });

  it('receive: read the pins, read their slots, deliver, then acknowledge', () => {
    const bench = new VcpBench();
    bench.open().subscribe((message) => bench.trace.push(`pin ${message.pin}: ${wordsOf(message).join()}`));
    bench.advance();
    bench.done();
    bench.model.raise(5, Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0));
    bench.advance();
    expect(bench.done()).toEqual(['R 10c = 20', 'R 28 = 1', 'R 2c = 2', 'pin 5: 1,2', 'W 10c = 20']);
  });

  it('receive on several pins: read all slots, deliver all, acknowledge once', () => {
    const bench = new VcpBench({ receive: [{ pin: 30 }, { pin: 31, offset: 0x40, size: 4 }] });
    bench.open().subscribe(({ pin }) => bench.trace.push(`pin ${pin}`));
    bench.advance();
    bench.done();
    bench.model.raise(31, Uint8Array.of(7, 0, 0, 0));
    bench.model.raise(30);
    bench.model.raise(2);
    bench.advance();
    expect(bench.done()).toEqual(['R 10c = c0000004', 'R f0 = 0', 'R f4 = 0', 'R 40 = 7', 'pin 2', 'pin 30', 'pin 31', 'W 10c = c0000004']);
  });

  it('a spurious interrupt: read the pins, and do nothing else', () => {
    const bench = new VcpBench();
    bench.open();
    bench.advance();
    bench.done();
    bench.model.interruptForNothing();
    bench.advance();
    expect(bench.done()).toEqual(['R 10c = 0']);
  });

  it('a busy pin: check it every period until it is clear', () => {
    const bench = new VcpBench({ txPollPeriod: 5 });
    const channel = bench.open();
    bench.advance();
    bench.model.set({ stuck: 1 << 3 });
    bench.registers.write32(SET_IN, 1 << 3);
    bench.done();
    const outcomes = sent(channel, words(3, 1));
    expect(bench.done()).toEqual(['R 100 = 8']);
    bench.advance(10);
    expect(bench.done()).toEqual(['R 100 = 8', 'R 100 = 8']);
    bench.registers.as(VCP).write32(SET_IN, 1 << 3);
    bench.model.set({ stuck: 0 });
    bench.advance(5);
    expect(bench.done()).toEqual(['R 100 = 0', 'W 18 = 1', 'W 100 = 8', 'R 100 = 0']);
    expect(outcomes).toEqual(['ok']);
  });

  it('flush: no accesses except the usual polls', () => {
    const bench = new VcpBench({ txPollPeriod: 5 }, { latency: 6 });
    const channel = bench.open();
    bench.advance();
    sent(channel, words(3, 1));
    bench.done();
    channel.flush(100).subscribe({ complete: () => bench.trace.push('drained') });
    bench.advance(20);
    expect(bench.done()).toEqual(['R 100 = 8', 'R 100 = 8', 'R 100 = 0', 'drained']);
  });

  it('shutdown: mask the line; what was sent stays on its pin', () => {
    const bench = new VcpBench({}, { stuck: 8 });
    const channel = bench.open();
    bench.advance();
    const outcomes = sent(channel, words(3, 1));
    bench.done();
    channel.close();
    expect(bench.done()).toEqual(['mask']);
    expect(outcomes).toEqual(['ESHUTDOWN unknown']);
    bench.advance(100);
    expect(bench.done()).toEqual([]);
    expect(bench.registers.read32(SET_IN)).toBe(8);
  });

  it('a lost device: read all registers, then check every period whether it is back', () => {
    const bench = new VcpBench({ txPollPeriod: 5 });
    const channel = bench.open();
    bench.advance();
    bench.model.powerOff();
    bench.done();
    const outcomes = sent(channel, words(3, 1));
    const everywhere = ['100', '10c', ...Array.from({ length: 64 }, (_, i) => (4 * i).toString(16))].map((at) => `R ${at} = ffffffff`);
    expect(bench.done()).toEqual([...everywhere, 'mask']);
    bench.advance(5);
    expect(bench.done()).toEqual(everywhere);
    bench.model.powerOn();
    bench.advance(5);
    expect(bench.done()).toEqual(['R 100 = 0', 'unmask', 'R 100 = 0', 'W 18 = 1', 'W 100 = 8', 'R 100 = 0']);
    expect(outcomes).toEqual(['ok']);
  });
  // #endregion trace
});
