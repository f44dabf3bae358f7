import type { Observable } from 'rxjs';
import type { RegisterSpace } from '../controllers/registers/RegisterSpace';

/** One access to a register. */
export interface RegisterAccess {
  /** What was done. */
  readonly access: 'read' | 'write';
  /** Where, in bytes from the base. */
  readonly offset: number;
  /** What was read or written. */
  readonly value: number;
}

/**
 * Logs every access to registers, in order, as a logic analyser would show it.
 *
 * @param registers - The registers to access.
 * @param log - Where each access is added: a read after it was answered, a write before it takes effect.
 * @returns Registers that behave like the ones given.
 * @example
 * {@includeCode ../../test/unit/testing/tracedRegisters.test.ts#example}
 */
export function tracedRegisters(registers: RegisterSpace, log: RegisterAccess[]): RegisterSpace {
  return {
    read32(offset) {
      const value = registers.read32(offset);
      log.push({ access: 'read', offset, value });
      return value;
    },
    write32(offset, value) {
      log.push({ access: 'write', offset, value });
      registers.write32(offset, value);
    },
    interrupt$: (line?: number): Observable<unknown> => registers.interrupt$(line),
  };
}
