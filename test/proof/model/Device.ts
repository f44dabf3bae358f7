import type { NoAnswer, Which } from './Action';

/** What a tx-done says, and what it is really about. */
export interface TxDone {
  readonly token?: number;
  readonly about?: { readonly id: number; readonly token: number };
}

interface Handed {
  readonly id: number;
  readonly token: number;
  /** When its sender left, if it did. */
  left: number;
}

/**
 * The device at the far end of one link: remembers what it was given, and keeps what a transport of its kind promises.
 *
 * With tokens it answers in any order, late or twice. Without, it answers once and in order, and stays silent about what the channel was
 * allowed to forget: after the quarantine, and whatever was handed over before a `down` or the end of a reset. That is all it knows; it
 * never looks into the library.
 */
export class Device {
  private outstanding: Handed[] = [];
  private finished: Handed[] = [];
  /** What the next question about a token is answered with. */
  readonly taken = new Map<number, { ack: number | undefined } | { error: string } | NoAnswer>();

  constructor(
    private readonly tagged: boolean,
    private readonly tokens: boolean,
    private readonly quarantine: number,
  ) {}

  handed(id: number, token: number): void {
    this.outstanding.push({ id, token, left: Infinity });
  }

  left(token: number, now: number): void {
    const handed = this.outstanding.find((entry) => entry.token === token);
    if (handed) handed.left = now;
  }

  /** Nothing more of anything handed over so far. */
  endEpoch(): void {
    this.taken.clear();
    this.silence(() => true);
  }

  /** The tx-done to be said now; undefined if a device like this would not. */
  take(which: Which, now: number): TxDone | undefined {
    if (!this.tagged) this.silence((entry) => entry.left + this.quarantine <= now);
    switch (which) {
      case 'oldest':
        return this.finish(this.outstanding[0]);
      case 'newest':
        return this.finish(this.tagged ? this.outstanding.at(-1) : this.outstanding[0]);
      case 'again': {
        const entry = this.finished.at(-1);
        return entry && { token: entry.token, about: entry };
      }
      case 'never':
        return { token: 1e9 };
      case 'bare':
        return this.tagged || this.outstanding.length === 0 ? {} : undefined;
    }
  }

  /** The message that is given back now: it is not taken, and may come again. */
  giveBack(which: Which, now: number): TxDone | undefined {
    if (which === 'bare') return undefined;
    const { finished } = this;
    const done = this.take(which, now);
    if (which === 'oldest' || which === 'newest') this.finished = finished;
    return done?.about && { token: done.about.token, about: done.about };
  }

  /** What the device says that it works on. */
  worksOn(which: Which): TxDone {
    const entry = { oldest: this.outstanding[0], newest: this.outstanding.at(-1), again: this.finished.at(-1) }[which as string];
    if (entry !== undefined) return { token: entry.token };
    return which === 'never' ? { token: 1e9 } : {};
  }

  private finish(entry: Handed | undefined): TxDone | undefined {
    if (entry === undefined) return undefined;
    this.silence((other) => other === entry);
    return this.tagged || this.tokens ? { token: entry.token, about: entry } : { about: entry };
  }

  private silence(which: (entry: Handed) => boolean): void {
    const gone = this.outstanding.filter(which);
    if (gone.length === 0) return;
    this.outstanding = this.outstanding.filter((entry) => !gone.includes(entry));
    this.finished = [...this.finished, ...gone].slice(-4);
  }
}
