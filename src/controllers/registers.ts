/**
 * Device registers, for the controllers that speak to hardware: what they need of a device, and memory that behaves like one.
 *
 * @packageDocumentation
 */
export type { RegisterSpace } from './registers/RegisterSpace';
export { memoryRegisters, registerWords, type MemoryRegisters, type MemoryRegistersOptions } from './registers/MemoryRegisters';
export { computed, readOnly, writeOneToClear, writeOneToSet, type Register, type RegisterMap } from './registers/RegisterMap';
export { RegisterWords } from './registers/RegisterWords';
