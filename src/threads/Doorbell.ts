import { ASLEEP, BELL } from '../controllers/sharedMemory/layout';

/**
 * Wakes the other side of a channel, and is woken by it. Ringing costs one read where nobody sleeps.
 *
 * Whoever goes to sleep calls {@link arm} and *then* looks at the memory once more; whoever changes the memory does so and *then* rings.
 * So one of the two sees the other, whatever the order.
 */
export abstract class Doorbell {
  constructor(
    protected readonly words: Int32Array,
    protected readonly mine: number,
    protected readonly peer: number,
  ) {}

  /** Gets ready to be woken; false where it was rung meanwhile. */
  arm(): boolean {
    if (!this.listen()) return false;
    // After listening: whoever clears the flag is heard.
    Atomics.store(this.words, this.mine + ASLEEP, 1);
    return true;
  }

  disarm(): void {
    Atomics.store(this.words, this.mine + ASLEEP, 0);
  }

  ring(): void {
    if (Atomics.load(this.words, this.peer + ASLEEP) === 0) return;
    // One wake-up for all that is written until the sleeper is up.
    Atomics.store(this.words, this.peer + ASLEEP, 0);
    this.wakePeer();
  }

  abstract close(): void;
  protected abstract listen(): boolean;
  protected abstract wakePeer(): void;
}

/** Rings by `Atomics.notify`. A wait that is pending does not keep a Node process alive. */
export class AtomicsDoorbell extends Doorbell {
  private waiting = false;
  private closed = false;

  constructor(
    words: Int32Array,
    mine: number,
    peer: number,
    private readonly wake: () => void,
  ) {
    super(words, mine, peer);
  }

  close(): void {
    this.closed = true;
    // Nothing else would ever settle a wait that is pending.
    Atomics.notify(this.words, this.mine + BELL);
  }

  // Tries once: a peer that never stops ringing must not keep us in a loop here.
  protected listen(): boolean {
    if (this.waiting) return true;
    const rung = Atomics.load(this.words, this.mine + BELL);
    const wait = Atomics.waitAsync(this.words, this.mine + BELL, rung);
    if (!wait.async) return false;
    this.waiting = true;
    void wait.value.then(() => {
      this.waiting = false;
      if (!this.closed) this.wake();
    });
    return true;
  }

  protected wakePeer(): void {
    Atomics.add(this.words, this.peer + BELL, 1);
    Atomics.notify(this.words, this.peer + BELL);
  }
}

/** Rings by a message that names the channel, where there is no `Atomics.waitAsync`. */
export class PortDoorbell extends Doorbell {
  private readonly heard: (event: { data: unknown }) => void;

  constructor(
    words: Int32Array,
    mine: number,
    peer: number,
    wake: () => void,
    private readonly port: MessagePort,
    private readonly channel: number,
  ) {
    super(words, mine, peer);
    this.heard = ({ data }) => {
      if (data === channel) wake();
    };
    port.addEventListener('message', this.heard);
    port.start();
    // Node would stay alive for as long as somebody listens.
    (port as { unref?(): void }).unref?.();
  }

  close(): void {
    this.port.removeEventListener('message', this.heard);
  }

  /** The port always listens. */
  protected listen(): boolean {
    return true;
  }

  protected wakePeer(): void {
    this.port.postMessage(this.channel);
  }
}
