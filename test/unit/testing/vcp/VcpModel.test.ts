import { VirtualTimeScheduler } from 'rxjs';
import { memoryRegisters, registerWords } from 'rx-mailbox/registers';
import { VcpModel, vcpRegisters, type VcpArrival, type VcpBehaviour, type VcpModelOptions } from 'rx-mailbox/testing';
import { CLR_OUT, SET_IN, wordsOf } from '../../../support/devices/VcpBench';

function start(options: VcpModelOptions = {}) {
  const time = new VirtualTimeScheduler();
  const registers = memoryRegisters(new Int32Array(registerWords(vcpRegisters)), { map: vcpRegisters, scheduler: time });
  const model = new VcpModel(registers, { scheduler: time, ...options });
  const arrived: VcpArrival[] = [];
  let ended = false;
  model.received$.subscribe({ next: (arrival) => arrived.push(arrival), complete: () => (ended = true) });
  const advance = (ms = 0): void => {
    time.maxFrames = time.frame + ms;
    time.flush();
    time.frame = time.maxFrames;
  };
  /** What a driver does, without one. */
  const send = (pin: number, value: number): void => {
    registers.write32(8 * pin, value);
    registers.write32(SET_IN, 2 ** pin);
  };
  const pins = () => [registers.read32(SET_IN), registers.read32(CLR_OUT)];
  return { registers, model, arrived, advance, send, pins, hasEnded: () => ended };
}

const word = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);

describe('the registers of a VCP mailbox', () => {
  it('are set by one side and cleared by the other', () => {
    const { registers } = start({ stuck: 0xffff_ffff });
    const vcp = registers.as(1);
    registers.write32(SET_IN, 0b0110);
    registers.write32(SET_IN, 0b1000);
    expect(vcp.read32(SET_IN)).toBe(0b1110);
    vcp.write32(SET_IN, 0b0100);
    expect(registers.read32(SET_IN)).toBe(0b1010);
    vcp.write32(CLR_OUT, 0b0110);
    registers.write32(CLR_OUT, 0b0010);
    expect(registers.read32(CLR_OUT)).toBe(0b0100);
  });

  it('share their slots', () => {
    const { registers } = start();
    registers.write32(0xfc, 7);
    expect(registers.as(1).read32(0xfc)).toBe(7);
  });

  it('interrupt the SoC as long as the VCP has a pin raised', () => {
    const { registers, model, advance } = start();
    let interrupts = 0;
    registers.interrupt$().subscribe(() => {
      if (++interrupts === 3) registers.write32(CLR_OUT, 1);
    });
    model.raise(0);
    advance();
    expect(interrupts).toBe(3);
  });
});

describe('a VCP', () => {
  it('reads a message and clears its pin, at once or when it is told', () => {
    const { model, arrived, advance, send, pins } = start();
    send(3, 30);
    advance();
    expect(arrived.map(wordsOf)).toEqual([[30, 0]]);
    expect(pins()).toEqual([0, 0]);
    model.set({ holds: true });
    send(3, 31);
    advance(100);
    expect(pins()).toEqual([8, 0]);
    arrived[1]!.take();
    arrived[1]!.take();
    expect(pins()).toEqual([0, 0]);
    send(3, 32);
    advance();
    arrived[1]!.take();
    expect(pins()).toEqual([8, 0]);
  });

  it('is as slow as it is told', () => {
    const { arrived, advance, send, pins } = start({ latency: 5, lateClear: 3 });
    send(3, 30);
    advance(4);
    expect(arrived).toHaveLength(0);
    advance(1);
    expect(arrived).toHaveLength(1);
    advance(2);
    expect(pins()).toEqual([8, 0]);
    advance(1);
    expect(pins()).toEqual([0, 0]);
  });

  it('reads pins from the one it served last, so that none starves', () => {
    const { registers, arrived, advance } = start();
    registers.write32(SET_IN, 2 ** 5);
    advance();
    registers.write32(SET_IN, 2 ** 2 + 2 ** 9 + 2 ** 31);
    advance();
    expect(arrived.map(({ pin }) => pin)).toEqual([5, 9, 31, 2]);
  });

  it('does not look at stuck pins before they are free', () => {
    const { model, arrived, advance, send, pins } = start({ stuck: 0b11 });
    send(0, 1);
    send(1, 2);
    send(2, 3);
    advance(50);
    expect(arrived.map(({ pin }) => pin)).toEqual([2]);
    model.set({ stuck: 0b10 });
    expect(arrived.map(({ pin }) => pin)).toEqual([2, 0]);
    expect(pins()).toEqual([2, 0]);
  });

  it('answers when it has read, or before', () => {
    const { model, advance, send, pins } = start({ latency: 5, lateClear: 5, answer: ({ data }) => ({ pin: 9, data }) });
    send(3, 30);
    advance(4);
    expect(pins()).toEqual([8, 0]);
    advance(1);
    expect(pins()).toEqual([8, 2 ** 9]);
    advance(5);
    expect(pins()).toEqual([0, 2 ** 9]);
    model.set({ answersEarly: true });
    send(4, 40);
    advance();
    // Its pin is not acknowledged: the answer waits for that.
    expect(pins()).toEqual([16, 2 ** 9]);
  });

  it('raises a pin again when it has been acknowledged, each in its order', () => {
    const { registers, model, advance } = start();
    const seen: [number, number][] = [];
    for (const value of [1, 2, 3]) model.raise(7, word(value));
    model.raise(8, word(4));
    for (let i = 0; i < 4; i++) {
      advance();
      seen.push([registers.read32(CLR_OUT), registers.read32(56)]);
      registers.write32(CLR_OUT, 2 ** 7);
    }
    expect(seen).toEqual([
      [2 ** 7 + 2 ** 8, 1],
      [2 ** 7 + 2 ** 8, 2],
      [2 ** 7 + 2 ** 8, 3],
      [2 ** 8, 3],
    ]);
  });

  it('loses interrupts, and makes some up', () => {
    const { registers, model, advance } = start();
    let interrupts = 0;
    registers.interrupt$().subscribe(() => {
      interrupts++;
      registers.write32(CLR_OUT, registers.read32(CLR_OUT));
    });
    model.loseInterrupts(2 ** 1);
    model.raise(1);
    advance();
    expect(interrupts).toBe(0);
    model.interruptForNothing();
    advance();
    expect(interrupts).toBe(1);
    model.loseInterrupts();
    model.raise(2);
    advance();
    expect(interrupts).toBe(1);
    model.loseInterrupts(0);
    advance();
    expect(interrupts).toBe(2);
  });

  it('forgets everything in a reset, also what it was about to do', () => {
    const { registers, model, arrived, advance, send, pins } = start({ latency: 5, holds: true });
    send(3, 30);
    advance(5);
    send(4, 40);
    model.raise(9, word(1));
    model.raise(9, word(2));
    advance();
    model.reset();
    expect(pins()).toEqual([0, 0]);
    expect(registers.read32(24)).toBe(0);
    send(3, 31);
    advance(100);
    expect(arrived.map(wordsOf)).toEqual([
      [30, 0],
      [31, 0],
    ]);
    arrived[0]!.take();
    expect(pins()).toEqual([8, 0]);
  });

  it('in a reset by whoever hears of a message, goes no further with it', () => {
    const { model, advance, send, pins } = start({ answer: (message) => message });
    model.received$.subscribe(() => model.reset());
    send(3, 30);
    advance(10);
    expect(pins()).toEqual([0, 0]);
  });

  it('without power reads all ones, and hears and raises nothing', () => {
    const { registers, model, arrived, advance, send } = start();
    model.powerOff();
    send(3, 30);
    model.raise(1);
    advance(10);
    expect([0, 0xfc, SET_IN, CLR_OUT].map((offset) => registers.read32(offset))).toEqual(Array.from({ length: 4 }, () => 0xffff_ffff));
    model.powerOn();
    advance(10);
    expect([0, 24, SET_IN, CLR_OUT].map((offset) => registers.read32(offset))).toEqual([0, 0, 0, 0]);
    expect(arrived).toEqual([]);
    send(3, 31);
    model.powerOn();
    advance();
    expect(arrived.map(wordsOf)).toEqual([[31, 0]]);
  });

  it('stops for good when it is closed', () => {
    const { model, arrived, advance, send, pins, hasEnded } = start({ latency: 5 });
    send(3, 30);
    advance();
    model.close();
    advance(50);
    expect([arrived, pins(), hasEnded()]).toEqual([[], [8, 0], true]);
  });

  it.each<[string, Partial<VcpBehaviour>, string]>([
    ['a latency', { latency: -1 }, 'latency is -1; expected milliseconds, 0 to 2147483647'],
    ['a late clear', { lateClear: NaN }, 'lateClear is NaN; expected milliseconds, 0 to 2147483647'],
    ['stuck pins', { stuck: 2 ** 32 }, 'stuck is 4294967296; expected an integer from 0 to 4294967295'],
  ])('refuses %s that cannot be', (_, behaviour, text) => {
    const { model } = start();
    expect(() => model.set(behaviour)).toThrow(text);
    expect(() => start(behaviour)).toThrow(text);
  });

  it('refuses to raise what there is not, or what has no room', () => {
    const { model } = start({ receive: [{ pin: 1, size: 4 }] });
    expect(() => model.raise(32)).toThrow('pin is 32; expected an integer from 0 to 31');
    expect(() => model.raise(1, new Uint8Array(8))).toThrow('data has 8 bytes; expected a multiple of 4, from 0 to the 4 of pin 1');
    expect(() => model.raise(1, new Uint8Array(3))).toThrow('data has 3 bytes');
    expect(() => model.raise(2, new Uint8Array(4))).toThrow('data has 4 bytes; expected a multiple of 4, from 0 to the 0 of pin 2');
  });
});
