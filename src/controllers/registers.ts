/**
 * Device registers, for controllers that drive hardware: the interface that they need, and memory that behaves like a device.
 *
 * @packageDocumentation
 */
export type { RegisterSpace } from './registers/RegisterSpace';
export { memoryRegisters, type MemoryRegisters, type MemoryRegistersOptions } from './registers/MemoryRegisters';
export { registerWords } from './registers/RegisterMemory';
export { computed, readOnly, writeOneToClear, writeOneToSet, type Register, type RegisterMap } from './registers/RegisterMap';
export { RegisterWords } from './registers/RegisterWords';
