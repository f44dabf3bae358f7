import { BASE, GENERATION, READY, SEEN } from './layout';

interface Rings {
  /** Drops what is in flight; returns the index of the next message. */
  tx: { restart(): number };
  rx: { restart(base: number): void };
}

/**
 * Who is at the other side, and whether both sides agree at which index their messages begin.
 *
 * A side's GENERATION is odd while it has an owner, and never the same for two owners. When an owner finds a new generation at the other
 * side, it
 *
 * 1. writes the index of its first message for that generation (BASE), then the generation (SEEN);
 * 2. waits until the other side has written its own generation to SEEN, skips to the other side's BASE, and writes READY.
 *
 * Both are connected when each is READY for the other. Every step answers one particular generation. So words that a dead owner left
 * behind never count, nor does a message or a tail that was meant for it. SEEN and READY are 0 while there is no owner.
 */
export class Connection {
  /** The other side's generation that we are connected to, or 0. */
  linked = 0;
  private generation = 0;
  private noticed = 0;
  private ready = 0;
  /** The other side's words, as of the last {@link refresh}. */
  private theirGeneration = 0;
  private theirSeen = 0;
  private theirReady = 0;

  constructor(
    private readonly words: Int32Array,
    private readonly own: number,
    private readonly peer: number,
  ) {}

  /** Takes the side; false if it has an owner. */
  attach(): boolean {
    const at = this.own + GENERATION;
    const last = Atomics.load(this.words, at);
    this.generation = (last + 1) | 0;
    return (last & 1) === 0 && Atomics.compareExchange(this.words, at, last, this.generation) === last;
  }

  /** Whether we are still the owner. We are not after the other side has declared us gone. */
  get owned(): boolean {
    return Atomics.load(this.words, this.own + GENERATION) === this.generation;
  }

  detach(): void {
    if (this.owned) vacate(this.words, this.own);
  }

  /** Reads the other side's words; whether we are still connected to the owner that is there. */
  refresh(): boolean {
    if (!this.owned) throw new Error('the other side declared this one gone, or wrote over it');
    this.theirGeneration = Atomics.load(this.words, this.peer + GENERATION);
    this.theirSeen = Atomics.load(this.words, this.peer + SEEN);
    this.theirReady = Atomics.load(this.words, this.peer + READY);
    return this.theirGeneration === this.linked;
  }

  /** Whether an owner was there and left, perhaps before we were connected. */
  get deserted(): boolean {
    return this.noticed !== 0 && (this.theirGeneration & 1) === 0;
  }

  /** Whether anything has changed since {@link refresh}. */
  get changed(): boolean {
    const { words, peer } = this;
    return (
      Atomics.load(words, peer + GENERATION) !== this.theirGeneration ||
      (this.linked === 0 &&
        (Atomics.load(words, peer + SEEN) !== this.theirSeen || Atomics.load(words, peer + READY) !== this.theirReady)) ||
      !this.owned
    );
  }

  /** Connects as far as the words of the last {@link refresh} allow; whether it wrote anything that the other side has to see. */
  advance({ tx, rx }: Rings): boolean {
    const { words, own, peer, theirGeneration } = this;
    if ((theirGeneration & 1) === 0) return false;
    const before = this.ready;
    const noticed = this.noticed === theirGeneration;
    if (!noticed) {
      Atomics.store(words, own + BASE, tx.restart());
      Atomics.store(words, own + SEEN, (this.noticed = theirGeneration));
    }
    if (this.ready !== theirGeneration && this.theirSeen === this.generation) {
      rx.restart(Atomics.load(words, peer + BASE));
      Atomics.store(words, own + READY, (this.ready = theirGeneration));
    }
    if (this.ready === theirGeneration && this.theirReady === this.generation) this.linked = theirGeneration;
    return !noticed || this.ready !== before;
  }
}

/** Marks a side as left: by its owner, or by the other side if the owner died. */
export function vacate(words: Int32Array, at: number): void {
  const generation = Atomics.load(words, at + GENERATION);
  if ((generation & 1) === 0) return;
  Atomics.store(words, at + SEEN, 0);
  Atomics.store(words, at + READY, 0);
  Atomics.compareExchange(words, at + GENERATION, generation, (generation + 1) | 0);
}
