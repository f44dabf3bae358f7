/*
 * Two words for each side:
 *
 *   RUNG      how often this side was rung; only a doorbell that uses Atomics counts here
 *   ASLEEP    1 while this side has to be woken
 */
export const RUNG = 0;
export const ASLEEP = 1;

/**
 * Wakes the other side of a channel, and is woken by it. Ringing costs one read if nobody sleeps.
 *
 * A side that goes to sleep calls {@link arm} and then reads the memory once more. A side that changes the memory rings afterwards. So a
 * change is never missed: either the sleeper reads it, or it is rung.
 */
export abstract class Doorbell {
  /**
   * @param own - Index of this side's two words.
   * @param peer - Index of the other side's; the same index if both sides share one pair.
   */
  constructor(
    protected readonly words: Int32Array,
    protected readonly own: number,
    protected readonly peer: number,
  ) {}

  /** Prepares to be woken; false if it was rung meanwhile. */
  arm(): boolean {
    if (!this.listen()) return false;
    // Only now: whoever sees the flag rings, and that has to wake us.
    Atomics.store(this.words, this.own + ASLEEP, 1);
    return true;
  }

  disarm(): void {
    Atomics.store(this.words, this.own + ASLEEP, 0);
  }

  ring(): void {
    if (Atomics.load(this.words, this.peer + ASLEEP) === 0) return;
    // One wake-up is enough for everything that is written before the sleeper is awake.
    Atomics.store(this.words, this.peer + ASLEEP, 0);
    this.wakePeer();
  }

  abstract close(): void;
  protected abstract listen(): boolean;
  protected abstract wakePeer(): void;
}
