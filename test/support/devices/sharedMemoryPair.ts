import type { Subscription } from 'rxjs';
import type { LinkEvent } from 'rx-mailbox';
import { BELL, sideAt } from '../../../src/controllers/sharedMemory/layout';
import { LocalSide } from '../../../src/controllers/sharedMemory/LocalSide';
import { readLayout, type Layout } from '../../../src/controllers/sharedMemory/readLayout';
import { createHandle } from '../../../src/controllers/sharedMemory/SharedMemoryHandle';
import { SharedMemoryLink } from '../../../src/controllers/sharedMemory/SharedMemoryLink';
import { toTranscoder } from '../../../src/controllers/sharedMemory/Transcoder';
import { Doorbell } from '../../../src/threads/Doorbell';

/** Records that the peer was rung; the test decides when it wakes. */
class ManualDoorbell extends Doorbell {
  constructor(
    words: Int32Array,
    own: number,
    peer: number,
    private readonly end: End,
  ) {
    super(words, own, peer);
  }

  override close(): void {
    this.end.rung = false;
  }

  protected override listen(): boolean {
    const { beforeSleep } = this.end;
    this.end.beforeSleep = undefined;
    beforeSleep?.();
    return !this.end.restless;
  }

  protected override wakePeer(): void {
    this.end.other.rung = true;
    this.end.other.rings++;
  }
}

/** A side whose doorbells the test rings. */
class ManualSide extends LocalSide<unknown, unknown> {
  constructor(
    private readonly end: End,
    codec: unknown,
    window: number,
    spin: number,
  ) {
    const { layout, side } = end;
    super({ layout, side, codec: toTranscoder(codec), window, keepAlive: false, spin, port: undefined });
  }

  override makeDoorbell(channel: number, wake: () => void): Doorbell {
    const { end } = this;
    end.wake = wake;
    return new ManualDoorbell(end.layout.words, this.ownAt(channel) + BELL, this.peerAt(channel) + BELL, end);
  }
}

/** One side: its link, and everything that the link emitted. */
export class End {
  other!: End;
  link!: SharedMemoryLink<unknown, unknown>;
  wake: () => void = () => undefined;
  rung = false;
  rings = 0;
  readonly log: string[] = [];
  error: Error | undefined;
  /** Called for each message, inside the receiver. */
  onReceived: ((message: unknown) => void) | undefined;
  /** Behaves as if it were rung all the time, so that it never can fall asleep. */
  restless = false;
  /** Called once, just before the side is marked as asleep. */
  beforeSleep: (() => void) | undefined;
  private subscription: Subscription | undefined;
  private token = 0;

  constructor(
    readonly layout: Layout,
    readonly side: 0 | 1,
    private readonly codec: unknown,
    private readonly window: number,
    private readonly spin: number,
  ) {}

  /** Where this side's words are. */
  get at(): number {
    return sideAt(0, this.side);
  }

  open(): void {
    const side = new ManualSide(this, this.codec, this.window, this.spin);
    this.link = new SharedMemoryLink<unknown, unknown>(0, `side ${this.side}`, side);
    this.subscription = this.link.events$.subscribe({ next: (event) => this.record(event), error: (error: Error) => (this.error = error) });
  }

  close(): void {
    this.subscription?.unsubscribe();
  }

  send(message: unknown): 'accepted' | 'busy' {
    return this.link.sendData(message, ++this.token);
  }

  private record(event: LinkEvent<unknown, void>): void {
    if (event.type === 'received') {
      this.log.push(`received ${JSON.stringify(event.message)}`);
      this.onReceived?.(event.message);
    } else if (event.type === 'txDone') this.log.push(`txDone ${String(event.token)}`);
    else this.log.push(event.type);
  }
}

export interface PairOptions {
  slots?: number;
  slotSize?: number;
  firstIndex?: number;
  codec?: unknown;
  window?: number;
  /** Milliseconds; above 0, the test has to mock the clock. */
  spin?: number;
}

/** Both sides of a channel in one thread. Needs fake timers, which also run the microtasks. */
export class Pair {
  readonly a: End;
  readonly b: End;
  readonly layout: Layout;

  constructor({ slots = 8, slotSize = 64, firstIndex = 0, codec = 'json', window = slots, spin = 0 }: PairOptions = {}) {
    this.layout = readLayout(createHandle({ channels: 1, slots, slotSize }, 'atomics', firstIndex));
    this.a = new End(this.layout, 0, codec, window, spin);
    this.b = new End(this.layout, 1, codec, window, spin);
    this.a.other = this.b;
    this.b.other = this.a;
  }

  static connected(options?: PairOptions): Pair {
    const pair = new Pair(options);
    pair.a.open();
    pair.b.open();
    pair.runUntilIdle();
    for (const end of [pair.a, pair.b]) end.log.length = end.rings = 0;
    return pair;
  }

  /** Runs what was put off to a microtask. */
  microtasks(): void {
    jest.runAllTicks();
  }

  /** Wakes a side if it was rung; whether it was. */
  wakeIfRung(end: End): boolean {
    if (!end.rung) return false;
    end.rung = false;
    end.wake();
    return true;
  }

  /** Runs until no side has anything to do; fails if that never happens. */
  runUntilIdle(): void {
    for (let i = 0; i < 10_000; i++) {
      const before = this.logged;
      this.microtasks();
      const rung = [this.a, this.b].map((end) => this.wakeIfRung(end)).includes(true);
      // An immediate that is set inside an immediate runs a millisecond later under fake timers.
      jest.advanceTimersByTime(1);
      if (!rung && !this.a.rung && !this.b.rung && this.logged === before) return;
    }
    throw new Error('the sides never became idle');
  }

  private get logged(): number {
    return this.a.log.length + this.b.log.length;
  }
}
