import type { Channel, MailboxError } from 'rx-mailbox';
import type { VcpMessage, VcpReceived } from 'rx-mailbox/mtk-vcp';
import { CLR_OUT, eventsOf, sent, VcpBench, words } from '../../support/devices/VcpBench';

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('a reset of the VCP', () => {
  it('that is announced fails messages in flight, delivery unknown; waiting messages are sent later', () => {
    const bench = new VcpBench({ window: 4 }, { holds: true });
    const channel = bench.open();
    const outcomes = range(6).map((n) => sent(channel, words(n, n)));
    bench.advance(5);
    const reason = new Error('watchdog');
    const causes: unknown[] = [];
    channel.txDone$.subscribe(({ error }) => error && causes.push(error.cause));
    bench.controller.peerGone(reason);
    bench.advance(50);
    bench.model.reset();
    bench.controller.peerBack();
    expect(outcomes).toEqual([...range(4).map(() => ['ENETDOWN unknown']), [], []]);
    expect(causes).toEqual(range(4).map(() => reason));
    bench.advance(5);
    for (const arrival of bench.arrived) arrival.take();
    bench.advance(5);
    expect(outcomes.slice(4)).toEqual([['ok'], ['ok']]);
    expect(bench.arrived.map(({ pin }) => pin)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('frees a stuck pin', () => {
    const bench = new VcpBench({}, { stuck: 1 << 1 });
    const channel = bench.open();
    const first = sent(channel, words(1, 1));
    const second = sent(channel, words(1, 2));
    bench.advance(100);
    expect([first, second]).toEqual([[], []]);
    bench.controller.peerGone();
    bench.model.reset();
    bench.model.set({ stuck: 0 });
    bench.controller.peerBack();
    bench.advance(5);
    expect([first, second]).toEqual([['ENETDOWN unknown'], ['ok']]);
  });

  it('that is not announced looks as if all messages were taken, because no register shows it', () => {
    const bench = new VcpBench({}, { holds: true });
    const outcomes = sent(bench.open(), words(1, 1));
    bench.advance(5);
    bench.model.reset();
    bench.advance(5);
    expect(outcomes).toEqual(['ok']);
  });

  it('is noticed if the power was off in between', () => {
    const bench = new VcpBench({ window: 2, txPollPeriod: 5 }, { holds: true });
    const channel = bench.open();
    const outcomes = range(3).map((n) => sent(channel, words(n, n)));
    const events = eventsOf(channel);
    bench.advance(5);
    bench.model.powerOff();
    bench.advance(5);
    expect(outcomes).toEqual([['ENETDOWN unknown'], ['ENETDOWN unknown'], []]);
    bench.advance(100);
    bench.model.powerOn();
    bench.advance(5);
    bench.arrived[2]!.take();
    bench.advance(5);
    expect(outcomes[2]).toEqual(['ok']);
    expect(events.filter((type) => type === 'down' || type === 'up')).toEqual(['down', 'up']);
  });

  it('lasts until peerBack(), for every owner and whatever the registers read', () => {
    const bench = new VcpBench();
    bench.controller.peerGone();
    const first = bench.open();
    const events = eventsOf(first);
    const outcomes = [sent(first, words(1, 1))];
    bench.model.powerOff();
    bench.advance(50);
    bench.model.powerOn();
    bench.advance(50);
    expect(events.filter((type) => type !== 'queued')).toEqual([]);
    bench.controller.peerGone();
    first.close();
    const next = bench.open();
    outcomes.push(sent(next, words(1, 2)));
    bench.advance(50);
    expect(outcomes).toEqual([['ESHUTDOWN not-sent'], []]);
    bench.controller.peerBack();
    bench.advance(2);
    expect(outcomes[1]).toEqual(['ok']);
    bench.controller.peerBack();
    expect(bench.pending).toBe(0);
  });

  it('while the power is off ends when the power is back', () => {
    const bench = new VcpBench();
    const channel = bench.open();
    bench.controller.peerGone();
    bench.model.powerOff();
    bench.controller.peerBack();
    bench.controller.peerBack();
    const outcomes = sent(channel, words(1, 1));
    bench.advance(20);
    expect(outcomes).toEqual([]);
    bench.model.powerOn();
    bench.advance(2);
    expect(outcomes).toEqual(['ok']);
    expect(bench.pending).toBe(0);
  });

  it('has no effect while the channel is closed', () => {
    const bench = new VcpBench();
    bench.controller.peerGone();
    bench.controller.peerBack();
    const outcomes = sent(bench.open(), words(1, 1));
    bench.advance(1);
    expect(outcomes).toEqual(['ok']);
    expect(bench.pending).toBe(0);
  });
});

describe('a device that is gone', () => {
  it('when the channel is requested: messages wait until it is back', () => {
    const bench = new VcpBench();
    bench.model.powerOff();
    const channel = bench.open();
    const outcomes = sent(channel, words(1, 1));
    bench.advance(50);
    expect(outcomes).toEqual([]);
    bench.model.powerOn();
    bench.advance(5);
    expect(outcomes).toEqual(['ok']);
  });

  it('is noticed in an interrupt and by peekData, with a reason', () => {
    for (const notice of [
      (bench: VcpBench) => bench.registers.raise(0),
      (_: VcpBench, channel: Channel<VcpMessage, VcpReceived>) => channel.peekData(),
    ]) {
      const bench = new VcpBench({ name: 'vcp3' });
      const channel = bench.open();
      const reasons: unknown[] = [];
      channel.events$.subscribe(({ error }) => reasons.push(error));
      bench.advance();
      // Unlike the model, which does not interrupt without power.
      bench.model.close();
      for (let offset = 0; offset <= CLR_OUT; offset += 4) bench.registers.as(2).write32(offset, 0xffff_ffff);
      notice(bench, channel);
      bench.advance();
      expect(reasons).toEqual([new Error('vcp3: all registers read 0xffffffff, so there is no device')]);
      expect(channel.peekData()).toBe(false);
      channel.close();
      expect(bench.trace.at(-1)).toBe('mask');
    }
  });

  it('leaves no timer behind when the channel closes', () => {
    const bench = new VcpBench();
    bench.model.powerOff();
    const channel = bench.open();
    bench.advance(5);
    channel.close();
    expect(bench.pending).toBe(0);
    bench.done();
    bench.advance(50);
    expect(bench.done()).toEqual([]);
  });
});

describe('a stuck pin', () => {
  it('stalls its own mailbox and no other', () => {
    const [stuck, other] = [new VcpBench({ window: 4 }, { stuck: 2 }), new VcpBench({ window: 4 })];
    const held = sent(stuck.open(), words(1, 1));
    const channel = other.open();
    const outcomes = range(20).map((n) => sent(channel, words(n % 3, n)));
    for (let t = 0; t < 50; t++) for (const bench of [stuck, other]) bench.advance(1);
    expect(held).toEqual([]);
    expect(outcomes).toEqual(range(20).map(() => ['ok']));
  });

  it('makes a flush fail at its time limit; the next flush completes once the pin is clear', () => {
    const bench = new VcpBench({ window: 4 }, { stuck: 2 });
    const channel = bench.open();
    const outcomes = [words(1, 1), words(2, 2)].map((message) => sent(channel, message));
    const flushed: string[] = [];
    const flush = (): void => {
      channel.flush(30).subscribe({
        error: (error: unknown) => flushed.push((error as MailboxError).code),
        complete: () => flushed.push('drained'),
      });
    };
    flush();
    bench.advance(50);
    expect([flushed, outcomes]).toEqual([['ETIME'], [[], ['ok']]]);
    flush();
    bench.model.set({ stuck: 0 });
    bench.advance(5);
    expect([flushed, outcomes]).toEqual([
      ['ETIME', 'drained'],
      [['ok'], ['ok']],
    ]);
  });
});
