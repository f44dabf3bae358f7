import { show } from '../../contract/checks';
import { HEAD, ringAt, SLOT_HEADER } from './layout';
import type { Layout } from './readLayout';
import type { Transcoder } from './Transcoder';

/**
 * The ring that a side sends through. Nothing is read back from it, because a broken peer may have written there.
 *
 * ```
 *   done ............ published ............ head            indices, modulo 2^32; head - done <= slots
 *     in flight, visible       in flight, not yet visible
 * ```
 */
export class TxRing<Tx> {
  /** The oldest message that has no tx-done yet. */
  done: number;
  private head: number;
  private published: number;
  private readonly tokens: number[] = [];
  /** One view per slot for `encodeInto`, made on first use. */
  private readonly views: Uint8Array[] = [];
  private readonly ring: number;

  constructor(
    private readonly layout: Layout,
    channel: number,
    side: 0 | 1,
    private readonly own: number,
    private readonly codec: Transcoder<Tx, unknown>,
  ) {
    this.ring = ringAt(layout, channel, side);
    // Where the owner before stopped. Any index would do, because the connection agrees on a base.
    this.head = this.published = this.done = Atomics.load(layout.words, own + HEAD);
  }

  get inFlight(): number {
    return (this.head - this.done) | 0;
  }

  get unpublished(): number {
    return (this.head - this.published) | 0;
  }

  /** Writes a message into the next slot; false if none is free. Throwing leaves the ring as it was. */
  put(message: Tx, token: number): boolean {
    const { slots, slotSize, stride, words } = this.layout;
    if (this.inFlight >= slots) return false;
    const slot = this.head & (slots - 1);
    const offset = this.ring + slot * stride;
    const length = this.codec.encodeInto === undefined ? this.copy(message, offset) : this.encodeInPlace(message, slot, offset);
    if (length > slotSize) throw new RangeError(`message of ${length} bytes; a slot holds ${slotSize} bytes`);
    words[offset >> 2] = length;
    words[(offset >> 2) + 1] = this.head;
    this.tokens[slot] = token;
    this.head = (this.head + 1) | 0;
    return true;
  }

  /** Lets the other side see what was written; whether that was anything new. */
  publish(): boolean {
    if (this.head === this.published) return false;
    Atomics.store(this.layout.words, this.own + HEAD, (this.published = this.head));
    return true;
  }

  /** How many messages the other side's tail says it took; throws if that is impossible. */
  taken(tail: number): number {
    const count = (tail - this.done) | 0;
    const most = (this.published - this.done) | 0;
    if (count < 0 || count > most) throw new RangeError(`the other side says it took ${count} messages of ${most}`);
    return count;
  }

  /** Ends the oldest message; returns its token. */
  finishOldest(): number {
    const token = this.tokens[this.done & (this.layout.slots - 1)]!;
    this.done = (this.done + 1) | 0;
    return token;
  }

  /** Drops what is in flight; returns the index of the next message. */
  restart(): number {
    this.publish();
    return (this.done = this.head);
  }

  private copy(message: Tx, offset: number): number {
    const { bytes, slotSize } = this.layout;
    const encoded: unknown = this.codec.encode!(message);
    const source = encoded instanceof Uint8Array ? encoded : asBytes(encoded);
    if (source.length <= slotSize) bytes.set(source, offset + SLOT_HEADER);
    return source.length;
  }

  private encodeInPlace(message: Tx, slot: number, offset: number): number {
    const start = offset + SLOT_HEADER;
    const view = (this.views[slot] ??= this.layout.bytes.subarray(start, start + this.layout.slotSize));
    const length: unknown = this.codec.encodeInto!(message, view);
    if (!Number.isInteger(length) || (length as number) < 0)
      throw new TypeError(`encodeInto returned ${show(length)}; expected a number of bytes`);
    return length as number;
  }
}

/** Accepts bytes of another realm and other views of memory. */
function asBytes(encoded: unknown): Uint8Array {
  if (!ArrayBuffer.isView(encoded)) throw new TypeError(`message is encoded as ${show(encoded)}; expected a Uint8Array`);
  return new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.byteLength);
}
