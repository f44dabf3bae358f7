import { MAX_MESSAGE } from './bytes';

/** The memory that messages are written to, if there is any. */
export class TxArea {
  /** The message that is sent next. */
  next = new Uint8Array();

  constructor(private readonly memory: Uint8Array | undefined) {}

  get exists(): boolean {
    return this.memory !== undefined;
  }

  /** How long a message may be. */
  get size(): number {
    return Math.min(MAX_MESSAGE, this.memory?.length ?? MAX_MESSAGE);
  }

  write(): void {
    this.memory?.fill(0, this.next.length, MAX_MESSAGE).set(this.next);
  }
}
