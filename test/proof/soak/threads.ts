import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { SharedMemoryHandle } from 'rx-mailbox/shared-memory';
import type { Blocking } from './spin';
import type { SharedTaken } from './Taken';

/** Starts `receiver.ts` or `scribbler.ts`; how they are bundled is the caller's business. */
export type StartThread = (name: 'receiver' | 'scribbler', workerData: unknown) => Worker;

export interface Open {
  readonly handle: SharedMemoryHandle;
  readonly taken: SharedTaken;
  readonly seed: number;
  /** Answers every n-th message. */
  readonly answerEvery?: number;
  readonly blocking?: Blocking;
  /** At which message it dies, and how: before it has said that it took it, after that, or of an exception. */
  readonly die?: { readonly at: number; readonly how: 'exit' | 'exit after' | 'throw' };
  /** Does not say that it took every n-th message: there to show that the audit sees it. */
  readonly forgetEvery?: number;
  readonly inPlace?: boolean;
  /** Goes on living when its channel has closed. */
  readonly stay?: boolean;
}

export type ToReceiver = ({ readonly do: 'open' } & Open) | { readonly do: 'close' | 'heap' | 'ping' };

/** Asks a thread and waits for its answer. */
export async function ask(thread: Worker, message: ToReceiver): Promise<unknown> {
  thread.postMessage(message);
  const [answer] = (await once(thread, 'message')) as [unknown];
  return answer;
}
