import type { SharedMemoryHandle } from 'rx-mailbox/shared-memory';

/** What a sender sends to the remote processor. */
export interface Line {
  readonly id: number;
  /** Number of the sender, 0 to SENDERS - 1. */
  readonly sender: number;
  readonly text: string;
}

/** What the remote processor answers. */
export interface Answer {
  readonly id: number;
  readonly sender: number;
  readonly sha256: string;
}

export const SENDERS = 100;

/** What the worker is started with. */
export interface Start {
  readonly handle: SharedMemoryHandle;
  /** Per sender, the id of its line that the worker took last: what really happened, told past the library. */
  readonly taken: Int32Array;
  /** How many lines the worker may take; negative: any number. */
  readonly gate: Int32Array;
}
