import { INT_IE, INT_IR } from '../../controllers/tegraHsp/layout';
import type { RegisterSpace } from '../../controllers/registers/RegisterSpace';

/** The shared interrupt that a model uses: which causes are enabled. */
export class HspModelInterrupts {
  private mask = 0;

  constructor(
    private readonly registers: RegisterSpace,
    private readonly shared: number,
  ) {}

  enable(causes: number): void {
    this.write(this.mask | causes);
  }

  disable(causes: number): void {
    this.write(this.mask & ~causes);
  }

  disableAll(): void {
    this.write(0);
  }

  /** The causes that are present and enabled. */
  read(): number {
    return this.registers.read32(INT_IR) & this.mask;
  }

  private write(mask: number): void {
    this.mask = mask;
    this.registers.write32(INT_IE(this.shared), mask);
  }
}
