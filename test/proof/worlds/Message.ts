import type { Subscription } from 'rxjs';
import type { Delivery, MailboxErrorCode, TxClock } from 'rx-mailbox';
import type { SenderSpec } from './WorldSpec';

/** What a message must come to. A tx-done is its own ack, and its own error: so everybody can see whose it was. */
export type Outcome =
  | { readonly ack: TxDone }
  | { readonly code: MailboxErrorCode; readonly delivery: Delivery; readonly cause?: unknown; readonly clocks?: readonly TxClock[] };

/** One tx-done of the wire, made for one message, or for none. */
export class TxDone {
  constructor(readonly meant: Message | undefined) {}
}

/** One who sends, one message after the other. */
export class Sender {
  /** The message it waits for. */
  current: Message | undefined;
  subscription: Subscription | undefined;
  signal: Signal | undefined;
  stop: (() => void) | undefined;

  constructor(
    readonly id: string,
    readonly spec: SenderSpec,
  ) {}
}

/**
 * One message, and the truth about it.
 *
 * `undecided`: offered to a full queue whose refused head is tried again first, which may make room.
 */
export class Message {
  state: 'undecided' | 'waiting' | 'inFlight' | 'settled' | 'refused' = 'undecided';
  /** Its sender has left, and its slot is still held. */
  held = false;
  /** When its quarantine ends. */
  until = Infinity;
  token: number | undefined;
  /** Position among the accepted ones, and among the settled ones. */
  accepted = 0;
  settled = 0;
  outcome: Outcome | undefined;
  /** It has no sender any more that could be notified. */
  gone = false;
  reports = 0;
  notified = 0;
  /** The error of its report or its sender. */
  error: unknown = undefined;
  /** Its sender left it in flight, and abort() has not been called yet. */
  abortDue = false;
  /** How far the trace has come. */
  traced = 0;
  queuedUntil = Infinity;
  inFlightUntil = Infinity;
  totalUntil = Infinity;
  /** When it was last asked about, or handed over. */
  asked = -1;
  handedOver = 0;

  constructor(readonly sender: Sender) {
    if (sender.spec.via === 'next') this.gone = true;
  }

  get pending(): boolean {
    return this.state === 'waiting' || this.state === 'inFlight';
  }

  get next(): boolean {
    return this.sender.spec.via === 'next';
  }

  startClocks(now: number): void {
    const { queued = Infinity, total = Infinity } = this.sender.spec.limit ?? {};
    this.queuedUntil = now + queued;
    this.totalUntil = now + total;
  }

  sent(now: number): void {
    this.queuedUntil = Infinity;
    this.inFlightUntil = now + (this.sender.spec.limit?.inFlight ?? Infinity);
  }

  stopClocks(): void {
    this.queuedUntil = this.inFlightUntil = this.totalUntil = Infinity;
  }

  /** Which clocks have run out. */
  due(now: number): TxClock[] {
    const due: TxClock[] = [];
    if (this.queuedUntil <= now) due.push('queued');
    if (this.inFlightUntil <= now) due.push('inFlight');
    if (this.totalUntil <= now) due.push('total');
    return due;
  }

  isDue(now: number): boolean {
    return this.pending && (this.queuedUntil <= now || this.inFlightUntil <= now || this.totalUntil <= now);
  }
}

/** An abort signal that can be counted: whether somebody still listens. */
export class Signal {
  aborted = false;
  readonly reason = { aborted: true };
  listener: (() => void) | undefined;

  addEventListener(_type: 'abort', listener: () => void): void {
    this.listener = listener;
  }

  removeEventListener(): void {
    this.listener = undefined;
  }

  abort(): void {
    this.aborted = true;
    this.listener?.call(this);
  }
}
