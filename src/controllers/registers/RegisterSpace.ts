import type { Observable } from 'rxjs';

/**
 * The registers of one device as a driver sees them: what a register-level controller is given.
 *
 * Any object of this shape will do: memory ({@link memoryRegisters}), mapped device memory, a debugger's probe, an emulator.
 *
 * @see Linux: `readl()`, `writel()`, `request_irq()`
 */
export interface RegisterSpace {
  /**
   * Reads one register.
   *
   * @param offset - In bytes from the device's base; a multiple of 4.
   * @returns The word, 0 to 2³² − 1. All ones (`0xffffffff`) is what a bus answers where nothing is.
   * @throws RangeError for an offset that is not a multiple of 4, or outside the device.
   */
  read32(offset: number): number;
  /**
   * Writes one register.
   *
   * @param offset - In bytes from the device's base; a multiple of 4.
   * @param value - The word, 0 to 2³² − 1.
   * @throws RangeError for an offset that is not a multiple of 4, or outside the device.
   */
  write32(offset: number, value: number): void;
  /**
   * An interrupt line. Emits whenever the line is raised, or may be: too often is allowed, too seldom is not, so a handler reads the status.
   *
   * Level-triggered: a line that is still asserted when the handler has returned emits again, and one that is asserted when it is subscribed
   * emits, at once or in the next turn. Subscribing unmasks the line at the
   * processor, unsubscribing masks it. What it emits means nothing. It may emit from inside `read32` and `write32`.
   *
   * @param line - Which one; default 0.
   */
  interrupt$(line?: number): Observable<unknown>;
}
