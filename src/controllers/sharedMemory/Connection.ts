import { BASE, GENERATION, READY, SEEN } from './layout';

interface Rings {
  /** Forgets what is in flight; says at which index the next message will be. */
  tx: { restart(): number };
  rx: { restart(base: number): void };
}

/**
 * Who is at the other side, and whether both agree on where their messages begin.
 *
 * A side's GENERATION is odd while it has an owner, and never the same for two owners. An owner that finds another generation opposite
 *
 * 1. says from which of its messages on that one is meant (BASE), then that it has noticed it (SEEN);
 * 2. once it has been noticed itself, skips to the other's BASE, then says so (READY);
 *
 * and both are connected when both are READY for each other. Each step needs an answer to this very generation, so neither what a dead
 * owner left in the memory nor a message or a tail meant for it counts. SEEN and READY are 0 while there is no owner.
 */
export class Connection {
  /** The generation opposite that we are connected to, or 0. */
  linked = 0;
  private generation = 0;
  private noticed = 0;
  private ready = 0;
  /** What the other side said when we last looked. */
  private opposite = 0;
  private theirSeen = 0;
  private theirReady = 0;

  constructor(
    private readonly words: Int32Array,
    private readonly mine: number,
    private readonly peer: number,
  ) {}

  /** Takes the side; false if it has an owner. */
  attach(): boolean {
    const at = this.mine + GENERATION;
    const last = Atomics.load(this.words, at);
    this.generation = (last + 1) | 0;
    return (last & 1) === 0 && Atomics.compareExchange(this.words, at, last, this.generation) === last;
  }

  /** Whether we still are the owner; not so after the other side has declared us gone. */
  get owned(): boolean {
    return Atomics.load(this.words, this.mine + GENERATION) === this.generation;
  }

  detach(): void {
    if (this.owned) vacate(this.words, this.mine);
  }

  /** Looks who is there; says whether it is still the one we are connected to. */
  look(): boolean {
    if (!this.owned) throw new Error('the other side declared this one gone, or wrote over it');
    this.opposite = Atomics.load(this.words, this.peer + GENERATION);
    this.theirSeen = Atomics.load(this.words, this.peer + SEEN);
    this.theirReady = Atomics.load(this.words, this.peer + READY);
    return this.opposite === this.linked;
  }

  /** Whether somebody was there and left, perhaps before we were connected. */
  get deserted(): boolean {
    return this.noticed !== 0 && (this.opposite & 1) === 0;
  }

  /** Whether anything has changed since {@link look}. */
  get news(): boolean {
    const { words, peer } = this;
    return (
      Atomics.load(words, peer + GENERATION) !== this.opposite ||
      (this.linked === 0 &&
        (Atomics.load(words, peer + SEEN) !== this.theirSeen || Atomics.load(words, peer + READY) !== this.theirReady)) ||
      !this.owned
    );
  }

  /** Goes on connecting, as far as {@link look} saw; says whether the other side has to hear of it. */
  advance({ tx, rx }: Rings): boolean {
    const { words, mine, peer, opposite } = this;
    if ((opposite & 1) === 0) return false;
    const before = this.ready;
    const noticed = this.noticed === opposite;
    if (!noticed) {
      Atomics.store(words, mine + BASE, tx.restart());
      Atomics.store(words, mine + SEEN, (this.noticed = opposite));
    }
    if (this.ready !== opposite && this.theirSeen === this.generation) {
      rx.restart(Atomics.load(words, peer + BASE));
      Atomics.store(words, mine + READY, (this.ready = opposite));
    }
    if (this.ready === opposite && this.theirReady === this.generation) this.linked = opposite;
    return !noticed || this.ready !== before;
  }
}

/** Marks a side as left, by its owner or on behalf of one that died. */
export function vacate(words: Int32Array, at: number): void {
  const generation = Atomics.load(words, at + GENERATION);
  if ((generation & 1) === 0) return;
  Atomics.store(words, at + SEEN, 0);
  Atomics.store(words, at + READY, 0);
  Atomics.compareExchange(words, at + GENERATION, generation, (generation + 1) | 0);
}
