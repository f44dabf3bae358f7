import { Observable, Subject, retry, timer } from 'rxjs';
import { Mailbox, isMailboxError, txTimeout, type Channel, type ChannelEvent } from 'rx-mailbox';
import { createMtkVcp, vcpMessage, type VcpMessage, type VcpReceived } from 'rx-mailbox/mtk-vcp';
import type { RegisterSpace } from 'rx-mailbox/registers';
import { CLR_OUT, SET_IN, sent, VCP, VcpBench, words, wordsOf } from '../fixtures/VcpBench';

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const word = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);

function timed(channel: Channel<VcpMessage, VcpReceived>, message: VcpMessage, ms: number): string[] {
  const told: string[] = [];
  channel
    .send(message)
    .pipe(txTimeout(ms))
    .subscribe({
      error: (error: unknown) => told.push(isMailboxError(error) ? `${error.code} ${error.delivery}` : String(error)),
      complete: () => told.push('ok'),
    });
  return told;
}

function eventsOf(channel: Channel<VcpMessage, VcpReceived>): ChannelEvent['type'][] {
  const events: ChannelEvent['type'][] = [];
  channel.events$.subscribe(({ type }) => events.push(type));
  return events;
}

describe('one message in flight', () => {
  it('keeps the next one back, although its pin is free', () => {
    const bench = new VcpBench({}, { holds: true });
    const channel = bench.open();
    const told = [sent(channel, words(1, 1)), sent(channel, words(2, 2))];
    bench.advance(10);
    expect(bench.arrived.map(({ pin }) => pin)).toEqual([1]);
    bench.arrived[0]!.take();
    bench.advance(10);
    expect(bench.arrived.map(({ pin }) => pin)).toEqual([1, 2]);
    expect(told).toEqual([['ok'], []]);
  });

  it('asks about the pin of that message: others may be raised or not', () => {
    const bench = new VcpBench({}, { stuck: 0xff });
    bench.registers.write32(SET_IN, 1 << 5);
    const told = sent(bench.open(), words(1, 1));
    bench.advance(5);
    bench.registers.as(VCP).write32(SET_IN, 1 << 5);
    bench.advance(5);
    expect(told).toEqual([]);
    bench.registers.write32(SET_IN, 1 << 6);
    bench.registers.as(VCP).write32(SET_IN, 1 << 1);
    bench.advance(5);
    expect(told).toEqual(['ok']);
  });
});

describe('as many in flight as there are pins', () => {
  it('are 32, and each sender is told of its own, in whatever order they are taken', () => {
    const bench = new VcpBench({ window: 32 }, { holds: true });
    const channel = bench.open();
    const told = range(32).map((pin) => sent(channel, words(pin, pin, 100 + pin)));
    bench.advance(10);
    expect(bench.registers.read32(SET_IN)).toBe(0xffff_ffff);
    expect(bench.arrived.map(wordsOf)).toEqual(range(32).map((pin) => [pin, 100 + pin]));
    for (const step of range(32)) {
      const pin = (step * 13 + 5) % 32;
      bench.arrived[pin]!.take();
      bench.advance(1);
      expect(told[pin]).toEqual(['ok']);
      expect(told.flat()).toHaveLength(step + 1);
    }
  });

  it('do not look like a device that is gone, even if the VCP has raised its 32 pins, too', () => {
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
  it('lets its message wait, and all behind it: a channel is first in, first out', () => {
    const bench = new VcpBench({ window: 32, txPollPeriod: 4 }, { stuck: 1 << 1 });
    const channel = bench.open();
    const events = eventsOf(channel);
    const told = [words(1, 1), words(1, 2), words(2, 3)].map((message) => sent(channel, message));
    bench.advance(20);
    expect(bench.arrived).toEqual([]);
    expect(told.flat()).toEqual([]);
    expect(events.filter((type) => type === 'busy').length).toBeGreaterThan(4);
    bench.done();
    bench.model.set({ stuck: 0 });
    // Within one period, and the next one for the tx-dones.
    bench.advance(8);
    expect(bench.done().filter((access) => access.startsWith('W 100'))).toEqual(['W 100 = 2', 'W 100 = 4']);
    expect(told).toEqual([['ok'], ['ok'], ['ok']]);
  });

  it('passes its turn on when its sender gives up', () => {
    const bench = new VcpBench({ window: 32 }, { stuck: 1 << 1 });
    const channel = bench.open();
    sent(channel, words(1, 1));
    const waiting = timed(channel, words(1, 2), 10);
    const behind = sent(channel, words(2, 3));
    bench.advance(20);
    expect([waiting, behind]).toEqual([['ETIME not-sent'], ['ok']]);
  });

  it("with whenBusy 'fail', fails its message alone, so a stuck pin hurts nobody else", () => {
    const bench = new VcpBench({ window: 32, whenBusy: 'fail', name: 'vcp0' }, { stuck: 1 << 1 });
    const channel = bench.open();
    const causes: unknown[] = [];
    channel.txDone$.subscribe(({ error }) => error && causes.push(error.cause));
    const told = [words(1, 1), words(1, 2), words(2, 3)].map((message) => sent(channel, message));
    bench.advance(5);
    expect(told).toEqual([[], ['EIO not-sent'], ['ok']]);
    expect(causes).toEqual([new Error('vcp0: the VCP has not taken what is on pin 1')]);
  });

  it("with whenBusy 'fail', and retry, waits outside the queue", () => {
    const bench = new VcpBench({ window: 32, whenBusy: 'fail' }, { stuck: 1 << 1 });
    const channel = bench.open();
    sent(channel, words(1, 1));
    const told: string[] = [];
    // #region retry
    const patient$ = channel.send(words(1, 2)).pipe(
      retry({
        count: 20,
        delay: (error: unknown) => {
          if (isMailboxError(error) && error.delivery === 'not-sent') return timer(5, bench.time);
          throw error;
        },
      }),
    );
    // #endregion retry
    patient$.subscribe({ complete: () => told.push('ok') });
    const other = sent(channel, words(2, 3));
    bench.advance(20);
    expect([told, other]).toEqual([[], ['ok']]);
    bench.model.set({ stuck: 0 });
    bench.advance(10);
    expect(told).toEqual(['ok']);
    expect(bench.arrived.map((message) => wordsOf(message)[0])).toEqual([3, 1, 2]);
  });

  it('is also one whose slots another pin still needs', () => {
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

  it('is not one whose message has no data', () => {
    const bench = new VcpBench({ window: 32 }, { stuck: 1, transmit: [{ pin: 0, size: 16 }] });
    const channel = bench.open();
    sent(channel, words(0, 1, 2, 3, 4));
    const signal = sent(channel, vcpMessage({ pin: 1, offset: 8, data: new Uint8Array(0) }));
    bench.advance(5);
    expect(signal).toEqual(['ok']);
  });
});

describe('a sender that leaves', () => {
  it('leaves its message on the pin: nobody is told of it, and the next one there waits until it is taken', () => {
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

  it('with a quarantine goes on counting until its pin is cleared', () => {
    const bench = new VcpBench({ quarantine: Infinity }, { stuck: 1 << 1 });
    const channel = bench.open();
    const events = eventsOf(channel);
    const left = timed(channel, words(1, 1), 10);
    const other = sent(channel, words(2, 2));
    bench.advance(50);
    expect([left, other]).toEqual([['ETIME unknown'], []]);
    bench.model.set({ stuck: 0 });
    bench.advance(5);
    expect(other).toEqual(['ok']);
    expect(events).toContain('lateTxDone');
  });

  it('with a quarantine of some time frees its slot after that', () => {
    const bench = new VcpBench({ quarantine: 30 }, { stuck: 1 << 1 });
    const channel = bench.open();
    timed(channel, words(1, 1), 10);
    const other = sent(channel, words(2, 2));
    bench.advance(39);
    expect(other).toEqual([]);
    bench.advance(2);
    expect(other).toEqual(['ok']);
  });

  it('while it waits is not sent', () => {
    const bench = new VcpBench({}, { stuck: 1 << 1 });
    const channel = bench.open();
    sent(channel, words(1, 1));
    const told = timed(channel, words(1, 2), 10);
    bench.advance(20);
    bench.model.set({ stuck: 0 });
    bench.advance(20);
    expect(told).toEqual(['ETIME not-sent']);
    expect(bench.arrived.map((message) => wordsOf(message)[0])).toEqual([1]);
  });
});

describe('the next owner', () => {
  it('waits where an earlier one left a message, and is not told of that one', () => {
    const bench = new VcpBench({ window: 32 }, { stuck: 1 << 1 });
    const first = bench.open();
    const old = sent(first, words(1, 1));
    first.close();
    const next = bench.open();
    const told = sent(next, words(1, 2));
    bench.advance(20);
    expect([old, told]).toEqual([['ESHUTDOWN unknown'], []]);
    bench.model.set({ stuck: 0 });
    bench.advance(5);
    expect(told).toEqual(['ok']);
    expect(bench.arrived.map((message) => wordsOf(message)[0])).toEqual([1, 2]);
  });

  it('of another mailbox, whose tokens are the same numbers, neither', () => {
    const bench = new VcpBench({}, { stuck: 1 << 1 });
    sent(bench.open(), words(1, 1));
    bench.mailbox.close();
    const next = new Mailbox(bench.controller, { scheduler: bench.time }).requestChannel(0);
    const told = sent(next, words(2, 2));
    bench.advance(5);
    // By the token alone it would have been pin 1 that was asked about.
    expect(told).toEqual(['ok']);
  });

  it('does not write over slots that an earlier one left', () => {
    const bench = new VcpBench({}, { stuck: 1, transmit: [{ pin: 0, size: 16 }, { pin: 1 }] });
    const first = bench.open();
    sent(first, words(0, 1, 2, 3, 4));
    first.close();
    const told = sent(bench.open(), words(1, 5, 6));
    bench.advance(5);
    expect(told).toEqual([]);
    bench.model.set({ stuck: 0 });
    bench.advance(5);
    expect(told).toEqual(['ok']);
    expect(bench.arrived.map(wordsOf)).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
  });

  it('cannot be there before the first has closed', () => {
    const bench = new VcpBench();
    bench.open();
    expect(() => new Mailbox(bench.controller).requestChannel(0)).toThrow('mtk-vcp has an owner');
  });
});

describe('a pin that the VCP raises', () => {
  it('before anybody is bound, waits for the first owner, who can listen by then', () => {
    const bench = new VcpBench();
    bench.model.raise(7, word(70));
    bench.advance(50);
    expect(bench.done()).toEqual([]);
    const received: number[] = [];
    bench.open().subscribe((message) => received.push(...wordsOf(message)));
    expect(received).toEqual([]);
    bench.advance();
    expect(received).toEqual([70, 0]);
    expect(bench.registers.read32(CLR_OUT)).toBe(0);
  });

  it('after the owner has closed, waits for the next one', () => {
    const bench = new VcpBench();
    bench.open().close();
    bench.model.raise(7, word(70));
    bench.advance(50);
    expect(bench.registers.read32(CLR_OUT)).toBe(1 << 7);
    const received: number[] = [];
    bench.open().subscribe((message) => received.push(message.pin));
    bench.advance();
    expect(received).toEqual([7]);
  });

  it('is acknowledged by closing in a receiver, and those that were not delivered are the next owner’s', () => {
    const bench = new VcpBench();
    const channel = bench.open();
    const received: number[] = [];
    channel.subscribe(({ pin }) => {
      received.push(pin);
      if (pin === 3) channel.close();
    });
    bench.advance();
    for (const pin of [2, 3, 4]) bench.model.raise(pin);
    bench.advance();
    expect(received).toEqual([2, 3]);
    expect(bench.registers.read32(CLR_OUT)).toBe(1 << 4);
    bench.open().subscribe(({ pin }) => received.push(pin));
    bench.advance();
    expect(received).toEqual([2, 3, 4]);
    expect(bench.registers.read32(CLR_OUT)).toBe(0);
  });

  it('keeps its slots until every receiver has returned', () => {
    const bench = new VcpBench();
    const channel = bench.open();
    const seen: [number, number[]][] = [];
    channel.subscribe(() => seen.push([bench.registers.read32(CLR_OUT), []]));
    channel.subscribe((message) => seen.push([bench.registers.read32(CLR_OUT), wordsOf(message)]));
    bench.advance();
    bench.model.raise(1, word(1));
    bench.model.raise(1, word(2));
    bench.advance();
    expect(seen).toEqual([
      [2, []],
      [2, [1, 0]],
      [2, []],
      [2, [2, 0]],
    ]);
    expect(bench.registers.read32(CLR_OUT)).toBe(0);
  });

  it('brings a copy: what the VCP writes later changes nothing', () => {
    const bench = new VcpBench();
    const received: VcpReceived[] = [];
    bench.open().subscribe((message) => received.push(message));
    bench.advance();
    bench.model.raise(1, word(1));
    bench.advance();
    bench.model.raise(1, word(2));
    bench.advance();
    expect(received.map(wordsOf)).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });

  it('can bring the whole window, as in Linux, if the table says so', () => {
    const bench = new VcpBench({ receive: range(32).map((pin) => ({ pin, offset: 0, size: 256 })) }, { receive: [{ pin: 1 }] });
    const received: number[] = [];
    bench.open().subscribe(({ data }) => received.push(data.length, data[8]!));
    bench.advance();
    bench.model.raise(1, word(5));
    bench.advance();
    expect(received).toEqual([256, 5]);
  });

  it('may be answered from inside the receiver, and is acknowledged after that', () => {
    const bench = new VcpBench();
    const channel = bench.open();
    channel.subscribe(({ pin }) => sent(channel, words(pin, 1)));
    bench.advance();
    bench.done();
    bench.model.raise(1, word(5));
    bench.advance();
    expect(bench.done().filter((access) => access.startsWith('W'))).toEqual(['W 8 = 1', 'W 100 = 2', 'W 10c = 2']);
  });

  it('although its interrupt was lost is found by peekData, or with the next one', () => {
    const bench = new VcpBench();
    const channel = bench.open();
    const received: number[] = [];
    channel.subscribe(({ pin }) => received.push(pin));
    bench.advance();
    expect(channel.peekData()).toBe(false);
    bench.model.loseInterrupts();
    bench.model.raise(1);
    bench.advance(5);
    expect(received).toEqual([]);
    expect(channel.peekData()).toBe(true);
    bench.advance();
    expect(received).toEqual([1]);
    bench.model.raise(2);
    bench.advance(5);
    bench.model.loseInterrupts(0);
    bench.model.raise(3);
    bench.advance();
    expect(received).toEqual([1, 2, 3]);
  });
});

// Unlike the memory, registers of a user's own may interrupt from inside an access.
describe('an interrupt from inside a register access', () => {
  class Reentrant implements RegisterSpace {
    readonly accesses: string[] = [];
    private readonly line = new Subject<void>();
    private setIn = 0;
    private out = 0;
    private inside = 0;

    read32(offset: number): number {
      return offset === SET_IN ? this.setIn : offset === CLR_OUT ? this.out : 0;
    }

    /** Takes a message at once, and raises a pin in answer. */
    write32(offset: number, value: number): void {
      if (offset === SET_IN) {
        this.accesses.push('send');
        this.out |= value;
        this.interrupt();
      } else if (offset === CLR_OUT) {
        this.accesses.push('acknowledge');
        this.out &= ~value;
      }
    }

    interrupt$(): Observable<void> {
      return new Observable((subscriber) => {
        subscriber.add(this.line.subscribe(subscriber));
        if (this.out !== 0) this.interrupt();
      });
    }

    // As a level that nobody masks would: again and again.
    private interrupt(): void {
      while (this.line.observed && this.out !== 0) {
        if (++this.inside > 10) throw new Error('the line interrupts for ever');
        this.line.next();
      }
      this.inside = 0;
    }
  }

  it('is served in the next turn: the delivery comes before the acknowledgement', () => {
    const bench = new VcpBench();
    const space = new Reentrant();
    const channel = new Mailbox(createMtkVcp(space, { scheduler: bench.time }), { scheduler: bench.time }).requestChannel(0);
    channel.subscribe(({ pin }) => space.accesses.push(`pin ${pin}`));
    bench.advance();
    const told = sent(channel, words(1, 1));
    expect(space.accesses).toEqual(['send']);
    bench.advance(1);
    expect(space.accesses).toEqual(['send', 'pin 1', 'acknowledge']);
    expect(told).toEqual(['ok']);
  });
});

describe('a reset of the VCP', () => {
  it('that somebody tells of fails what is in flight, delivery unknown; what waits is sent', () => {
    const bench = new VcpBench({ window: 4 }, { holds: true });
    const channel = bench.open();
    const told = range(6).map((n) => sent(channel, words(n, n)));
    bench.advance(5);
    const reason = new Error('watchdog');
    const causes: unknown[] = [];
    channel.txDone$.subscribe(({ error }) => error && causes.push(error.cause));
    bench.model.reset();
    bench.controller.peerReset(reason);
    expect(told).toEqual([...range(4).map(() => ['ENETDOWN unknown']), [], []]);
    expect(causes).toEqual(range(4).map(() => reason));
    bench.advance(5);
    for (const arrival of bench.arrived) arrival.take();
    bench.advance(5);
    expect(told.slice(4)).toEqual([['ok'], ['ok']]);
    expect(bench.arrived.map(({ pin }) => pin)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('frees a stuck pin', () => {
    const bench = new VcpBench({}, { stuck: 1 << 1 });
    const channel = bench.open();
    const first = sent(channel, words(1, 1));
    const second = sent(channel, words(1, 2));
    bench.advance(100);
    expect([first, second]).toEqual([[], []]);
    bench.model.reset();
    bench.model.set({ stuck: 0 });
    bench.controller.peerReset();
    bench.advance(5);
    expect([first, second]).toEqual([['ENETDOWN unknown'], ['ok']]);
  });

  it('that nobody tells of looks as if everything had been taken: no register says otherwise', () => {
    const bench = new VcpBench({}, { holds: true });
    const told = sent(bench.open(), words(1, 1));
    bench.advance(5);
    bench.model.reset();
    bench.advance(5);
    expect(told).toEqual(['ok']);
  });

  it('with the power off in between is noticed', () => {
    const bench = new VcpBench({ window: 2, txPollPeriod: 5 }, { holds: true });
    const channel = bench.open();
    const told = range(3).map((n) => sent(channel, words(n, n)));
    const events = eventsOf(channel);
    bench.advance(5);
    bench.model.powerOff();
    bench.advance(5);
    expect(told).toEqual([['ENETDOWN unknown'], ['ENETDOWN unknown'], []]);
    bench.advance(100);
    bench.model.powerOn();
    bench.advance(5);
    bench.arrived[2]!.take();
    bench.advance(5);
    expect(told[2]).toEqual(['ok']);
    expect(events.filter((type) => type === 'down' || type === 'up')).toEqual(['down', 'up']);
  });

  it('means nothing while nobody has the channel, or while it is down', () => {
    const bench = new VcpBench();
    bench.controller.peerReset();
    bench.model.powerOff();
    const channel = bench.open();
    const events = eventsOf(channel);
    bench.controller.peerReset();
    bench.advance(5);
    expect(events).toEqual([]);
    bench.model.powerOn();
    bench.advance(5);
    expect(events).toEqual(['up']);
    const told = sent(channel, words(1, 1));
    bench.advance(5);
    expect(told).toEqual(['ok']);
  });
});

describe('a device that is gone', () => {
  it('when the channel is requested: messages wait until it is there', () => {
    const bench = new VcpBench();
    bench.model.powerOff();
    const channel = bench.open();
    const told = sent(channel, words(1, 1));
    bench.advance(50);
    expect(told).toEqual([]);
    bench.model.powerOn();
    bench.advance(5);
    expect(told).toEqual(['ok']);
  });

  it('is noticed in an interrupt, and by peekData, and says why', () => {
    for (const notice of [
      (bench: VcpBench) => bench.registers.raise(0),
      (_: VcpBench, channel: Channel<VcpMessage>) => channel.peekData(),
    ]) {
      const bench = new VcpBench({ name: 'vcp3' });
      const channel = bench.open();
      const reasons: unknown[] = [];
      channel.events$.subscribe(({ error }) => reasons.push(error));
      bench.advance();
      // Not the model's way, which keeps the line quiet.
      bench.model.close();
      for (let offset = 0; offset <= CLR_OUT; offset += 4) bench.registers.as(2).write32(offset, 0xffff_ffff);
      notice(bench, channel as unknown as Channel<VcpMessage>);
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

describe('a client whose protocol knows', () => {
  it('says tx-done itself (knowsTxDone), and the pin is refused until it is cleared', () => {
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
