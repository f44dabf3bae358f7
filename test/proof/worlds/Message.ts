import type { Subscription } from 'rxjs';
import type { Delivery, MailboxErrorCode, TxClock } from 'rx-mailbox';
import type { Clock, Clocks } from './Clocks';
import type { SenderSpec } from './WorldSpec';

/** What a message must come to. A tx-done is its own ack, and its own error: so everybody can see whose it was. */
export type Outcome =
  | { readonly ack: TxDone }
  | {
      readonly code: MailboxErrorCode;
      readonly delivery: Delivery;
      readonly cause?: unknown;
      readonly clocks?: readonly TxClock[];
      readonly superseded?: boolean;
    };

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
  /** Its slot is held, and there was no answer when it was asked about. */
  muted = false;
  /** How long its slot is held, where there is a limit. */
  quarantine: Clock | undefined;
  token: number | undefined;
  /** `txPrepare` was called for it. */
  prepared = false;
  /** The link has given it back. */
  returned = false;
  /** Position in the order of the first hand-over. */
  place = 0;
  /** Position among the accepted ones, and among the settled ones. */
  accepted = 0;
  settled = 0;
  outcome: Outcome | undefined;
  /** It has no sender any more that could be notified. */
  gone = false;
  reports = 0;
  received = false;
  notified = 0;
  /** The error of its report or its sender. */
  error: unknown = undefined;
  /** Its sender left it in flight, and abort() has not been called yet. */
  abortDue = false;
  /** How far the trace has come. */
  traced = 0;
  private clocks: Clocks | undefined;
  private running: Partial<Record<TxClock, Clock | undefined>> = {};
  private ranOut: (kind: TxClock, pausing: boolean) => void = () => undefined;

  constructor(readonly sender: Sender) {
    if (sender.spec.via === 'next') this.gone = true;
  }

  get pending(): boolean {
    return this.state === 'waiting' || this.state === 'inFlight';
  }

  get key(): string | undefined {
    return this.sender.spec.key;
  }

  get next(): boolean {
    return this.sender.spec.via === 'next';
  }

  /** Its sender has subscribed what `send()` returned, with nothing of RxJS in between: who gets a receipt gets the completion, too. */
  get direct(): boolean {
    return this.sender.spec.via === 'send' && !this.sender.spec.behind;
  }

  startClocks(clocks: Clocks, ranOut: (kind: TxClock, pausing: boolean) => void): void {
    const { limit: { queued, total } = {}, behind } = this.sender.spec;
    this.clocks = clocks;
    this.ranOut = ranOut;
    if (behind && total !== undefined) this.running.total = clocks.startOwn(total, () => ranOut('total', true));
    else {
      this.start('total', total);
      this.start('queued', queued);
    }
  }

  private start(kind: TxClock, limit: number | undefined): void {
    if (limit !== undefined) this.running[kind] = this.clocks!.start(limit, () => this.ranOut(kind, false));
  }

  sent(clocks: Clocks): void {
    // The time in the queue goes on: the link may give it back.
    this.clocks = clocks;
    const { inFlight, silence } = this.sender.spec.limit ?? {};
    this.start('inFlight', inFlight);
    this.start('silence', silence);
  }

  /** A sign of life breaks the silence. */
  progress(): void {
    this.stop('silence');
    this.start('silence', this.sender.spec.limit?.silence);
  }

  /** It waits again. Its time in the queue has gone on. */
  comeBack(): void {
    this.returned = true;
    this.state = 'waiting';
    this.prepared = false;
    this.stop('inFlight');
    this.stop('silence');
  }

  /** It has waited and been in flight for longer than it was to wait. */
  get hasWaitedLong(): boolean {
    const { queued } = this.running;
    return queued !== undefined && !this.clocks!.running.includes(queued);
  }

  private stop(kind: TxClock): void {
    this.clocks!.stop(this.running[kind]);
    this.running[kind] = undefined;
  }

  /** Which of its clocks this is. */
  kindOf(clock: Clock): TxClock | undefined {
    const { running } = this;
    return (Object.keys(running) as TxClock[]).find((kind) => running[kind] === clock);
  }

  stopClocks(): void {
    for (const clock of Object.values(this.running)) this.clocks!.stop(clock);
    this.running = {};
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
