import type { RegisterSpace } from '../registers/RegisterSpace';
import { ALL_ONES, CLR_OUT, SET_IN, WINDOW_SIZE } from './layout';

/** The registers of one VCP mailbox. A device without power reads all ones. */
export class VcpRegisters {
  constructor(
    readonly space: RegisterSpace,
    readonly line: number,
  ) {}

  /** The pins that the VCP has not taken yet; `'gone'` if there is no device. */
  waiting(): number | 'gone' {
    return this.status(SET_IN, CLR_OUT);
  }

  /** The pins that the VCP has raised; `'gone'` if there is no device. */
  raised(): number | 'gone' {
    return this.status(CLR_OUT, SET_IN);
  }

  raise(bit: number): void {
    this.space.write32(SET_IN, bit);
  }

  acknowledge(pins: number): void {
    this.space.write32(CLR_OUT, pins);
  }

  // All 32 pins may be raised, in either direction, so one register of all ones proves nothing. All registers and the window do.
  private status(register: number, other: number): number | 'gone' {
    const status = this.space.read32(register) >>> 0;
    if (status !== ALL_ONES || this.space.read32(other) >>> 0 !== ALL_ONES) return status;
    for (let offset = 0; offset < WINDOW_SIZE; offset += 4) if (this.space.read32(offset) >>> 0 !== ALL_ONES) return status;
    return 'gone';
  }
}
