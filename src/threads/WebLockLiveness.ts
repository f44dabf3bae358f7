import { LOCK } from '../controllers/sharedMemory/layout';

/**
 * Finds out, in browsers, that the other thread has ended, where no event tells: each side holds a Web Lock of its own for as long as its
 * thread lives, says in the memory which, and waits for the other's. Elsewhere it does nothing.
 *
 * A side connects only when it holds its lock; else whoever waits for it could get it first.
 */
export class WebLockLiveness {
  private readonly locks = browserLocks();
  /** Holds its lock, or does without. */
  private ready = this.locks === undefined;
  private asked = false;
  private id: readonly [number, number] = [0, 0];
  private readonly watched = new Set<string>();

  constructor(
    private readonly words: Int32Array,
    private readonly changed: () => void,
    private readonly gone: (isGone: (at: number) => boolean) => void,
  ) {}

  /** Says which lock this side of a channel holds; false while it does not hold it. */
  introduce(at: number): boolean {
    if (!this.asked) this.hold();
    for (const i of [0, 1] as const) Atomics.store(this.words, at + LOCK + i, this.id[i]);
    return this.ready;
  }

  /** Waits for the end of the thread that has that side of a channel. */
  watch(at: number): void {
    if (this.locks === undefined) return;
    const id = this.idAt(at);
    const name = nameOf(id);
    if (id[0] === 0 || this.watched.has(name)) return;
    this.watched.add(name);
    const ended = (): void => {
      this.watched.delete(name);
      this.gone((other) => nameOf(this.idAt(other)) === name);
    };
    this.locks.request(name, ended).catch(() => undefined);
  }

  /** Never given back: a thread that closes its channels may open them again. */
  private hold(): void {
    this.asked = true;
    if (this.locks === undefined) return;
    const id = [1 + Math.random() * 2 ** 31, Math.random() * 2 ** 32].map((word) => word | 0) as [number, number];
    const decided = (): void => {
      this.ready = true;
      this.changed();
    };
    this.locks
      .request(nameOf(id), () => {
        this.id = id;
        decided();
        return new Promise(() => undefined);
      })
      // A page that may not use locks does without.
      .catch(decided);
  }

  private idAt(at: number): [number, number] {
    return [Atomics.load(this.words, at + LOCK), Atomics.load(this.words, at + LOCK + 1)];
  }
}

function nameOf([high, low]: readonly [number, number]): string {
  return `rx-mailbox ${high} ${low}`;
}

// Node has locks, too, from version 24 on; there, events tell.
function browserLocks(): LockManager | undefined {
  const { document, WorkerGlobalScope, navigator } = globalThis as {
    document?: unknown;
    WorkerGlobalScope?: unknown;
    navigator?: Navigator;
  };
  return document !== undefined || WorkerGlobalScope !== undefined ? (navigator as Partial<Navigator> | undefined)?.locks : undefined;
}
