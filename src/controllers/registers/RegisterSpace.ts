import type { Observable } from 'rxjs';

/**
 * The registers of one device as a driver sees them; a register-level controller works on these.
 *
 * Any object of this shape works: memory ({@link memoryRegisters}), mapped device memory, a debugger's probe, an emulator.
 *
 * @see Linux: `readl()`, `writel()`, `request_irq()`
 */
export interface RegisterSpace {
  /**
   * Reads one register.
   *
   * @param offset - In bytes from the device's base; a multiple of 4.
   * @returns The word, 0 to 2³² − 1. A bus without a device answers all ones (`0xffffffff`).
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
   * An interrupt line. It must emit whenever the line is raised, and may emit without that, so a handler has to read the status.
   *
   * It is level-triggered: it emits again if it is still asserted when the handler has returned. If it is asserted when it is subscribed,
   * it emits at once or soon after. Subscribing unmasks the line at the processor; unsubscribing masks it. The emitted values have no
   * meaning. It may emit from inside `read32` and `write32`.
   *
   * @param line - Which one; default 0.
   */
  interrupt$(line?: number): Observable<unknown>;
}
