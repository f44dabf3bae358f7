/** Who waits for a place in the queue of a channel, first come, first served. */
export class PlaceQueue {
  private readonly waiting = new Set<() => void>();

  /** Calls back when there may be a place, until it is told to {@link leave}. Whoever still waits after a call keeps its turn. */
  wait(callback: () => void): void {
    this.waiting.add(callback);
  }

  leave(callback: () => void): void {
    this.waiting.delete(callback);
  }

  /** Lets those who wait try, one after the other, as long as there are places. */
  serve(hasPlace: () => boolean): void {
    for (const callback of this.waiting) {
      if (!hasPlace()) return;
      callback();
    }
  }
}
