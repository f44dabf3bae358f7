import { EMPTY, Observable, type SchedulerLike, type Subscriber, type Unsubscribable } from 'rxjs';
import { ChannelBusyError } from '../../contract/errors';
import type { LinkEvent } from '../../contract/LinkEvent';
import type { MailboxLink } from '../../contract/MailboxLink';
import type { TxDoneMethod } from '../../contract/TxDoneMethod';
import type { Deadline } from '../../time/Deadline';
import type { Deadlines } from '../../time/Deadlines';
import type { Outcome } from './Outcome';
import { PolledAnswers } from './PolledAnswers';

export interface LoopbackSettings<Ack> {
  readonly txDone: TxDoneMethod;
  readonly tagged: boolean;
  /** Milliseconds. */
  readonly latency: number;
  /** For the latency, by the scheduler of the mailbox. */
  clock(scheduler: SchedulerLike): Deadlines;
  outcome(message: unknown): Outcome<Ack>;
  /** Calls back after the current run of code. */
  defer(work: () => void): Unsubscribable;
}

/** The links that have one channel open, by side. */
export type LoopbackEnds = (LoopbackLink<never, unknown, unknown> | undefined)[];

/** A message that was sent and not received yet. */
interface InTransit<Tx> {
  readonly message: Tx;
  readonly token: number;
  /** Its latency is over. */
  arrived: boolean;
  deadline?: Deadline;
}

/**
 * One end of one channel.
 *
 * `peer` is set on both ends or on neither. Closing one end ends the connection for both, and everything in transit is lost. Messages and
 * tx-dones go through `peer`, so none of them can reach a later owner.
 */
export class LoopbackLink<Tx, Rx, Ack> implements MailboxLink<Tx, Rx, Ack> {
  readonly events$ = new Observable<LinkEvent<Rx, Ack>>((subscriber) => this.start(subscriber));
  declare readonly lastTxDone?: (token: number) => boolean | Outcome<Ack>;
  declare readonly abort?: (token: number) => void;

  private subscriber: Subscriber<LinkEvent<Rx, Ack>> | undefined;
  private peer: LoopbackLink<Rx, Tx, Ack> | undefined;
  private up = false;
  /** From the other end, oldest first. */
  private readonly incoming = new Set<InTransit<Rx>>();
  private readonly answers = new PolledAnswers<Ack>();
  private sending = false;
  private delivering = false;
  private deferredDelivery: Unsubscribable | undefined;

  constructor(
    private readonly ends: LoopbackEnds,
    private readonly side: 0 | 1,
    private readonly name: string,
    private readonly settings: LoopbackSettings<Ack>,
    private readonly scheduler: SchedulerLike,
  ) {
    if (settings.txDone !== 'poll') return;
    this.lastTxDone = (token) => this.answers.answer(token);
    this.abort = (token) => this.answers.abandon(token);
  }

  private start(subscriber: Subscriber<LinkEvent<Rx, Ack>>): void {
    const { ends, side } = this;
    if (ends[side] !== undefined) return subscriber.error(new ChannelBusyError(this.name));
    ends[side] = this;
    this.subscriber = subscriber;
    subscriber.add(() => this.stop());
    const peer = ends[1 - side] as LoopbackLink<Rx, Tx, Ack> | undefined;
    if (peer === undefined) return subscriber.next({ type: 'down', reason: this.otherEndClosed() });
    this.up = true;
    this.peer = peer;
    peer.peer = this;
    // Later: a message that waits at the other end would arrive before the new owner of this end can subscribe.
    peer.deliverLater();
  }

  sendData(message: Tx, token: number): 'accepted' {
    const { peer, settings } = this;
    if (peer === undefined) throw new Error(`${this.name} is down`);
    if (settings.txDone === 'poll') this.answers.sent(token);
    const transit: InTransit<Tx> = { message, token, arrived: settings.latency === 0 };
    peer.incoming.add(transit);
    if (transit.arrived) this.deliverTo(peer);
    else {
      transit.deadline = settings.clock(this.scheduler).after(settings.latency, () => {
        transit.arrived = true;
        peer.deliver();
      });
    }
    return 'accepted';
  }

  private deliverTo(peer: LoopbackLink<Rx, Tx, Ack>): void {
    this.sending = true;
    try {
      // A peer that is inside its own sendData may get no event before that call returns.
      if (peer.sending) peer.deliverLater();
      else peer.deliver();
    } finally {
      this.sending = false;
    }
  }

  private deliverLater(): void {
    this.deferredDelivery ??= this.settings.defer(() => {
      this.deferredDelivery = undefined;
      if (!this.up) {
        this.up = true;
        this.subscriber?.next({ type: 'up' });
      }
      this.deliver();
    });
  }

  /** Delivers what has arrived: one message after the other, also if a receiver causes the next one. */
  private deliver(): void {
    if (this.delivering) return;
    this.delivering = true;
    for (const transit of this.incoming) {
      if (!transit.arrived) break;
      this.incoming.delete(transit);
      const { peer } = this;
      // Never throws: RxJS reports what a receiver throws.
      this.subscriber?.next({ type: 'received', message: transit.message });
      // A receiver may have closed either end, and may have opened it again.
      if (this.peer === peer) peer?.taken(transit);
    }
    this.delivering = false;
  }

  private taken({ message, token }: InTransit<Tx>): void {
    const { settings } = this;
    if (settings.txDone === 'irq') {
      this.subscriber?.next({ type: 'txDone', ...(settings.tagged && { token }), ...settings.outcome(message) });
    } else if (settings.txDone === 'poll') this.answers.taken(token, () => settings.outcome(message));
  }

  /** Nothing has to be pushed out: messages in flight arrive anyway. */
  flush(): Observable<never> {
    return EMPTY;
  }

  peekData(): boolean {
    return this.incoming.size > 0;
  }

  private stop(): void {
    const { ends, side, peer } = this;
    ends[side] = undefined;
    this.disconnect();
    if (peer === undefined) return;
    peer.disconnect();
    if (!peer.up) return;
    peer.up = false;
    peer.subscriber?.next({ type: 'down', reason: peer.otherEndClosed() });
  }

  private disconnect(): void {
    this.peer = undefined;
    this.deferredDelivery?.unsubscribe();
    this.deferredDelivery = undefined;
    for (const { deadline } of this.incoming) deadline?.stop();
    this.incoming.clear();
    this.answers.clear();
  }

  private otherEndClosed(): Error {
    return new Error(`${this.name} is not open at the other end`);
  }
}
