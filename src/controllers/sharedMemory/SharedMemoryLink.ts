import { EMPTY, Observable, type Subscriber } from 'rxjs';
import { ChannelBusyError } from '../../contract/errors';
import type { LinkEvent } from '../../contract/LinkEvent';
import type { MailboxLink } from '../../contract/MailboxLink';
import { KeepAlive } from '../../threads/KeepAlive';
import { WorkBudget } from '../../threads/WorkBudget';
import { Connection } from './Connection';
import { HEAD, TAIL } from './layout';
import type { LocalSide, OpenLink } from './LocalSide';
import { RxRing } from './RxRing';
import { TxRing } from './TxRing';
import { WakeLoop, type LoopTask } from './WakeLoop';

/**
 * One side of one channel, in the order in which things happen:
 *
 * ```
 *   start       take the side, then work in rounds whenever the memory changes ({@link WakeLoop})
 *   round       while connected:  tx-dones, received messages
 *               otherwise:        connect ({@link Connection})
 *               at the end:       publish, then ring
 *   sendData    write a slot; publish at the end of the round, or of the current run of code
 *   stop        publish what is left, leave the side, ring
 * ```
 *
 * Publishing makes messages (HEAD) and taken messages (TAIL) visible to the other side. It happens once per round, and also after each
 * quarter of a window, so that a long round does not stall the other side.
 */
export class SharedMemoryLink<Tx, Rx> implements MailboxLink<Tx, Rx, void>, LoopTask, OpenLink {
  readonly events$ = new Observable<LinkEvent<Rx, void>>((subscriber) => this.start(subscriber));
  open = false;

  private subscriber: Subscriber<LinkEvent<Rx, void>> | undefined;
  private readonly words: Int32Array;
  private readonly own: number;
  private readonly peer: number;
  private readonly batch: number;
  private readonly connection: Connection;
  private readonly budget = new WorkBudget();
  private readonly keepAlive = new KeepAlive();
  private tx!: TxRing<Tx>;
  private rx!: RxRing<Rx>;
  private loop!: WakeLoop;
  private publishQueued = false;
  /** `sendData` has said 'busy'; a `ready` has to follow. */
  private owesReady = false;
  /** The other side has never been there, and was never declared gone. Waiting for it keeps the process alive. */
  private expectsPeer = true;
  private goneReason: unknown;

  constructor(
    readonly channel: number,
    private readonly name: string,
    private readonly side: LocalSide<Tx, Rx>,
  ) {
    const { layout, window } = side.settings;
    this.words = layout.words;
    this.own = side.ownAt(channel);
    this.peer = side.peerAt(channel);
    this.connection = new Connection(layout.words, this.own, this.peer);
    this.batch = Math.max(1, window >> 2);
  }

  private start(subscriber: Subscriber<LinkEvent<Rx, void>>): void {
    const { channel, connection, own, peer, side } = this;
    const { layout, codec, spin, side: index } = side.settings;
    if (this.subscriber !== undefined || !connection.attach()) return subscriber.error(new ChannelBusyError(this.name));
    this.open = true;
    this.subscriber = subscriber;
    this.tx = new TxRing(layout, channel, index, own, codec);
    this.rx = new RxRing(layout, channel, index === 0 ? 1 : 0, own, peer, codec);
    this.loop = new WakeLoop(this, this.budget, spin, (wake) => side.makeDoorbell(channel, wake));
    subscriber.add(() => this.stop());
    side.opened(this);
    subscriber.next({ type: 'down', reason: new Error(`${this.name} is not open at the other side`) });
    if (!this.open) return;
    // Later: a waiting message would arrive before the new owner can subscribe to the channel.
    queueMicrotask(this.loop.run);
    this.loop.doorbell.ring();
  }

  get connected(): boolean {
    return this.connection.linked !== 0;
  }

  /** Whether the memory says anything that no round has seen. */
  readonly hasNews = (): boolean => {
    const { connection, words, peer, rx, tx } = this;
    return (
      connection.changed ||
      (connection.linked !== 0 && (Atomics.load(words, peer + HEAD) !== rx.next || Atomics.load(words, peer + TAIL) !== tx.done))
    );
  };

  run(): void {
    this.loop.run();
  }

  round(): void {
    const same = this.connection.refresh();
    if (this.connected) {
      // Read the head before the tail. The other side publishes them the other way round, so no answer arrives before the tx-done of
      // the message that it answers.
      const waiting = this.rx.waiting();
      this.emitTxDones();
      if (this.open) this.receive(waiting);
      // Everything that the other side wrote before it left counts, so go down only after that.
      if (!same && this.open && !this.budget.spent) this.disconnect();
    }
    if (this.open && !this.connected) this.connect();
    this.publish();
  }

  private emitTxDones(): void {
    const { tx, budget } = this;
    const count = tx.taken(Atomics.load(this.words, this.peer + TAIL));
    for (let i = 0; i < count && this.open && !budget.spent; i++) {
      this.emit({ type: 'txDone', token: tx.finishOldest() });
      budget.step();
    }
    if (count > 0 && this.owesReady) {
      this.owesReady = false;
      this.emit({ type: 'ready' });
    }
  }

  private receive(waiting: number): void {
    const { rx, budget, batch } = this;
    for (; waiting > 0 && this.open && !budget.spent; waiting--) {
      const message = rx.read();
      this.emit({ type: 'received', message });
      if (!this.open) return;
      rx.advance();
      budget.step();
      if (rx.unpublished >= batch || budget.slow) this.publish();
    }
  }

  private disconnect(): void {
    const reason = this.goneReason ?? new Error(`${this.name} was closed at the other side`);
    this.connection.linked = 0;
    this.tx.restart();
    // If it was declared gone but is still there, it has to notice.
    this.loop.doorbell.ring();
    this.emit({ type: 'down', reason });
  }

  private connect(): void {
    const { connection, rx, tx } = this;
    if (!this.side.mayConnect(this.channel)) return;
    if (connection.advance({ tx, rx })) this.loop.doorbell.ring();
    if (connection.deserted || this.connected) this.expectsPeer = false;
    if (!this.connected) return;
    this.owesReady = false;
    this.goneReason = undefined;
    this.emit({ type: 'up' });
  }

  sendData(message: Tx, token: number): 'accepted' | 'busy' {
    if (this.connection.linked === 0 || !this.tx.put(message, token)) {
      this.owesReady = true;
      return 'busy';
    }
    this.keepAlive.hold(true);
    if (this.tx.unpublished >= this.batch) this.publish();
    else if (!this.loop.running && !this.publishQueued) {
      this.publishQueued = true;
      queueMicrotask(this.publishQueue);
    }
    return 'accepted';
  }

  /** Publishes at once instead of at the end of the current run of code. */
  flush(): Observable<never> {
    this.publish();
    return EMPTY;
  }

  peekData(): boolean {
    return this.connected && Atomics.load(this.words, this.peer + HEAD) !== this.rx.next;
  }

  private readonly publishQueue = (): void => {
    this.publishQueued = false;
    this.publish();
  };

  private publish(): void {
    if (!this.open) return;
    // The tail first: the message that is answered has to count as taken before its answer can be seen.
    const took = this.rx.publish();
    if (this.tx.publish() || took) this.loop.doorbell.ring();
  }

  beforeSleep(): void {
    const { connected, side, tx } = this;
    if (connected) side.watchPeer(this.channel);
    this.keepAlive.hold(connected ? side.settings.keepAlive || tx.inFlight > 0 : this.expectsPeer);
  }

  /** The other side's thread has ended. */
  peerGone(reason: unknown): void {
    this.goneReason = reason;
    this.expectsPeer = false;
    // Later: the caller may be inside a receiver, or inside sendData.
    queueMicrotask(this.loop.run);
  }

  fail(cause: unknown): void {
    const text = cause instanceof Error ? cause.message : String(cause);
    this.stop();
    this.subscriber!.error(new Error(`${this.name}: ${text}`, { cause }));
  }

  private stop(): void {
    if (!this.open) return;
    // What is left can only be published by the owner of the side.
    if (this.connection.owned) this.publish();
    this.open = false;
    this.connection.detach();
    this.connection.linked = 0;
    this.loop.doorbell.ring();
    this.loop.doorbell.close();
    this.keepAlive.close();
    this.side.closed(this);
  }

  private emit(event: LinkEvent<Rx, void>): void {
    this.subscriber!.next(event);
  }
}
