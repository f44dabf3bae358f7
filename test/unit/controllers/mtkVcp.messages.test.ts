import type { Observable } from 'rxjs';
import type { Transmission } from 'rx-mailbox';
import { vcpMessage, type VcpReceived } from 'rx-mailbox/mtk-vcp';
import { sent, VcpBench, words, wordsOf } from '../../support/devices/VcpBench';
import { expectType } from '../../package/types/expectType';

describe('a message to the VCP', () => {
  it('is a copy: the buffer may be reused at once, however long the message waits', () => {
    const bench = new VcpBench({}, { holds: true });
    const channel = bench.open();
    const buffer = new Uint32Array(2);
    const outcomes = [1, 2, 3].map((n) => {
      buffer.fill(n);
      const outcome = sent(channel, vcpMessage({ pin: 4, data: buffer }));
      buffer.fill(0xdead);
      return outcome;
    });
    for (let nth = 0; nth < 3; nth++) {
      bench.advance(1);
      bench.arrived[nth]!.take();
      bench.advance(1);
    }
    expect(bench.arrived.map(wordsOf)).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(outcomes).toEqual([['ok'], ['ok'], ['ok']]);
  });

  it('does not change while it is refused and tried again', () => {
    const bench = new VcpBench({}, { stuck: 1 << 4 });
    const channel = bench.open();
    const buffer = Uint32Array.of(7);
    bench.registers.write32(0x100, 1 << 4);
    const outcomes = sent(channel, vcpMessage({ pin: 4, data: buffer }));
    bench.advance(3);
    buffer.fill(8);
    bench.registers.as(1).write32(0x100, 1 << 4);
    bench.model.set({ stuck: 0 });
    bench.advance(3);
    expect(bench.arrived.map((message) => wordsOf(message)[0])).toEqual([7]);
    expect(outcomes).toEqual(['ok']);
  });

  it('is immutable for its sender and for listeners', () => {
    const message = words(3, 1, 2);
    expect(() => Object.assign(message, { pin: 4 })).toThrow(TypeError);
    expect(() => (message.words as number[]).push(3)).toThrow(TypeError);
    expect(() => ((message.words as number[])[0] = 3)).toThrow(TypeError);
    expect(message).toMatchObject({ pin: 3, offset: 24, words: [1, 2] });
  });

  it('is required by the types; a literal does not compile', () => {
    const channel = new VcpBench().open();
    const init = { pin: 1, offset: 8, data: Uint8Array.of(1, 2, 3, 4) };
    expectType<Transmission<void>>(channel.send(vcpMessage(init)));
    expectType<Observable<VcpReceived>>(channel);
    // @ts-expect-error -- not made by vcpMessage
    channel.send(init);
    // @ts-expect-error -- not made by vcpMessage, either
    channel.next({ pin: 1, offset: 8, words: [1] });
    // @ts-expect-error -- a message cannot be changed
    expect(() => (vcpMessage(init).pin = 2)).toThrow(TypeError);
  });

  it('can be sent many times without changing', () => {
    const bench = new VcpBench();
    const channel = bench.open();
    const message = words(3, 42, 43);
    const outcomes = [sent(channel, message), sent(channel, message)];
    bench.advance(10);
    expect(outcomes).toEqual([['ok'], ['ok']]);
    expect(bench.arrived.map(wordsOf)).toEqual([
      [42, 43],
      [42, 43],
    ]);
  });

  it('takes the bytes of any view, with the first byte in the low bits of the first word', () => {
    const bytes = Uint8Array.of(9, 9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    expect(vcpMessage({ pin: 0, data: bytes.subarray(4, 12) }).words).toEqual([0x04030201, 0x08070605]);
    expect(vcpMessage({ pin: 0, data: new DataView(bytes.buffer, 4, 4) }).words).toEqual([0x04030201]);
    expect(vcpMessage({ pin: 0, data: Uint16Array.of(0x1111, 0xffff) }).words).toEqual([0xffff1111]);
    expect(vcpMessage({ pin: 0, data: new Uint8Array(new SharedArrayBuffer(4)).fill(0xff) }).words).toEqual([0xffffffff]);
  });

  it('may fill the window up to its end, from any offset', () => {
    const bench = new VcpBench(
      {},
      {
        transmit: [
          { pin: 0, offset: 0, size: 256 },
          { pin: 31, offset: 252, size: 4 },
        ].slice(0, 1),
      },
    );
    const channel = bench.open();
    const full = Uint32Array.from({ length: 64 }, (_, i) => i + 1);
    const outcomes = sent(channel, vcpMessage({ pin: 0, offset: 0, data: full }));
    bench.advance(1);
    expect(bench.arrived.map(wordsOf)).toEqual([[...full]]);
    expect(outcomes).toEqual(['ok']);
    expect(vcpMessage({ pin: 31, offset: 252, data: new Uint8Array(4) }).offset).toBe(252);
    expect(vcpMessage({ pin: 31, offset: 256, data: new Uint8Array(0) }).words).toEqual([]);
  });
});

// The posted Linux client has one message descriptor per mailbox, but one lock per IPI, and it passes a pointer to the descriptor. So a
// second IPI changes the message of the first one, while that is queued, or while the pin that it names is polled.
describe('two IPIs that share one descriptor, as in the posted Linux client', () => {
  const descriptor = { pin: 0, offset: 0, data: new Uint32Array(2) };

  function ipi(pin: number, value: number) {
    descriptor.pin = pin;
    descriptor.offset = 8 * pin;
    descriptor.data.fill(value);
    return vcpMessage(descriptor);
  }

  it('while the first is queued: each message goes to its own pin with its own data', () => {
    const bench = new VcpBench({}, { holds: true });
    const channel = bench.open();
    sent(channel, ipi(9, 0x99));
    const outcomes = [sent(channel, ipi(1, 0xa)), sent(channel, ipi(2, 0xb))];
    for (let nth = 0; nth < 3; nth++) {
      bench.advance(1);
      bench.arrived[nth]!.take();
      bench.advance(1);
    }
    expect(bench.arrived.map((message) => [message.pin, ...wordsOf(message)])).toEqual([
      [9, 0x99, 0x99],
      [1, 0xa, 0xa],
      [2, 0xb, 0xb],
    ]);
    expect(outcomes).toEqual([['ok'], ['ok']]);
  });

  it.each([1, 32])('while the first is in flight: its tx-done still depends on its own pin, window %i', (window) => {
    const bench = new VcpBench({ window }, { stuck: 1 << 1 });
    const channel = bench.open();
    const first = sent(channel, ipi(1, 0xa));
    const second = sent(channel, ipi(2, 0xb));
    bench.advance(50);
    // By now the descriptor names pin 2, which is clear; pin 1 is still raised.
    expect(first).toEqual([]);
    expect(second).toEqual(window === 1 ? [] : ['ok']);
    bench.model.set({ stuck: 0 });
    bench.advance(5);
    expect([first, second]).toEqual([['ok'], ['ok']]);
  });

  it('passing the descriptor itself is refused', () => {
    const bench = new VcpBench();
    const channel = bench.open();
    const errors: unknown[] = [];
    channel.txDone$.subscribe(({ error }) => errors.push(error));
    sent(channel, descriptor as never);
    // A copy of a message is not frozen.
    sent(channel, { ...ipi(1, 1) });
    const refusal = expect.objectContaining({
      code: 'EIO',
      delivery: 'not-sent',
      cause: new TypeError('the message is an object; expected one made by vcpMessage()'),
    }) as unknown;
    expect(errors).toEqual([refusal, refusal]);
  });
});
