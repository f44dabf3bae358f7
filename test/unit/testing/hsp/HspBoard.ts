import { VirtualTimeScheduler } from 'rxjs';
import { memoryRegisters, registerWords, type MemoryRegisters } from 'rx-mailbox/registers';
import { HspModel, hspRegisters, type HspArrival, type HspModelOptions } from 'rx-mailbox/testing';

/** An offset in a mailbox. */
export const SM = (mailbox: number, offset = 0): number => 0x10000 + 0x8000 * mailbox + offset;
export const FULL = 0x8000_0000;

/** A block in virtual time; the test is the driver. */
export class HspBoard {
  readonly scheduler = new VirtualTimeScheduler();
  readonly registers: MemoryRegisters;
  readonly model: HspModel;
  readonly arrived: HspArrival[] = [];
  readonly rings: number[] = [];
  /** The causes that the driver found at each interrupt of its shared line. */
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
      // Disables all causes, so that each interrupt is counted once.
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
