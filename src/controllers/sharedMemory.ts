/**
 * A real mailbox between threads: a ring of slots in shared memory per channel and direction, with doorbells.
 *
 * @packageDocumentation
 */
export { createSharedMemory, type SharedMemoryOptions } from './sharedMemory/createSharedMemory';
export type { SharedMemoryHandle, SharedMemorySide } from './sharedMemory/SharedMemoryHandle';
export { sharedMemory, type SharedMemoryController, type SharedMemoryControllerOptions } from './sharedMemory/SharedMemoryController';
export type { Encoder, SharedMemoryCodec } from './sharedMemory/SharedMemoryCodec';
export type { EmittingPeer, ListeningPeer, SharedMemoryPeer } from '../threads/SharedMemoryPeer';
