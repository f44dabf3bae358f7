/**
 * The channels of a controller whose next message could be handed over now: a live view, in the order in which they take turns.
 *
 * Such a channel is up, has a message that waits and a free slot, and neither a refused head nor a pause or a reset.
 */
export interface ReadyChannels extends Iterable<number> {
  /** How many. */
  readonly size: number;
  /** Whether this channel is one of them; O(1). */
  has(index: number): boolean;
}
