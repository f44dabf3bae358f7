/** Words: how many the sender has written, how many the receiver has taken, each on a cache line of its own; then the slots. */
const HEAD = 0;
const TAIL = 16;
const SLOTS = 128;
const SIZE = 64;

/**
 * The limit between threads: a ring of 64-byte slots in shared memory, and two threads that do nothing but look at it. No queue, no tokens,
 * nobody is ever asleep. Both sides tell the other once per quarter of a window, or when there is nothing else to do.
 */
export class BareRing {
  private readonly words: Int32Array;
  private readonly bytes: Uint8Array;
  private readonly batch: number;

  constructor(
    readonly buffer: SharedArrayBuffer,
    private readonly window: number,
  ) {
    this.words = new Int32Array(buffer);
    this.bytes = new Uint8Array(buffer, SLOTS);
    this.batch = Math.max(1, window >> 2);
  }

  static allocate(window: number): SharedArrayBuffer {
    return new SharedArrayBuffer(SLOTS + window * SIZE);
  }

  /** Sends so many messages and calls back for each that was taken. */
  send(count: number, message: Uint8Array, done: () => void): void {
    const { words, bytes, window, batch } = this;
    const start = Atomics.load(words, HEAD);
    let written = 0;
    let told = 0;
    let taken = 0;
    while (taken < count) {
      while (written < count && written - taken < window) {
        bytes.set(message, ((start + written) & (window - 1)) * SIZE);
        written++;
        if (written - told >= batch) Atomics.store(words, HEAD, (start + (told = written)) | 0);
      }
      if (told !== written) Atomics.store(words, HEAD, (start + (told = written)) | 0);
      for (let news = (Atomics.load(words, TAIL) - start) | 0; taken < news; taken++) done();
    }
  }

  /** Takes so many messages. */
  receive(count: number, take: (message: Uint8Array) => void): void {
    const { words, bytes, window, batch } = this;
    const start = Atomics.load(words, TAIL);
    let taken = 0;
    let told = 0;
    while (taken < count) {
      for (let waiting = (Atomics.load(words, HEAD) - start - taken) | 0; waiting > 0; waiting--) {
        const offset = ((start + taken) & (window - 1)) * SIZE;
        take(bytes.subarray(offset, offset + SIZE));
        taken++;
        if (taken - told >= batch) Atomics.store(words, TAIL, (start + (told = taken)) | 0);
      }
      if (told !== taken) Atomics.store(words, TAIL, (start + (told = taken)) | 0);
    }
  }
}
