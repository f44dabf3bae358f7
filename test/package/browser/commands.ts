import type { SharedMemoryHandle } from 'rx-mailbox/shared-memory';

/** What the page tells its worker when it starts it. */
export interface Task {
  handle: SharedMemoryHandle;
  /** Takes `Atomics.waitAsync` away first. */
  withoutWaitAsync: boolean;
}

/** What the worker does inside its receiver. */
export type Command = { do: 'echo'; text: string } | { do: 'close' | 'end' | 'hang' };
