import type { SharedMemoryHandle } from 'rx-mailbox/shared-memory';

/** What the worker of one contender is told. */
export type Start =
  | { readonly kind: 'sharedMemory'; readonly handle: SharedMemoryHandle; readonly codec: 'bytes' | 'view' | 'json' }
  | { readonly kind: 'postMessage' }
  | { readonly kind: 'frames' }
  | { readonly kind: 'comlink' }
  | { readonly kind: 'ring'; readonly buffer: SharedArrayBuffer; readonly window: number };
