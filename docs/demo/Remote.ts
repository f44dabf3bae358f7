import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Mailbox, type Channel } from 'rx-mailbox';
import { createSharedMemory, sharedMemory } from 'rx-mailbox/shared-memory';
import { SENDERS, type Answer, type Line, type Start } from './protocol';

const SLOTS = 128;
const SLOT_SIZE = 64 * 1024;

/** A worker thread as the remote processor, and this side's channel to it. */
export class Remote {
  readonly channel: Channel<Line, Answer>;
  readonly worker: Worker;
  private readonly exited: Promise<unknown>;
  private readonly taken = new Int32Array(new SharedArrayBuffer(4 * SENDERS));
  private readonly gate = new Int32Array(new SharedArrayBuffer(4));

  /** @param options - `window`: how many lines may be in flight; `gated`: the worker takes a line only when {@link allow}ed to. */
  constructor({ window, gated = false }: { window: number; gated?: boolean }) {
    const handle = createSharedMemory({ slots: SLOTS, slotSize: SLOT_SIZE });
    this.gate[0] = gated ? 0 : -1;
    const workerData: Start = { handle, taken: this.taken, gate: this.gate };
    this.worker = new Worker(join(__dirname, 'worker.cjs'), { workerData, transferList: handle.transfer });
    this.exited = once(this.worker, 'exit');
    const controller = sharedMemory<Line, Answer>(handle, { codec: 'json', window, name: 'remote', peer: this.worker });
    this.channel = new Mailbox(controller).requestChannel(0, { txQueueLength: SENDERS });
  }

  /** Whether the worker has really taken this sender's line. */
  hasTaken({ sender, id }: Line): boolean {
    return Atomics.load(this.taken, sender) === id;
  }

  /** Lets the worker take some more lines. */
  allow(more: number): void {
    Atomics.add(this.gate, 0, more);
    Atomics.notify(this.gate, 0);
  }

  async kill(): Promise<void> {
    void this.worker.terminate();
    await this.exited;
  }

  async close(): Promise<void> {
    this.channel.close();
    await this.kill();
  }
}
