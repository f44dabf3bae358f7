import { VirtualTimeScheduler } from 'rxjs';
import { memoryRegisters, registerWords, type MemoryRegisters } from 'rx-mailbox/registers';
import { HspModel, hspRegisters, type HspArrival, type HspModelOptions } from 'rx-mailbox/testing';

const SM = (mailbox: number, offset = 0): number => 0x10000 + 0x8000 * mailbox + offset;
const FULL = 0x8000_0000;

/** The driver's side, by hand. */
class Board {
  readonly scheduler = new VirtualTimeScheduler();
  readonly registers: MemoryRegisters;
  readonly model: HspModel;
  readonly arrived: HspArrival[] = [];
  readonly rings: number[] = [];
  /** How often the driver was interrupted on its shared line, and what it found. */
  readonly interrupts: number[] = [];

  constructor(options: Partial<HspModelOptions> = {}) {
    const { variant = 'tegra234' } = options;
    const map = hspRegisters(variant);
    this.registers = memoryRegisters(new Int32Array(registerWords(map)), { map, agent: 17, scheduler: this.scheduler });
    this.model = new HspModel(this.registers, { variant, receives: { 0: 32, 2: 32 }, scheduler: this.scheduler, ...options });
    this.model.received$.subscribe((arrival) => this.arrived.push(arrival));
    this.model.rung$.subscribe((master) => this.rings.push(master));
    this.registers.interrupt$(0).subscribe(() => {
      this.interrupts.push(this.registers.read32(0x304));
      // Masks everything, as a driver that has seen enough.
      this.write(0x100, 0);
    });
  }

  read(offset: number): number {
    return this.registers.read32(offset);
  }

  write(offset: number, value: number): void {
    this.registers.write32(offset, value);
  }

  run(ms = 0): void {
    this.scheduler.maxFrames = this.scheduler.frame + ms;
    this.scheduler.flush();
    this.scheduler.frame = this.scheduler.maxFrames;
  }

  get messages(): unknown[] {
    return this.arrived.map(({ mailbox, message }) => [mailbox, typeof message === 'number' ? message : [...message]]);
  }
}

describe('the registers of a block', () => {
  it.each([
    ['tegra186', 0x87008],
    ['tegra194', 0x87008],
    ['tegra234', 0x87008],
    ['tegra264', 0x107008],
  ] as const)('of a %s say what it has', (variant, dimensions) => {
    expect(new Board({ variant }).read(0x380)).toBe(dimensions);
  });

  it('compute the causes from the mailboxes, and the line from what is enabled', () => {
    const board = new Board({ receives: {} });
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

  it('of a Tegra186 have no 128-bit mailboxes: the tag is memory', () => {
    const board = new Board({ variant: 'tegra186' });
    board.write(SM(3, 0x40), FULL);
    expect(board.read(0x304)).toBe(0xff);
  });

  it('of a Tegra194 want a cause enabled in its mailbox, too', () => {
    const board = new Board({ variant: 'tegra194', receives: {} });
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

  it('know who rings, and show only whom they admit', () => {
    const board = new Board();
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

  it('are made for dimensions that there are', () => {
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

describe('the other processor', () => {
  it('reads its mailboxes, clears them, and reads no others', () => {
    const board = new Board({ receives: { 0: 32, 2: 128 } });
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

  it('writes one message after the other, each when the one before was read', () => {
    const board = new Board();
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

  it('takes its time: latency until it reads, lateClear until it clears', () => {
    const board = new Board({ latency: 5, lateClear: 7 });
    board.write(SM(0), FULL + 1);
    board.run(4);
    expect(board.messages).toEqual([]);
    board.run(1);
    expect([board.messages, board.read(SM(0))]).toEqual([[[0, 1]], FULL + 1]);
    board.run(6);
    expect(board.read(SM(0))).toBe(FULL + 1);
    board.run(1);
    expect(board.read(SM(0))).toBe(0);
    board.model.set({ latency: 0, lateClear: 0 });
    board.write(SM(0), FULL + 2);
    board.run();
    expect([board.messages.length, board.read(SM(0))]).toEqual([2, 0]);
  });

  it('answers when it has read; or early, before it has', () => {
    const board = new Board({ latency: 5, lateClear: 5, answer: ({ message }) => ({ mailbox: 1, message: Number(message) + 1 }) });
    board.write(SM(0), FULL + 1);
    board.run(4);
    expect(board.read(SM(1))).toBe(0);
    board.run(1);
    expect([board.read(SM(1)), board.read(SM(0))]).toEqual([FULL + 2, FULL + 1]);
    board.run(5);
    board.write(SM(1), 0);
    board.model.set({ answersEarly: true });
    board.write(SM(0), FULL + 3);
    board.run();
    expect([board.read(SM(1)), board.messages.length]).toEqual([FULL + 4, 1]);
    board.run(20);
    expect(board.messages).toHaveLength(2);
    board.write(SM(1), 0);
    board.run();
    // One answer each.
    expect(board.read(SM(1))).toBe(0);
  });

  it('does not look at mailboxes that are stuck, until they are not', () => {
    const board = new Board({ stuck: 0b001 });
    board.write(SM(0), FULL + 1);
    board.write(SM(2), FULL + 2);
    board.run(50);
    expect([board.messages, board.read(SM(0))]).toEqual([[[2, 2]], FULL + 1]);
    board.model.set({ stuck: 0 });
    board.run();
    expect([board.messages.length, board.read(SM(0))]).toEqual([2, 0]);
    // What is gone by then is not read.
    board.model.set({ stuck: 1 });
    board.write(SM(0), FULL + 3);
    board.run();
    board.write(SM(0), 0);
    board.model.set({ stuck: 0 });
    board.run();
    expect(board.messages).toHaveLength(2);
    board.write(SM(0), FULL + 4);
    board.run();
    expect(board.messages.at(-1)).toEqual([0, 4]);
  });

  it('that holds clears when it is told to, once', () => {
    const board = new Board({ holds: true });
    board.write(SM(0), FULL + 1);
    board.run(10);
    expect(board.read(SM(0))).toBe(FULL + 1);
    board.arrived[0]!.take();
    board.write(SM(0), FULL + 2);
    board.arrived[0]!.take();
    expect(board.read(SM(0))).toBe(FULL + 2);
  });

  it('loses interrupts of the driver, and makes some up', () => {
    const board = new Board();
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

  it('resets the block: mailboxes are empty, nothing of the driver is enabled, and it reads again', () => {
    const board = new Board({ latency: 5, holds: true });
    board.write(SM(0), FULL + 1);
    board.run(5);
    board.write(SM(2), FULL + 2);
    board.model.send(1, 3);
    board.write(0x100, 0x0200);
    board.write(0x50104, 1 << 19);
    board.model.ring();
    board.model.reset();
    expect([SM(0), SM(1), SM(2), 0x100, 0x50104, 0x50108].map((offset) => board.read(offset))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(board.read(0x50304)).toBe(1 << 17);
    board.run(20);
    // Neither what it was about to read, nor what it was about to clear.
    expect(board.messages).toEqual([[0, 1]]);
    board.write(SM(0), FULL + 4);
    board.arrived[0]!.take();
    expect(board.read(SM(0))).toBe(FULL + 4);
    board.run(5);
    expect(board.messages.at(-1)).toEqual([0, 4]);
  });

  it('without power is not there: all reads are ones, all writes are lost', () => {
    const board = new Board();
    board.write(0x100, 1);
    board.model.powerOff();
    board.write(SM(0), FULL + 1);
    board.model.send(1, 1);
    board.run();
    expect([0x100, 0x304, 0x380, SM(0), 0x50104].map((offset) => board.read(offset))).toEqual(Array(5).fill(0xffff_ffff));
    expect(board.interrupts).toEqual([]);
    board.model.powerOn();
    expect([0x100, SM(0), SM(1)].map((offset) => board.read(offset))).toEqual([0, 0, 0]);
    board.write(SM(0), FULL + 2);
    board.run();
    // There is power, so nothing happens.
    board.write(SM(1), FULL + 3);
    board.model.powerOn();
    expect([board.messages, board.read(SM(1))]).toEqual([[[0, 2]], FULL + 3]);
  });

  it('is rung while it admits that, and rings', () => {
    const board = new Board();
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

  it('stops for good', () => {
    const board = new Board({ latency: 5 });
    board.write(SM(0), FULL + 1);
    board.run(1);
    board.model.close();
    board.run(50);
    expect([board.messages, board.read(SM(0)), board.scheduler.actions.length]).toEqual([[], FULL + 1, 0]);
  });

  it('says what is wrong with what it is given', () => {
    const { registers, model } = new Board();
    const make = (options: Partial<HspModelOptions>) => () => new HspModel(registers, { variant: 'tegra234', ...options });
    expect(make({ variant: 'x' as never })).toThrow(TypeError);
    expect(make({ receives: { 8: 32 } })).toThrow(new RangeError('a mailbox of receives is 8; expected an integer from 0 to 7'));
    expect(make({ receives: { 0: 64 as never } })).toThrow(TypeError);
    expect(make({ variant: 'tegra186', receives: { 0: 128 } })).toThrow(TypeError);
    expect(make({ latency: -1 })).toThrow(new RangeError('latency is -1; expected milliseconds, 0 to 2147483647'));
    expect(() => model.set({ lateClear: NaN })).toThrow(RangeError);
    expect(() => model.set({ stuck: 0x100 })).toThrow(new RangeError('stuck is 256; expected an integer from 0 to 255'));
    expect(() => model.send(8, 1)).toThrow(RangeError);
    expect(() => model.send(1, 2 ** 31)).toThrow(RangeError);
    expect(() => model.send(1, [1, 2, 3] as never)).toThrow(RangeError);
    expect(() => new HspModel(registers, undefined as never)).toThrow(TypeError);
  });
});
