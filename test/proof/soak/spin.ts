/** Blocks this thread: neither its timers nor its events run. */
export function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Now and then a busy loop. */
export interface Blocking {
  /** Of how many messages, as a part of 1. */
  readonly chance: number;
  /** At most; the length is random. */
  readonly ms: number;
}
