/**
 * The Hardware Synchronization Primitives of NVIDIA Tegra: shared mailboxes of 32 and 128 bits, and doorbells.
 *
 * @packageDocumentation
 */
export { createTegraHsp, type TegraHsp, type TegraHspOptions } from './tegraHsp/createTegraHsp';
export type { HspDoorbell } from './tegraHsp/HspDoorbell';
export type { HspWords } from './tegraHsp/HspWords';
export type { TegraHspDimensions } from './tegraHsp/TegraHspDimensions';
export type { TegraHspVariant } from './tegraHsp/TegraHspVariant';
