import { HEAD, ringAt, SLOT_HEADER, TAIL } from './layout';
import type { Layout } from './readLayout';
import type { Transcoder } from './Transcoder';

/**
 * The ring that the other side sends through. Any word of it may be wrong, so each is read once, checked, and used as it was read.
 *
 * ```
 *   tail ............ next ............ head                 indices, modulo 2^32; head - tail <= slots
 *   taken, unpublished       to be taken
 * ```
 */
export class RxRing<Rx> {
  /** The message to be taken next. */
  next = 0;
  private head = 0;
  private tail = 0;
  private readonly ring: number;

  constructor(
    private readonly layout: Layout,
    channel: number,
    side: 0 | 1,
    private readonly own: number,
    private readonly peer: number,
    private readonly codec: Transcoder<never, Rx>,
  ) {
    this.ring = ringAt(layout, channel, side);
  }

  /** How many messages have been taken without the sender being able to see it. */
  get unpublished(): number {
    return (this.next - this.tail) | 0;
  }

  /** Begins at an index that the other side named. */
  restart(base: number): void {
    this.next = this.head = this.tail = base;
    Atomics.store(this.layout.words, this.own + TAIL, base);
  }

  /** How many messages wait; throws if the other side's head is impossible. */
  waiting(): number {
    const { slots, words } = this.layout;
    const head = Atomics.load(words, this.peer + HEAD);
    const count = (head - this.next) | 0;
    // It must not move backwards, nor further than its ring is long.
    if (((head - this.head) | 0) < 0 || count > ((slots - this.unpublished) | 0)) {
      throw new RangeError(`the other side says it wrote ${(head - this.tail) | 0} messages; its ring has ${slots} slots`);
    }
    this.head = head;
    return count;
  }

  /** The next message; it counts as taken only after {@link advance}. */
  read(): Rx {
    const { slots, slotSize, stride, words, bytes } = this.layout;
    const offset = this.ring + (this.next & (slots - 1)) * stride;
    const length = words[offset >> 2]!;
    const index = words[(offset >> 2) + 1]!;
    if (index !== this.next) throw new RangeError(`the other side announced message ${this.next}, and its slot holds ${index}`);
    if (length < 0 || length > slotSize)
      throw new RangeError(`the other side wrote a message of ${length} bytes; a slot holds ${slotSize}`);
    const start = offset + SLOT_HEADER;
    return this.codec.decode(this.codec.inPlace ? bytes.subarray(start, start + length) : bytes.slice(start, start + length));
  }

  advance(): void {
    this.next = (this.next + 1) | 0;
  }

  /** Lets the sender see what has been taken; whether that was anything new. */
  publish(): boolean {
    if (this.tail === this.next) return false;
    Atomics.store(this.layout.words, this.own + TAIL, (this.tail = this.next));
    return true;
  }
}
