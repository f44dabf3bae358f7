import { Observable, Subject } from 'rxjs';
import { Mailbox } from 'rx-mailbox';
import { createMtkVcp, type VcpReceived } from 'rx-mailbox/mtk-vcp';
import type { RegisterSpace } from 'rx-mailbox/registers';
import { CLR_OUT, SET_IN, sent, VcpBench, words, wordsOf } from '../../support/devices/VcpBench';

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const word = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);

describe('a pin that the VCP raises', () => {
  it('before the channel is requested: is delivered when the owner has subscribed', () => {
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

  it('is not delivered if the device goes away while its slots are read', () => {
    const bench = new VcpBench();
    const received: number[] = [];
    bench.open().subscribe(({ pin }) => received.push(pin));
    bench.advance();
    const read32 = bench.registers.read32.bind(bench.registers);
    bench.registers.read32 = (offset) => {
      if (offset === 8 * 7) bench.model.powerOff();
      return read32(offset);
    };
    bench.model.raise(7, word(70));
    bench.advance(5);
    expect(received).toEqual([]);
  });

  it('after the owner has closed: waits for the next owner', () => {
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

  it('is acknowledged if its receiver closes the channel; undelivered ones go to the next owner', () => {
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

  it('is not acknowledged after peerGone(), and other pins are not delivered', () => {
    const bench = new VcpBench();
    const received: number[] = [];
    bench.open().subscribe(({ pin }) => {
      received.push(pin);
      bench.controller.peerGone();
    });
    bench.advance();
    for (const pin of [2, 3]) bench.model.raise(pin);
    bench.done();
    bench.advance(5);
    expect(received).toEqual([2]);
    expect(bench.done().filter((access) => !access.startsWith('R'))).toEqual(['mask']);
    bench.model.reset();
    bench.controller.peerBack();
    bench.advance(5);
    expect(received).toEqual([2]);
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

  it('delivers a copy that later writes of the VCP do not change', () => {
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

  it('can deliver the whole window, as in Linux, if the table says so', () => {
    const bench = new VcpBench({ receive: range(32).map((pin) => ({ pin, offset: 0, size: 256 })) }, { receive: [{ pin: 1 }] });
    const received: number[] = [];
    bench.open().subscribe(({ data }) => received.push(data.length, data[8]!));
    bench.advance();
    bench.model.raise(1, word(5));
    bench.advance();
    expect(received).toEqual([256, 5]);
  });

  it('can be answered from inside the receiver, and is acknowledged after that', () => {
    const bench = new VcpBench();
    const channel = bench.open();
    channel.subscribe(({ pin }) => sent(channel, words(pin, 1)));
    bench.advance();
    bench.done();
    bench.model.raise(1, word(5));
    bench.advance();
    expect(bench.done().filter((access) => access.startsWith('W'))).toEqual(['W 8 = 1', 'W 100 = 2', 'W 10c = 2']);
  });

  it('is found by peekData, or with the next interrupt, if its interrupt was lost', () => {
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

// Memory registers never do this, but a user's own registers may.
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

    raise(pin: number): void {
      this.out |= 1 << pin;
      this.interrupt();
    }

    // Like an unmasked level, it interrupts again and again.
    private interrupt(): void {
      while (this.line.observed && this.out !== 0) {
        if (++this.inside > 10) throw new Error('the line interrupts for ever');
        this.line.next();
      }
      this.inside = 0;
    }
  }

  it('is handled later, and the delivery comes before the acknowledgement', () => {
    const bench = new VcpBench();
    const space = new Reentrant();
    const channel = new Mailbox(createMtkVcp(space, { scheduler: bench.time }), { scheduler: bench.time }).requestChannel(0);
    channel.subscribe(({ pin }) => space.accesses.push(`pin ${pin}`));
    bench.advance();
    const outcomes = sent(channel, words(1, 1));
    expect(space.accesses).toEqual(['send']);
    bench.advance(1);
    expect(space.accesses).toEqual(['send', 'pin 1', 'acknowledge']);
    expect(outcomes).toEqual(['ok']);
  });

  it('is handled later if it comes inside a delivery', () => {
    const bench = new VcpBench();
    const space = new Reentrant();
    const channel = new Mailbox(createMtkVcp(space, { scheduler: bench.time }), { scheduler: bench.time }).requestChannel(0);
    channel.subscribe(({ pin }) => {
      space.accesses.push(`pin ${pin}`);
      if (pin < 3) space.raise(pin + 1);
      space.accesses.push('returned');
    });
    bench.advance();
    space.raise(1);
    bench.advance(1);
    expect(space.accesses).toEqual([1, 2, 3].flatMap((pin) => [`pin ${pin}`, 'returned', 'acknowledge']));
  });

  it('is handled later if it comes from sendData inside a delivery', () => {
    const bench = new VcpBench();
    const space = new Reentrant();
    const channel = new Mailbox(createMtkVcp(space, { scheduler: bench.time }), { scheduler: bench.time }).requestChannel(0);
    const answers: string[][] = [];
    channel.subscribe(({ pin }) => {
      space.accesses.push(`pin ${pin}`);
      if (pin < 3) answers.push(sent(channel, words(pin + 1, 1)));
      space.accesses.push('returned');
    });
    bench.advance();
    const outcomes = sent(channel, words(1, 1));
    bench.advance(5);
    const each = [1, 2, 3].map((pin) => ['send', `pin ${pin}`, 'returned', 'acknowledge']);
    expect([outcomes, ...answers]).toEqual([['ok'], ['ok'], ['ok']]);
    expect(space.accesses.filter((access) => access !== 'send')).toEqual(each.flat().filter((access) => access !== 'send'));
  });
});
