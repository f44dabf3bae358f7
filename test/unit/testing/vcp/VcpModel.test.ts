import { CLR_OUT, SET_IN } from '../../../support/devices/VcpBench';
import { startVcp, word } from './startVcp';

describe('vcpRegisters', () => {
  it('has pins that one side raises and the other clears', () => {
    const { registers } = startVcp({ stuck: 0xffff_ffff });
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

  it('has slots that both sides read and write', () => {
    const { registers } = startVcp();
    registers.write32(0xfc, 7);
    expect(registers.as(1).read32(0xfc)).toBe(7);
  });

  it('interrupts the SoC as long as the VCP has a pin raised', () => {
    const { registers, model, advance } = startVcp();
    let interrupts = 0;
    registers.interrupt$().subscribe(() => {
      if (++interrupts === 3) registers.write32(CLR_OUT, 1);
    });
    model.raise(0);
    advance();
    expect(interrupts).toBe(3);
  });
});

describe('VcpModel', () => {
  it('reads the pins behind the one it served last first, so that none starves', () => {
    const { registers, arrived, advance } = startVcp();
    registers.write32(SET_IN, 2 ** 5);
    advance();
    registers.write32(SET_IN, 2 ** 2 + 2 ** 9 + 2 ** 31);
    advance();
    expect(arrived.map(({ pin }) => pin)).toEqual([5, 9, 31, 2]);
  });

  it('raises a pin again when it has been acknowledged, with its messages in order', () => {
    const { registers, model, advance } = startVcp();
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

  it('suppresses interrupts of the SoC, and fakes some', () => {
    const { registers, model, advance } = startVcp();
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

  it('sets the slots to zeros in a reset, and forgets the messages that wait for a pin', () => {
    const { registers, model, advance, send, pins } = startVcp();
    send(3, 30);
    model.raise(9, word(1));
    model.raise(9, word(2));
    advance();
    model.reset();
    advance();
    expect([registers.read32(24), registers.read32(72), ...pins()]).toEqual([0, 0, 0, 0]);
  });

  it('rejects a pin that does not exist, and data that its slots cannot hold', () => {
    const { model } = startVcp({ receive: [{ pin: 1, size: 4 }] });
    expect(() => model.raise(32)).toThrow('pin is 32; expected an integer from 0 to 31');
    expect(() => model.raise(1, new Uint8Array(8))).toThrow('data has 8 bytes; expected a multiple of 4, from 0 to the 4 of pin 1');
    expect(() => model.raise(1, new Uint8Array(3))).toThrow('data has 3 bytes');
    expect(() => model.raise(2, new Uint8Array(4))).toThrow('data has 4 bytes; expected a multiple of 4, from 0 to the 0 of pin 2');
  });
});
