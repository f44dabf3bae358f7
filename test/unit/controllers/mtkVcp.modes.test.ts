import { retry, timer } from 'rxjs';
import { Mailbox, isMailboxError, txTimeout, type Channel } from 'rx-mailbox';
import { vcpMessage, type VcpMessage, type VcpReceived } from 'rx-mailbox/mtk-vcp';
import { CLR_OUT, eventsOf, SET_IN, sent, VCP, VcpBench, words, wordsOf } from '../../support/devices/VcpBench';

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

function timed(channel: Channel<VcpMessage, VcpReceived>, message: VcpMessage, ms: number): string[] {
  const outcomes: string[] = [];
  channel
    .send(message)
    .pipe(txTimeout(ms))
    .subscribe({
      error: (error: unknown) => outcomes.push(isMailboxError(error) ? `${error.code} ${error.delivery}` : String(error)),
      complete: () => outcomes.push('ok'),
    });
  return outcomes;
}

describe('one message in flight', () => {
  it('makes the next one wait, even if its pin is clear', () => {
    const bench = new VcpBench({}, { holds: true });
    const channel = bench.open();
    const outcomes = [sent(channel, words(1, 1)), sent(channel, words(2, 2))];
    bench.advance(10);
    expect(bench.arrived.map(({ pin }) => pin)).toEqual([1]);
    bench.arrived[0]!.take();
    bench.advance(10);
    expect(bench.arrived.map(({ pin }) => pin)).toEqual([1, 2]);
    expect(outcomes).toEqual([['ok'], []]);
  });

  it('polls only the pin of that message', () => {
    const bench = new VcpBench({}, { stuck: 0xff });
    bench.registers.write32(SET_IN, 1 << 5);
    const outcomes = sent(bench.open(), words(1, 1));
    bench.advance(5);
    bench.registers.as(VCP).write32(SET_IN, 1 << 5);
    bench.advance(5);
    expect(outcomes).toEqual([]);
    bench.registers.write32(SET_IN, 1 << 6);
    bench.registers.as(VCP).write32(SET_IN, 1 << 1);
    bench.advance(5);
    expect(outcomes).toEqual(['ok']);
  });
});

describe('as many in flight as there are pins', () => {
  it('are 32, and each sender gets its own tx-done, whatever the order', () => {
    const bench = new VcpBench({ window: 32 }, { holds: true });
    const channel = bench.open();
    const outcomes = range(32).map((pin) => sent(channel, words(pin, pin, 100 + pin)));
    bench.advance(10);
    expect(bench.registers.read32(SET_IN)).toBe(0xffff_ffff);
    expect(bench.arrived.map(wordsOf)).toEqual(range(32).map((pin) => [pin, 100 + pin]));
    for (const step of range(32)) {
      const pin = (step * 13 + 5) % 32;
      bench.arrived[pin]!.take();
      bench.advance(1);
      expect(outcomes[pin]).toEqual(['ok']);
      expect(outcomes.flat()).toHaveLength(step + 1);
    }
  });

  it('notice that a message was taken even if its pin already carries the next one', () => {
    const bench = new VcpBench({ window: 2, txPollPeriod: 10 }, { latency: 3 });
    const channel = bench.open();
    const first = sent(channel, words(1, 1));
    bench.advance(5);
    const second = sent(channel, words(1, 2));
    bench.advance();
    expect([first, second]).toEqual([['ok'], []]);
    bench.advance(10);
    expect(second).toEqual(['ok']);
  });

  it('are not mistaken for a lost device, even if the VCP has raised its 32 pins, too', () => {
    const bench = new VcpBench({ window: 32 }, { holds: true });
    const channel = bench.open();
    const received: number[] = [];
    channel.subscribe(({ pin }) => received.push(pin));
    const events = eventsOf(channel);
    for (const pin of range(32)) sent(channel, words(pin, 0xffffffff, pin === 31 ? 0 : 0xffffffff));
    bench.model.loseInterrupts();
    for (const pin of range(32)) bench.model.raise(pin);
    bench.advance(5);
    expect([bench.registers.read32(SET_IN), bench.registers.read32(CLR_OUT)]).toEqual([0xffffffff, 0xffffffff]);
    bench.model.loseInterrupts(0);
    bench.advance(5);
    expect(received).toEqual(range(32));
    expect(events).not.toContain('down');
  });
});

describe('a busy pin', () => {
  it('makes its message wait, and all messages behind it', () => {
    const bench = new VcpBench({ window: 32, txPollPeriod: 4 }, { stuck: 1 << 1 });
    const channel = bench.open();
    const events = eventsOf(channel);
    const outcomes = [words(1, 1), words(1, 2), words(2, 3)].map((message) => sent(channel, message));
    bench.advance(20);
    expect(bench.arrived).toEqual([]);
    expect(outcomes.flat()).toEqual([]);
    expect(events.filter((type) => type === 'busy').length).toBeGreaterThan(4);
    bench.done();
    bench.model.set({ stuck: 0 });
    // Within one period, and the next one for the tx-dones.
    bench.advance(8);
    expect(bench.done().filter((access) => access.startsWith('W 100'))).toEqual(['W 100 = 2', 'W 100 = 4']);
    expect(outcomes).toEqual([['ok'], ['ok'], ['ok']]);
  });

  it('lets the next message go first when the waiting sender gives up', () => {
    const bench = new VcpBench({ window: 32 }, { stuck: 1 << 1 });
    const channel = bench.open();
    sent(channel, words(1, 1));
    const waiting = timed(channel, words(1, 2), 10);
    const behind = sent(channel, words(2, 3));
    bench.advance(20);
    expect([waiting, behind]).toEqual([['ETIME not-sent'], ['ok']]);
  });

  it("with whenBusy 'fail', fails its message alone", () => {
    const bench = new VcpBench({ window: 32, whenBusy: 'fail', name: 'vcp0' }, { stuck: 1 << 1 });
    const channel = bench.open();
    const causes: unknown[] = [];
    channel.txDone$.subscribe(({ error }) => error && causes.push(error.cause));
    const outcomes = [words(1, 1), words(1, 2), words(2, 3)].map((message) => sent(channel, message));
    bench.advance(5);
    expect(outcomes).toEqual([[], ['EIO not-sent'], ['ok']]);
    expect(causes).toEqual([new Error('vcp0: the VCP has not taken what is on pin 1')]);
  });

  it("with whenBusy 'fail' and retry, waits outside the queue", () => {
    const bench = new VcpBench({ window: 32, whenBusy: 'fail' }, { stuck: 1 << 1 });
    const channel = bench.open();
    sent(channel, words(1, 1));
    const outcomes: string[] = [];
    const scheduler = bench.time;
    // #region retry
    const patient$ = channel.send(words(1, 2)).pipe(
      retry({
        count: 20,
        delay: (error: unknown) => {
          if (isMailboxError(error) && error.delivery === 'not-sent') return timer(5, scheduler);
          throw error;
        },
      }),
    );
    // #endregion retry
    patient$.subscribe({ complete: () => outcomes.push('ok') });
    const other = sent(channel, words(2, 3));
    bench.advance(20);
    expect([outcomes, other]).toEqual([[], ['ok']]);
    bench.model.set({ stuck: 0 });
    bench.advance(10);
    expect(outcomes).toEqual(['ok']);
    expect(bench.arrived.map((message) => wordsOf(message)[0])).toEqual([3, 1, 2]);
  });

  it('is also a pin whose slots are in use by another pin', () => {
    const bench = new VcpBench({ window: 32 }, { holds: true, transmit: [{ pin: 0, size: 16 }, { pin: 1 }, { pin: 2 }] });
    const channel = bench.open();
    const long = sent(channel, words(0, 1, 2, 3, 4));
    const inside = sent(channel, words(1, 5, 6));
    bench.advance(10);
    expect(bench.arrived.map(wordsOf)).toEqual([[1, 2, 3, 4]]);
    bench.arrived[0]!.take();
    bench.advance(5);
    expect(bench.arrived.slice(1).map(wordsOf)).toEqual([[5, 6]]);
    bench.arrived[1]!.take();
    bench.advance(5);
    expect([long, inside]).toEqual([['ok'], ['ok']]);
  });

  it('is not a pin without data, even if its slots are in use', () => {
    const bench = new VcpBench({ window: 32 }, { stuck: 1, transmit: [{ pin: 0, size: 16 }] });
    const channel = bench.open();
    sent(channel, words(0, 1, 2, 3, 4));
    const signal = sent(channel, vcpMessage({ pin: 1, offset: 8, data: new Uint8Array(0) }));
    bench.advance(5);
    expect(signal).toEqual(['ok']);
  });
});

describe('a sender that leaves', () => {
  it('leaves its message on the pin: no other sender gets its tx-done, and the next message for that pin waits', () => {
    const bench = new VcpBench({}, { stuck: 1 << 1 });
    const channel = bench.open();
    const events = eventsOf(channel);
    const left = timed(channel, words(1, 1), 10);
    bench.advance(10);
    const other = sent(channel, words(2, 2));
    bench.advance(5);
    const same = sent(channel, words(1, 3));
    bench.advance(20);
    expect([left, other, same]).toEqual([['ETIME unknown'], ['ok'], []]);
    bench.model.set({ stuck: 0 });
    bench.advance(5);
    expect(same).toEqual(['ok']);
    expect(bench.arrived.map((message) => wordsOf(message)[0])).toEqual([2, 1, 3]);
    expect(events).not.toContain('lateTxDone');
  });

  it('with an infinite quarantine holds its slot until its pin is cleared', () => {
    const bench = new VcpBench({ quarantine: Infinity }, { stuck: 1 << 1 });
    const channel = bench.open();
    const events = eventsOf(channel);
    const left = timed(channel, words(1, 1), 10);
    const other = sent(channel, words(2, 2));
    bench.advance(50);
    expect([left, other]).toEqual([['ETIME unknown'], []]);
    bench.model.set({ stuck: 0 });
    // Nobody waits for the answer, so each question comes after twice the time.
    bench.advance(100);
    expect(other).toEqual(['ok']);
    expect(events).toContain('lateTxDone');
  });

  it('with a finite quarantine frees its slot after that time', () => {
    const bench = new VcpBench({ quarantine: 30 }, { stuck: 1 << 1 });
    const channel = bench.open();
    timed(channel, words(1, 1), 10);
    const other = sent(channel, words(2, 2));
    bench.advance(39);
    expect(other).toEqual([]);
    bench.advance(2);
    expect(other).toEqual(['ok']);
  });

  it('while its message waits: the message is not sent', () => {
    const bench = new VcpBench({}, { stuck: 1 << 1 });
    const channel = bench.open();
    sent(channel, words(1, 1));
    const outcomes = timed(channel, words(1, 2), 10);
    bench.advance(20);
    bench.model.set({ stuck: 0 });
    bench.advance(20);
    expect(outcomes).toEqual(['ETIME not-sent']);
    expect(bench.arrived.map((message) => wordsOf(message)[0])).toEqual([1]);
  });
});

describe('the next owner', () => {
  it('waits if an earlier owner left a message on the pin, and does not get its tx-done', () => {
    const bench = new VcpBench({ window: 32 }, { stuck: 1 << 1 });
    const first = bench.open();
    const old = sent(first, words(1, 1));
    first.close();
    const next = bench.open();
    const outcomes = sent(next, words(1, 2));
    bench.advance(20);
    expect([old, outcomes]).toEqual([['ESHUTDOWN unknown'], []]);
    bench.model.set({ stuck: 0 });
    bench.advance(5);
    expect(outcomes).toEqual(['ok']);
    expect(bench.arrived.map((message) => wordsOf(message)[0])).toEqual([1, 2]);
  });

  it('of another mailbox with the same token numbers does not get it either', () => {
    const bench = new VcpBench({}, { stuck: 1 << 1 });
    sent(bench.open(), words(1, 1));
    bench.mailbox.close();
    const next = new Mailbox(bench.controller, { scheduler: bench.time }).requestChannel(0);
    const outcomes = sent(next, words(2, 2));
    bench.advance(5);
    // By the token alone, pin 1 would have been polled.
    expect(outcomes).toEqual(['ok']);
  });

  it('does not overwrite slots of an earlier owner’s message', () => {
    const bench = new VcpBench({}, { stuck: 1, transmit: [{ pin: 0, size: 16 }, { pin: 1 }] });
    const first = bench.open();
    sent(first, words(0, 1, 2, 3, 4));
    first.close();
    const outcomes = sent(bench.open(), words(1, 5, 6));
    bench.advance(5);
    expect(outcomes).toEqual([]);
    bench.model.set({ stuck: 0 });
    bench.advance(5);
    expect(outcomes).toEqual(['ok']);
    expect(bench.arrived.map(wordsOf)).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
  });

  it('is refused before the first has closed', () => {
    const bench = new VcpBench();
    bench.open();
    expect(() => new Mailbox(bench.controller).requestChannel(0)).toThrow('mtk-vcp[0] has an owner');
  });
});

describe('a client whose protocol acknowledges', () => {
  it('calls acknowledge() itself (knowsTxDone), and the pin stays busy until it is cleared', () => {
    const bench = new VcpBench({}, { holds: true });
    const channel = bench.open({ knowsTxDone: true });
    let token = 0;
    channel.events$.subscribe((event) => (token = event.token ?? token));
    const first = sent(channel, words(1, 1));
    bench.advance(5);
    channel.acknowledge({ token });
    const second = sent(channel, words(1, 2));
    expect([first, second]).toEqual([['ok'], []]);
    bench.arrived[0]!.take();
    bench.advance(5);
    expect(bench.arrived).toHaveLength(2);
  });
});
