import type { Received } from './message';

const DISORDER = 1;
const CORRUPT = 2;
const OUT_OF_RANGE = 3;
const LAST = 4;
const ANSWERS = 5;

/** What really happened, noted outside the library: shared memory in which the receivers mark which messages they have taken. */
export class Taken {
  readonly marks: Uint8Array;
  private readonly counts: Int32Array;

  private constructor(marks: SharedArrayBuffer, counts: SharedArrayBuffer) {
    this.marks = new Uint8Array(marks);
    this.counts = new Int32Array(counts);
  }

  static make(messages: number): Taken {
    const taken = new Taken(new SharedArrayBuffer(messages), new SharedArrayBuffer(4 * 8));
    taken.counts[LAST] = -1;
    return taken;
  }

  static share({ marks, counts }: SharedTaken): Taken {
    return new Taken(marks, counts);
  }

  get shared(): SharedTaken {
    return { marks: this.marks.buffer as SharedArrayBuffer, counts: this.counts.buffer as SharedArrayBuffer };
  }

  /** Called by receivers only; false for what is no message. */
  mark({ id, intact }: Received): boolean {
    if (!intact || id >= this.marks.length) {
      Atomics.add(this.counts, CORRUPT, 1);
      return false;
    }
    Atomics.add(this.marks, id, 1);
    // Senders number their messages in the order in which they send them, and there is one receiver at a time.
    if (id <= Atomics.exchange(this.counts, LAST, id)) Atomics.add(this.counts, DISORDER, 1);
    return true;
  }

  outOfRange(): void {
    Atomics.add(this.counts, OUT_OF_RANGE, 1);
  }

  answered(): void {
    Atomics.add(this.counts, ANSWERS, 1);
  }

  times(id: number): number {
    return Atomics.load(this.marks, id);
  }

  get faults(): { disorder: number; corrupt: number; outOfRange: number } {
    const [disorder, corrupt, outOfRange] = [DISORDER, CORRUPT, OUT_OF_RANGE].map((at) => Atomics.load(this.counts, at));
    return { disorder: disorder!, corrupt: corrupt!, outOfRange: outOfRange! };
  }

  /** How many answers were accepted by the receivers' channels. */
  get answers(): number {
    return Atomics.load(this.counts, ANSWERS);
  }
}

/** As it goes to a worker. */
export interface SharedTaken {
  readonly marks: SharedArrayBuffer;
  readonly counts: SharedArrayBuffer;
}
