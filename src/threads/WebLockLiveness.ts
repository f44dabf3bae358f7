type LockId = readonly [high: number, low: number];

/**
 * Finds out in browsers that the other thread has ended, because no event says so. In Node it does nothing.
 *
 * Each thread holds a Web Lock of its own until it ends. It writes the lock's id (two words) into the memory, and requests the other
 * thread's lock: getting that one means that the other thread has ended. So a side may connect only after it holds its lock; before, the
 * other side could get it first.
 */
export class WebLockLiveness {
  private readonly locks = browserLocks();
  /** Holds its lock, or works without locks. */
  private ready = this.locks === undefined;
  private requested = false;
  private id: LockId = [0, 0];
  /** Names of the locks that have been requested from other threads. */
  private readonly watched = new Set<string>();

  /**
   * @param onReady - {@link announce} returns true from now on.
   * @param onEnded - A watched thread has ended; `isOf(at)` says whether the id at that index is the thread's.
   */
  constructor(
    private readonly words: Int32Array,
    private readonly onReady: () => void,
    private readonly onEnded: (isOf: (at: number) => boolean) => void,
  ) {}

  /** Writes the id of this thread's lock to that index; false while the lock is not held yet. */
  announce(at: number): boolean {
    if (!this.requested) this.requestOwn();
    Atomics.store(this.words, at, this.id[0]);
    Atomics.store(this.words, at + 1, this.id[1]);
    return this.ready;
  }

  /** Learns when the thread whose id is at that index has ended. */
  watch(at: number): void {
    if (this.locks === undefined) return;
    const id = this.idAt(at);
    const name = nameOf(id);
    if (id[0] === 0 || this.watched.has(name)) return;
    this.watched.add(name);
    const ended = (): void => {
      this.watched.delete(name);
      this.onEnded((other) => nameOf(this.idAt(other)) === name);
    };
    this.locks.request(name, ended).catch(() => undefined);
  }

  /** The lock is never released: a thread that closes its channels may open them again. */
  private requestOwn(): void {
    this.requested = true;
    if (this.locks === undefined) return;
    const id = [1 + Math.random() * 2 ** 31, Math.random() * 2 ** 32].map((word) => word | 0) as [number, number];
    const decided = (): void => {
      this.ready = true;
      this.onReady();
    };
    this.locks
      .request(nameOf(id), () => {
        this.id = id;
        decided();
        return new Promise(() => undefined);
      })
      // A page that may not use locks works without them.
      .catch(decided);
  }

  private idAt(at: number): LockId {
    return [Atomics.load(this.words, at), Atomics.load(this.words, at + 1)];
  }
}

function nameOf([high, low]: LockId): string {
  return `rx-mailbox ${high} ${low}`;
}

// Node has locks from version 24 on, but there events tell that a thread has ended.
function browserLocks(): LockManager | undefined {
  const { document, WorkerGlobalScope, navigator } = globalThis as {
    document?: unknown;
    WorkerGlobalScope?: unknown;
    navigator?: Navigator;
  };
  return document !== undefined || WorkerGlobalScope !== undefined ? (navigator as Partial<Navigator> | undefined)?.locks : undefined;
}
