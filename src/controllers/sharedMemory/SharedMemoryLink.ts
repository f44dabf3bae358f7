import { EMPTY, Observable, type Subscriber } from 'rxjs';
import { ChannelBusyError } from '../../contract/errors';
import type { LinkEvent } from '../../contract/LinkEvent';
import type { MailboxLink } from '../../contract/MailboxLink';
import type { Transcoder } from './codec';
import { Connection } from './Connection';
import type { Doorbell } from '../../threads/Doorbell';
import { KeepAlive } from '../../threads/KeepAlive';
import { HEAD, sideAt, TAIL, type Layout } from './layout';
import { nextTurn } from '../../threads/nextTurn';
import { SpinWait } from '../../threads/SpinWait';
import { RxRing } from './RxRing';
import { TurnBudget } from '../../threads/TurnBudget';
import { TxRing } from './TxRing';

export interface LinkSettings<Tx, Rx> {
  readonly layout: Layout;
  readonly side: 0 | 1;
  readonly codec: Transcoder<Tx, Rx>;
  readonly window: number;
  readonly keepAlive: boolean;
  /** Milliseconds. */
  readonly spin: number;
  makeDoorbell(channel: number, mine: number, peer: number, wake: () => void): Doorbell;
  opened(link: SharedMemoryLink<Tx, Rx>): void;
  /** Says who this side is; whether it may connect. */
  introduce(at: number): boolean;
  /** The other side is there. */
  watch(at: number): void;
  closed(link: SharedMemoryLink<Tx, Rx>): void;
}

/**
 * One side of one channel.
 *
 * Awake, it works through everything that the memory tells, in bounded turns ({@link TurnBudget}), looks on for a moment ({@link SpinWait}),
 * then sleeps until it is rung. What it has to tell it writes once per turn, or per quarter of a window within one, then rings.
 */
export class SharedMemoryLink<Tx, Rx> implements MailboxLink<Tx, Rx, void> {
  readonly events$ = new Observable<LinkEvent<Rx, void>>((subscriber) => this.start(subscriber));

  private subscriber: Subscriber<LinkEvent<Rx, void>> | undefined;
  private readonly connection: Connection;
  private readonly peer: number;
  private readonly mine: number;
  private readonly batch: number;
  private readonly budget = new TurnBudget();
  private readonly patience: SpinWait;
  private readonly keepAlive = new KeepAlive();
  private tx!: TxRing<Tx>;
  private rx!: RxRing<Rx>;
  private bell!: Doorbell;
  private open = false;
  /** Inside {@link run}. */
  private running = false;
  /** {@link run} has been put off to another turn. */
  private scheduled = false;
  private publishing = false;
  /** Between two turns, not asleep. */
  private looking = false;
  private refused = false;
  /** Nobody has been there yet, and nobody has been said to be gone: opening counts as something pending. */
  private expecting = true;
  private reason: unknown;

  constructor(
    readonly channel: number,
    private readonly name: string,
    private readonly settings: LinkSettings<Tx, Rx>,
  ) {
    const { layout, side, window } = settings;
    this.mine = sideAt(channel, side);
    this.peer = sideAt(channel, side === 0 ? 1 : 0);
    this.connection = new Connection(layout.words, this.mine, this.peer);
    this.batch = Math.max(1, window >> 2);
    this.patience = new SpinWait(settings.spin);
  }

  sendData(message: Tx, token: number): 'accepted' | 'busy' {
    if (this.connection.linked === 0 || !this.tx.put(message, token)) {
      this.refused = true;
      return 'busy';
    }
    this.keepAlive.hold(true);
    if (this.tx.unpublished >= this.batch) this.publish();
    else if (!this.running && !this.publishing) {
      this.publishing = true;
      queueMicrotask(this.publishLater);
    }
    return 'accepted';
  }

  peekData(): boolean {
    return this.connection.linked !== 0 && Atomics.load(this.settings.layout.words, this.peer + HEAD) !== this.rx.next;
  }

  /** What has been written is told at once, not at the end of the turn. */
  flush(): Observable<never> {
    this.publish();
    return EMPTY;
  }

  /** The other side's thread has ended. */
  peerGone(reason: unknown): void {
    this.reason = reason;
    this.expecting = false;
    // Not now: the caller may be inside a receiver, or inside sendData.
    queueMicrotask(this.run);
  }

  private start(subscriber: Subscriber<LinkEvent<Rx, void>>): void {
    const { channel, connection, mine, peer, settings } = this;
    const { layout, side, codec } = settings;
    if (this.subscriber !== undefined || !connection.attach()) return subscriber.error(new ChannelBusyError(this.name));
    this.open = true;
    this.subscriber = subscriber;
    this.tx = new TxRing(layout, channel, side, mine, codec);
    this.rx = new RxRing(layout, channel, side === 0 ? 1 : 0, mine, peer, codec);
    this.bell = settings.makeDoorbell(channel, mine, peer, this.run);
    subscriber.add(() => this.stop());
    settings.opened(this);
    subscriber.next({ type: 'down', reason: new Error(`${this.name} is not open at the other side`) });
    if (!this.open) return;
    // Not now: a message that has been waiting would arrive before the new owner can subscribe to the channel.
    queueMicrotask(this.run);
    this.bell.ring();
  }

  private stop(): void {
    if (!this.open) return;
    // The last words, unless they are no longer ours to say.
    if (this.connection.owned) this.publish();
    this.open = false;
    this.connection.detach();
    this.connection.linked = 0;
    this.bell.ring();
    this.bell.close();
    this.keepAlive.close();
    this.settings.closed(this);
  }

  /** Works until nothing is left, or until it is the others' turn. */
  readonly run = (): void => {
    if (!this.open || this.running) return;
    this.budget.start();
    this.work();
  };

  private work(): void {
    this.running = true;
    this.bell.disarm();
    try {
      do {
        this.turn();
        this.publish();
        this.budget.step();
      } while (this.open && !this.budget.spent && !this.wait());
    } catch (error) {
      this.fail(error);
    }
    this.running = false;
    if (this.open && this.budget.spent) this.runLater();
  }

  private runLater(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    nextTurn(() => {
      this.scheduled = false;
      this.run();
    });
  }

  private readonly publishLater = (): void => {
    this.publishing = false;
    this.publish();
  };

  private turn(): void {
    const { connection, rx, tx } = this;
    const same = connection.look();
    if (connection.linked !== 0) {
      // Messages first: whoever answers a message has told before that it took the earlier ones.
      const waiting = rx.look();
      this.settle();
      if (this.open) this.drain(waiting);
      // What was written before the other side left is still good.
      if (same || !this.open || this.budget.spent) return;
      this.disconnect();
    }
    if (!this.open || !this.settings.introduce(this.mine)) return;
    if (connection.advance({ tx, rx })) this.bell.ring();
    if (connection.deserted || connection.linked !== 0) this.expecting = false;
    if (connection.linked === 0) return;
    this.refused = false;
    this.reason = undefined;
    this.emit({ type: 'up' });
  }

  private settle(): void {
    const { tx, budget } = this;
    const count = tx.taken(Atomics.load(this.settings.layout.words, this.peer + TAIL));
    for (let i = 0; i < count && this.open && !budget.spent; i++) {
      this.emit({ type: 'txDone', token: tx.next() });
      budget.step();
    }
    if (count > 0 && this.refused) {
      this.refused = false;
      this.emit({ type: 'ready' });
    }
  }

  private drain(waiting: number): void {
    const { rx, budget, batch } = this;
    for (; waiting > 0 && this.open && !budget.spent; waiting--) {
      const message = rx.read();
      this.emit({ type: 'received', message });
      if (!this.open) return;
      rx.advance();
      budget.step();
      if (rx.untold >= batch || budget.slow) this.publish();
    }
  }

  private disconnect(): void {
    const reason = this.reason ?? new Error(`${this.name} was closed at the other side`);
    this.connection.linked = 0;
    this.tx.restart();
    // In case that it has not left but was declared gone, it has to learn of that.
    this.bell.ring();
    this.emit({ type: 'down', reason });
  }

  /** Whether the memory tells anything that has not been seen. */
  private readonly news = (): boolean => {
    const { connection, peer, rx, tx } = this;
    const { words } = this.settings.layout;
    return (
      connection.news ||
      (connection.linked !== 0 && (Atomics.load(words, peer + HEAD) !== rx.next || Atomics.load(words, peer + TAIL) !== tx.done))
    );
  };

  /** Lets time pass, unless there is something to do after all. */
  private wait(): boolean {
    if (this.connection.linked === 0 || !(this.looking || this.patience.begin())) return this.rest();
    // In microtasks: what the receivers have put off to theirs, such as an answer, goes first.
    if (!this.looking) queueMicrotask(this.lookOn);
    this.looking = true;
    return true;
  }

  private readonly lookOn = (): void => {
    if (this.open && !this.patience.look(this.news) && !this.patience.over) {
      queueMicrotask(this.lookOn);
      return;
    }
    this.looking = false;
    // The same budget: while the other side answers in time, nothing else would ever have its turn.
    if (this.open && (this.news() || !this.rest())) this.work();
  };

  /** Sleeps, unless there is something to do after all. */
  private rest(): boolean {
    const { connection, bell, tx, settings, peer } = this;
    if (!bell.arm()) return false;
    const news = this.news();
    if (connection.linked !== 0) settings.watch(peer);
    if (news) bell.disarm();
    else this.keepAlive.hold(connection.linked === 0 ? this.expecting : settings.keepAlive || tx.inFlight > 0);
    return !news;
  }

  private publish(): void {
    if (!this.open) return;
    // The tail first: what an answer answers has been taken.
    const told = this.rx.tell();
    if (this.tx.publish() || told) this.bell.ring();
  }

  private emit(event: LinkEvent<Rx, void>): void {
    this.subscriber!.next(event);
  }

  private fail(cause: unknown): void {
    const text = cause instanceof Error ? cause.message : String(cause);
    this.stop();
    this.subscriber!.error(new Error(`${this.name}: ${text}`, { cause }));
  }
}
