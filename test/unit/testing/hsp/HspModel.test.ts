import { HspModel, hspRegisters, type HspModelOptions } from 'rx-mailbox/testing';
import { FULL, HspBoard, SM } from './HspBoard';

describe('hspRegisters', () => {
  it.each([
    ['tegra186', 0x87008],
    ['tegra194', 0x87008],
    ['tegra234', 0x87008],
    ['tegra264', 0x107008],
  ] as const)('says what the block of a %s has', (variant, dimensions) => {
    expect(new HspBoard({ variant }).read(0x380)).toBe(dimensions);
  });

  it('computes the causes from the mailboxes, and the interrupt line from the enabled causes', () => {
    const board = new HspBoard({ receives: {} });
    expect(board.read(0x304)).toBe(0xff);
    board.write(SM(1), FULL + 5);
    board.write(SM(3, 0x40), FULL);
    expect(board.read(0x304)).toBe(0x0af5);
    board.write(0x304, 0);
    expect(board.read(0x304)).toBe(0x0af5);
    board.run();
    expect(board.interrupts).toEqual([]);
    board.write(0x100, 0x0200);
    board.run();
    expect(board.interrupts).toEqual([0x0af5]);
  });

  it('has no 128-bit mailboxes on a Tegra186: the tag is plain memory', () => {
    const board = new HspBoard({ variant: 'tegra186' });
    board.write(SM(3, 0x40), FULL);
    expect(board.read(0x304)).toBe(0xff);
  });

  it('needs a cause enabled in its mailbox, too, on a Tegra194', () => {
    const board = new HspBoard({ variant: 'tegra194', receives: {} });
    board.write(0x100, 0x0001);
    board.run();
    expect(board.interrupts).toEqual([]);
    board.write(SM(0, 0x08), 1);
    board.run();
    expect(board.interrupts).toEqual([0xff]);
    board.write(SM(1), FULL);
    board.write(0x100, 0x0200);
    board.run();
    expect(board.interrupts).toHaveLength(1);
    board.write(SM(1, 0x04), 1);
    board.run();
    expect(board.interrupts).toHaveLength(2);
  });

  it('records who rings a doorbell, and shows as pending only the admitted ones', () => {
    const board = new HspBoard();
    const [enable, raw, pending] = [0x50104, 0x50108, 0x5010c];
    board.registers.as(19).write32(0x50100, 1);
    board.registers.as(20).write32(0x50100, 0);
    expect([board.read(0x50100), board.read(raw), board.read(pending)]).toEqual([0, 1 << 19, 0]);
    board.write(enable, 1 << 19);
    expect(board.read(pending)).toBe(1 << 19);
    board.write(raw, 0);
    expect(board.read(raw)).toBe(1 << 19);
    board.write(pending, 1 << 19);
    expect([board.read(raw), board.read(pending)]).toEqual([0, 0]);
  });

  it('rejects a variant or dimensions that no block has', () => {
    expect(() => hspRegisters('tegra210' as never)).toThrow(TypeError);
    expect(() => hspRegisters('tegra234', { mailboxes: 9 })).toThrow(
      new RangeError('dimensions.mailboxes is 9; expected an integer from 0 to 8'),
    );
    expect(() => hspRegisters('tegra234', { doorbells: -1 })).toThrow(RangeError);
    expect(() => hspRegisters('tegra234', { doorbells: 16 })).toThrow(RangeError);
    expect(() => hspRegisters('tegra264', { sharedInterrupts: 17 })).toThrow(RangeError);
    hspRegisters('tegra264', { doorbells: 31, sharedInterrupts: 16 });
  });
});

describe('HspModel', () => {
  it('reads and clears its own mailboxes, and no others', () => {
    const board = new HspBoard({ receives: { 0: 32, 2: 128 } });
    board.write(SM(0), FULL + 7);
    board.write(SM(1), FULL + 8);
    for (const [word, offset] of [0x48, 0x4c, 0x50, 0x54].entries()) board.write(SM(2, offset), word + 1);
    board.write(SM(2, 0x40), FULL);
    board.run();
    expect(board.messages).toEqual([
      [0, 7],
      [2, [1, 2, 3, 4]],
    ]);
    expect([SM(0), SM(1), SM(2, 0x40), SM(2, 0x54)].map((offset) => board.read(offset))).toEqual([0, FULL + 8, 0, 0]);
  });

  it('writes each message when the one before it was read', () => {
    const board = new HspBoard();
    for (const message of [1, 2, 3]) board.model.send(1, message);
    board.model.send(3, [4, 5, 6, 7]);
    board.run();
    const seen: number[] = [];
    for (let i = 0; i < 3; i++) {
      seen.push(board.read(SM(1)));
      board.write(SM(1), 0);
      board.run();
    }
    expect([seen, board.read(SM(1))]).toEqual([[FULL + 1, FULL + 2, FULL + 3], 0]);
    expect([0x40, 0x48, 0x54].map((offset) => board.read(SM(3, offset)))).toEqual([FULL, 4, 7]);
  });

  it('does not read a stuck mailbox that the driver has cleared meanwhile', () => {
    const board = new HspBoard({ stuck: 1 });
    board.write(SM(0), FULL + 3);
    board.run();
    board.write(SM(0), 0);
    board.model.set({ stuck: 0 });
    board.run();
    expect(board.messages).toEqual([]);
    board.write(SM(0), FULL + 4);
    board.run();
    expect(board.messages).toEqual([[0, 4]]);
  });

  it('suppresses interrupts of the driver, and fakes some', () => {
    const board = new HspBoard();
    board.model.loseInterrupts(0x0200);
    board.write(0x100, 0x0200);
    board.model.send(1, 5);
    board.run();
    expect(board.interrupts).toEqual([]);
    board.model.interruptForNothing();
    board.run();
    expect(board.interrupts).toEqual([0x02fd]);
    board.write(0x100, 0x0200);
    board.model.loseInterrupts(0);
    board.run();
    expect(board.interrupts).toHaveLength(2);
    board.model.loseInterrupts();
    board.write(0x100, 0xffff);
    board.run();
    expect(board.interrupts).toHaveLength(2);
  });

  it('disables the interrupts and doorbells of the driver in a reset, and enables its own', () => {
    const board = new HspBoard();
    board.write(0x100, 0x0200);
    board.write(0x50104, 1 << 19);
    board.model.ring();
    board.model.reset();
    expect([0x100, 0x50104, 0x50108].map((offset) => board.read(offset))).toEqual([0, 0, 0]);
    expect(board.read(0x50304)).toBe(1 << 17);
  });

  it('does not interrupt the driver without power', () => {
    const board = new HspBoard();
    board.write(0x100, 1);
    board.model.powerOff();
    board.run();
    expect(board.interrupts).toEqual([]);
    board.model.powerOn();
    expect(board.read(0x100)).toBe(0);
  });

  it('rings, and can be rung while it admits that', () => {
    const board = new HspBoard();
    board.write(0x50300, 1);
    board.run();
    board.model.admit(false);
    board.write(0x50300, 1);
    board.run();
    expect(board.rings).toEqual([17]);
    board.model.admit(true);
    board.run();
    expect(board.rings).toEqual([17, 17]);
    board.model.ring();
    expect(board.read(0x50108)).toBe(1 << 19);
  });

  it('rejects invalid options and messages', () => {
    const { registers, model } = new HspBoard();
    const make = (options: Partial<HspModelOptions>) => () => new HspModel(registers, { variant: 'tegra234', ...options });
    expect(make({ variant: 'x' as never })).toThrow(TypeError);
    expect(make({ receives: { 8: 32 } })).toThrow(new RangeError('a mailbox of receives is 8; expected an integer from 0 to 7'));
    expect(make({ receives: { 0: 64 as never } })).toThrow(TypeError);
    expect(make({ variant: 'tegra186', receives: { 0: 128 } })).toThrow(TypeError);
    expect(() => model.set({ stuck: 0x100 })).toThrow(new RangeError('stuck is 256; expected an integer from 0 to 255'));
    expect(() => model.send(8, 1)).toThrow(RangeError);
    expect(() => model.send(1, 2 ** 31)).toThrow(RangeError);
    expect(() => model.send(1, [1, 2, 3] as never)).toThrow(RangeError);
    expect(() => new HspModel(registers, undefined as never)).toThrow(TypeError);
  });
});
