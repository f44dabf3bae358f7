import type { Channel } from 'rx-mailbox';
import { HspBench, type BenchOptions } from '../../support/devices/HspBench';

/* What a logic analyser would show: R and W are reads and writes, of which register, and the word in hexadecimal. */

/** Without the reads that detect a reset: the accesses of the Linux driver, plus one read of the mailbox before it is written. */
const make = (options: BenchOptions = {}): HspBench => new HspBench({ ...options, driver: { detectReset: false, ...options.driver } });

describe('the accesses of the driver, in order', () => {
  it('when it is made: reads the dimensions, and disables all causes', () => {
    expect(new HspBench().probing).toEqual(['R DIM 87008', 'W IE0 0']);
    expect(new HspBench({ driver: { shared: 3 } }).probing).toEqual(['R DIM 87008', 'W IE3 0']);
    const { probing, hsp } = new HspBench({ driver: { variant: 'tegra264' }, dimensions: { doorbells: 17, sharedInterrupts: 16 } });
    expect(probing).toEqual(['R DIM 211008', 'W IE0 0']);
    expect(hsp.dimensions).toEqual({ mailboxes: 8, sharedSemaphores: 0, arbitratedSemaphores: 0, doorbells: 17, sharedInterrupts: 16 });
  });

  describe('of a 32-bit producer', () => {
    it('to start and to stop', () => {
      const bench = make();
      const channel = bench.request('sm:0:tx');
      bench.run();
      expect(bench.trace()).toEqual(['W IE0 0']);
      channel.close();
      bench.run();
      expect(bench.trace()).toEqual(['W IE0 0']);
    });

    it('to send: read, write, enable EMPTY; then the interrupt, disable EMPTY, tx-done', () => {
      const bench = make({ model: { latency: 3 } });
      const channel = bench.request('sm:0:tx');
      bench.run();
      bench.trace();
      channel.next(0x1234);
      expect(bench.trace()).toEqual(['R SM0.MBOX 0', 'W SM0.MBOX 80001234', 'W IE0 1']);
      bench.run(2);
      expect(bench.trace()).toEqual([]);
      bench.run(1);
      // IR: all eight are empty again, but only one is enabled.
      expect(bench.trace()).toEqual(['R IR ff', 'W IE0 0']);
      expect(bench.messages).toEqual([0x1234]);
    });

    it('to send two: the second is written when the first has been read, before the first send ends', () => {
      const bench = make({ model: { latency: 1 } });
      const channel = bench.request('sm:0:tx');
      bench.run();
      const log: string[] = [];
      bench.trace();
      channel.send(1).subscribe({ complete: () => log.push(...bench.trace(), 'done 1') });
      channel.send(2).subscribe({ complete: () => log.push(...bench.trace(), 'done 2') });
      bench.run(5);
      expect(log).toEqual([
        'R SM0.MBOX 0',
        'W SM0.MBOX 80000001',
        'W IE0 1',
        'R IR ff',
        'W IE0 0',
        'R SM0.MBOX 0',
        'W SM0.MBOX 80000002',
        'W IE0 1',
        'done 1',
        'R IR ff',
        'W IE0 0',
        'done 2',
      ]);
    });

    it('to flush: polls the mailbox, and disables EMPTY when it is empty', () => {
      const bench = make({ model: { latency: 2 } });
      bench.model.loseInterrupts();
      const channel = bench.request('sm:0:tx');
      bench.run();
      channel.next(7);
      bench.trace();
      const log: string[] = [];
      channel.flush(10).subscribe({ complete: () => log.push(...bench.trace(), `flushed at ${bench.scheduler.now()}`) });
      bench.run(9);
      expect(log).toEqual(['R SM0.MBOX 80000007', 'R SM0.MBOX 80000007', 'R SM0.MBOX 0', 'W IE0 0', 'flushed at 2']);
    });

    it('when the mailbox still holds an earlier owner’s message: reads it, and waits for EMPTY', () => {
      const bench = make({ model: { holds: true } });
      const before = bench.request('sm:0:tx');
      before.next(1);
      bench.run();
      before.close();
      const channel = bench.request('sm:0:tx');
      bench.run();
      bench.trace();
      channel.next(2);
      expect(bench.trace()).toEqual(['R SM0.MBOX 80000001', 'W IE0 1']);
      bench.arrived[0]!.take();
      bench.run();
      expect(bench.trace()).toEqual(['R IR ff', 'W IE0 0', 'R SM0.MBOX 0', 'W SM0.MBOX 80000002', 'W IE0 1']);
    });
  });

  describe('of a 32-bit consumer', () => {
    it('to start, to receive, and to stop', () => {
      const bench = make();
      const channel = bench.request('sm:1:rx');
      expect(bench.trace()).toEqual([]);
      const received: number[] = [];
      channel.subscribe((message) => received.push(message, ...(bench.trace() as never[])));
      bench.run();
      expect(bench.trace()).toEqual(['W IE0 200']);
      bench.model.send(1, 0x7fff_ffff);
      bench.run();
      expect(received).toEqual([0x7fff_ffff, 'R IR 2fd', 'R SM1.MBOX ffffffff', 'R DIM 87008', 'W SM1.MBOX 0']);
      received.length = 0;
      bench.model.send(1, 5);
      bench.run();
      expect(received).toEqual([5, 'R IR 2fd', 'R SM1.MBOX 80000005', 'W SM1.MBOX 0']);
      channel.close();
      expect(bench.trace()).toEqual(['W IE0 0']);
    });
  });

  describe('of a 128-bit producer', () => {
    it('to send: the words first, the tag last', () => {
      const bench = make({ model: { receives: { 3: 128 } } });
      const channel = bench.mailbox128.requestChannel('sm:3:tx:128');
      bench.run();
      expect(bench.trace()).toEqual(['W IE0 0']);
      channel.next([1, 0xffff_ffff, 3, 4]);
      expect(bench.trace()).toEqual([
        'R SM3.TAG 0',
        'W SM3.DATA0 1',
        'W SM3.DATA1 ffffffff',
        'W SM3.DATA2 3',
        'W SM3.DATA3 4',
        'W SM3.TAG 80000000',
        'W IE0 8',
      ]);
      bench.run();
      expect(bench.trace()).toEqual(['R IR ff', 'W IE0 0']);
      channel.close();
      expect(bench.trace()).toEqual(['W IE0 0']);
    });

    it('to flush: polls the tag, while Linux reads offset 0 and finds it empty at once', () => {
      const bench = make({ model: { receives: { 3: 128 }, latency: 2 } });
      bench.model.loseInterrupts();
      const channel = bench.mailbox128.requestChannel('sm:3:tx:128');
      bench.run();
      channel.next([1, 2, 3, 4]);
      bench.trace();
      const log: string[] = [];
      channel.flush(10).subscribe({ complete: () => log.push(...bench.trace(), `flushed at ${bench.scheduler.now()}`) });
      expect(log).toEqual([]);
      bench.run(9);
      expect(log).toEqual(['R SM3.TAG 80000000', 'R SM3.TAG 80000000', 'R SM3.TAG 0', 'W IE0 0', 'flushed at 2']);
    });
  });

  it('of a 128-bit consumer to start, to receive, and to stop', () => {
    const bench = make();
    const channel = bench.mailbox128.requestChannel('sm:4:rx:128');
    const received: unknown[] = [];
    channel.subscribe((message) => received.push([...message], ...bench.trace()));
    bench.run();
    expect(bench.trace()).toEqual(['W IE0 1000']);
    bench.model.send(4, [9, 8, 7, 6]);
    bench.run();
    expect(received).toEqual([
      [9, 8, 7, 6],
      'R IR 10ef',
      'R SM4.TAG 80000000',
      'R SM4.DATA0 9',
      'R SM4.DATA1 8',
      'R SM4.DATA2 7',
      'R SM4.DATA3 6',
      'W SM4.DATA0 0',
      'W SM4.DATA1 0',
      'W SM4.DATA2 0',
      'W SM4.DATA3 0',
      'W SM4.TAG 0',
    ]);
    channel.close();
    expect(bench.trace()).toEqual(['W IE0 0']);
  });

  it('on Tegra194, where each mailbox has its own enables: also sets that of EMPTY, which Linux only clears', () => {
    const bench = make({ driver: { variant: 'tegra194' }, model: { holds: true } });
    const [producer, consumer] = [bench.request('sm:0:tx'), bench.request('sm:1:rx')];
    bench.run();
    expect(bench.trace()).toEqual(['W IE0 0', 'W SM0.EMPTY_IE 0', 'W IE0 200', 'W SM1.FULL_IE 1']);
    let completed = 0;
    producer.send(1).subscribe({ complete: () => completed++ });
    bench.run();
    expect(bench.trace()).toEqual(['R SM0.MBOX 0', 'W SM0.MBOX 80000001', 'W SM0.EMPTY_IE 1', 'W IE0 201']);
    bench.arrived[0]!.take();
    bench.run();
    expect([completed, bench.trace()]).toEqual([1, ['R IR ff', 'W IE0 200']]);
    producer.close();
    consumer.close();
    expect(bench.trace()).toEqual(['W SM0.EMPTY_IE 0', 'W IE0 200', 'W SM1.FULL_IE 0', 'W IE0 0']);
  });

  it('of an interrupt without a cause: reads the causes', () => {
    const bench = make();
    bench.request('sm:0:tx').next(1);
    bench.request('sm:1:rx');
    bench.doorbells.requestChannel('db:bpmp');
    bench.run();
    bench.trace();
    bench.model.interruptForNothing();
    bench.model.interruptForNothing(17);
    bench.run();
    expect(bench.trace()).toEqual(['R IR ff', 'R DB1.PENDING 0']);
  });

  it('that detect a reset: read the enables before they are written, and before EMPTY is used', () => {
    const bench = new HspBench();
    const [producer, consumer] = [bench.request('sm:0:tx'), bench.request('sm:1:rx')];
    bench.run();
    expect(bench.trace()).toEqual(['R IE0 0', 'W IE0 0', 'R IE0 0', 'W IE0 200']);
    producer.next(1);
    expect(bench.trace()).toEqual(['R IE0 200', 'R SM0.MBOX 0', 'W SM0.MBOX 80000001', 'W IE0 201']);
    bench.run();
    expect(bench.trace()).toEqual(['R IR ff', 'R IE0 201', 'W IE0 200']);
    producer.flush(1).subscribe();
    bench.model.send(1, 2);
    bench.run();
    expect(bench.trace()).toEqual(['R IR 2fd', 'R IE0 200', 'R SM1.MBOX 80000002', 'W SM1.MBOX 0']);
    producer.close();
    consumer.close();
    expect(bench.trace()).toEqual(['R IE0 200', 'W IE0 200', 'R IE0 200', 'W IE0 0']);
  });

  describe('of a doorbell', () => {
    const start = (bench: HspBench): Channel<unknown, void> => bench.doorbells.requestChannel('db:bpmp');

    it('to start: check that we may ring there, then let them ring here; and to stop', () => {
      const bench = make();
      const channel = start(bench);
      bench.run();
      expect(bench.trace()).toEqual(['R DB3.ENABLE 20000', 'R DB1.ENABLE 0', 'W DB1.ENABLE 80000']);
      channel.close();
      expect(bench.trace()).toEqual(['R DB1.ENABLE 80000', 'W DB1.ENABLE 0']);
    });

    it('to ring and to be rung', () => {
      const bench = make();
      const channel = start(bench);
      const received: unknown[] = [];
      channel.subscribe((message) => received.push(message, ...bench.trace()));
      bench.run();
      bench.trace();
      channel.next('does not travel');
      expect(bench.trace()).toEqual(['R DB3.ENABLE 20000', 'W DB3.TRIGGER 1']);
      bench.run();
      expect(bench.rings).toEqual([17]);
      bench.model.ring();
      bench.run();
      expect(received).toEqual([undefined, 'R DB1.PENDING 80000', 'W DB1.PENDING 80000']);
    });
  });
});
