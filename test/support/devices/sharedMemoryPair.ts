import type { Subscription } from 'rxjs';
import type { LinkEvent } from 'rx-mailbox';
import { findCodec } from '../../../src/controllers/sharedMemory/codec';
import { Doorbell } from '../../../src/threads/Doorbell';
import { createHandle } from '../../../src/controllers/sharedMemory/handle';
import { readLayout, sideAt, type Layout } from '../../../src/controllers/sharedMemory/layout';
import { SharedMemoryLink } from '../../../src/controllers/sharedMemory/SharedMemoryLink';

/** Rings nobody: notes that its peer is to be woken, and the test says when. */
class ManualDoorbell extends Doorbell {
  constructor(
    words: Int32Array,
    mine: number,
    peer: number,
    private readonly end: End,
  ) {
    super(words, mine, peer);
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

/** One side: its link, and everything that the link said. */
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
  /** As if it were rung all the time, and never could fall asleep. */
  restless = false;
  /** Called once, in the moment before the side is marked as asleep. */
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
    this.link = new SharedMemoryLink<unknown, unknown>(0, `side ${this.side}`, {
      layout: this.layout,
      side: this.side,
      codec: findCodec(this.codec),
      window: this.window,
      keepAlive: false,
      spin: this.spin,
      makeDoorbell: (_channel, mine, peer, wake) => {
        this.wake = wake;
        return new ManualDoorbell(this.layout.words, mine, peer, this);
      },
      opened: () => undefined,
      introduce: () => true,
      watch: () => undefined,
      closed: () => undefined,
    });
    this.subscription = this.link.events$.subscribe({ next: (event) => this.hear(event), error: (error: Error) => (this.error = error) });
  }

  close(): void {
    this.subscription?.unsubscribe();
  }

  send(message: unknown): 'accepted' | 'busy' {
    return this.link.sendData(message, ++this.token);
  }

  private hear(event: LinkEvent<unknown, void>): void {
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
  /** Milliseconds; time then has to pass by itself. */
  spin?: number;
}

/** Both sides of a channel in one thread; needs fake timers, because turns and microtasks are timers, too. */
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
    pair.settle();
    for (const end of [pair.a, pair.b]) end.log.length = end.rings = 0;
    return pair;
  }

  /** What was put off to the end of this turn. */
  microtasks(): void {
    jest.runAllTicks();
  }

  /** Wakes a side if it was rung; says whether it was. */
  wakeIfRung(end: End): boolean {
    if (!end.rung) return false;
    end.rung = false;
    end.wake();
    return true;
  }

  /** Until nobody has anything to do; an endless exchange fails. */
  settle(): void {
    for (let i = 0; i < 10_000; i++) {
      const before = this.said;
      this.microtasks();
      const rung = [this.a, this.b].map((end) => this.wakeIfRung(end)).includes(true);
      // Immediates that were set by an immediate come a millisecond later here.
      jest.advanceTimersByTime(1);
      if (!rung && !this.a.rung && !this.b.rung && this.said === before) return;
    }
    throw new Error('never quiet');
  }

  private get said(): number {
    return this.a.log.length + this.b.log.length;
  }
}
