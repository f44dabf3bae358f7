import { Doorbell, RUNG } from './Doorbell';

/** Rings with `Atomics.notify`. A pending wait does not keep a Node process alive. */
export class AtomicsDoorbell extends Doorbell {
  private waiting = false;
  private closed = false;

  constructor(
    words: Int32Array,
    own: number,
    peer: number,
    private readonly wake: () => void,
  ) {
    super(words, own, peer);
  }

  close(): void {
    this.closed = true;
    // Otherwise a pending wait would stay pending.
    Atomics.notify(this.words, this.own + RUNG);
  }

  // Tries once: a peer that rings all the time must not keep this thread in a loop.
  protected listen(): boolean {
    if (this.waiting) return true;
    const rung = Atomics.load(this.words, this.own + RUNG);
    const wait = Atomics.waitAsync(this.words, this.own + RUNG, rung);
    if (!wait.async) return false;
    this.waiting = true;
    void wait.value.then(() => {
      this.waiting = false;
      if (!this.closed) this.wake();
    });
    return true;
  }

  protected wakePeer(): void {
    Atomics.add(this.words, this.peer + RUNG, 1);
    Atomics.notify(this.words, this.peer + RUNG);
  }
}
