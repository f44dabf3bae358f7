import type { Message, Outcome } from './Message';
import { remove, type Freed, type Wire } from './Wire';
import type { WorldSpec } from './WorldSpec';

/** A trace event that has to appear in this step. */
export interface Expected {
  readonly type: string;
  readonly message?: Message | undefined;
  readonly token?: number | undefined;
  /** It came too late for a channel that had closed: it may be notified or not. */
  readonly optional?: boolean;
}

/**
 * What must be so by the contract, derived only from what the senders, the link and the clock did. It never looks into the library.
 *
 * What happens from inside `sendData` counts as soon as that has returned, in its order ({@link act}).
 */
export class Truth {
  readonly waiting: Message[] = [];
  /** Who holds a slot, oldest first: in flight, or left and held. */
  readonly slots: Message[] = [];
  up: boolean;
  closed = false;
  /** Closed, and everything pending has settled. */
  ended = false;
  completing = false;
  /** The link failed: it is down, and the channel is about to close. */
  dying = false;
  /** The head was refused. */
  refused = false;
  /** A refused head has to be tried again, or may be. */
  owed = false;
  may = false;
  /** Since when the head has been left alone. */
  attempted = 0;
  handing: Message | undefined;
  preparing: Message | undefined;
  /** Settled in this step. */
  outcomes: Message[] = [];
  events: Expected[] = [];
  undecided: Message[] = [];
  accepted = 0;
  settled = 0;
  private later: (() => void)[] = [];

  constructor(
    private readonly spec: WorldSpec,
    private readonly wire: Wire,
    private readonly now: () => number,
  ) {
    this.up = !spec.startsDown;
  }

  get quarantine(): number {
    return this.spec.quarantine ?? (this.spec.correlation === 'tagged' ? 0 : Infinity);
  }

  get full(): boolean {
    const { length } = this.waiting;
    return length >= this.spec.queue && !(length === 0 && this.room);
  }

  get room(): boolean {
    return this.up && !this.closed && this.slots.length < this.spec.window;
  }

  /** The head has to go to the link now. */
  get eligible(): boolean {
    return this.room && this.waiting.length > 0 && (!this.refused || this.owed);
  }

  get live(): boolean {
    return this.waiting.length > 0 || this.slots.some((message) => !message.held);
  }

  /** Something that the library is to deal with at once, or when `sendData` has returned. */
  act(change: () => void): void {
    if (this.handing === undefined) change();
    else this.later.push(change);
  }

  /** An occasion to try a refused head again. */
  occasion(): void {
    if (this.refused) this.owed = true;
  }

  offer(message: Message): void {
    message.startClocks(this.now());
    if (this.closed) return this.refuse(message, 'ESHUTDOWN');
    // A send from inside an attempt is part of that attempt. Whether one that a completing channel refuses is an occasion, nobody says.
    const attempting = this.handing !== undefined || this.preparing !== undefined;
    this.may = true;
    if (!attempting && !this.completing) this.occasion();
    if (!this.full && !this.completing) this.accept(message);
    else if (!attempting && this.refused && this.room) this.undecided.push(message);
    else this.refuse(message, this.completing ? 'ESHUTDOWN' : 'ENOBUFS');
  }

  accept(message: Message): void {
    remove(this.undecided, message);
    message.state = 'waiting';
    message.accepted = ++this.accepted;
    this.waiting.push(message);
    this.events.push({ type: 'queued', message });
  }

  refuse(message: Message, code: 'ESHUTDOWN' | 'ENOBUFS'): void {
    remove(this.undecided, message);
    message.state = 'refused';
    message.stopClocks();
    message.outcome = { code, delivery: 'not-sent' };
    message.accepted = ++this.accepted;
    // One that is ignored, or whose sender is notified before it is accepted: neither is anybody's outcome that could be missed.
    this.outcomes.push(message);
  }

  answered(message: Message, answer: 'accepted' | 'busy' | { thrown: unknown }): void {
    this.handing = this.preparing = undefined;
    // It left while it was prepared, or the channel closed.
    if (message.state !== 'waiting') return;
    this.refused = answer === 'busy';
    this.attempted = this.now();
    if (answer === 'accepted') {
      remove(this.waiting, message);
      this.slots.push(message);
      message.state = 'inFlight';
      message.sent(this.now());
      message.handedOver = this.now();
      this.wire.handedOver(message);
      this.events.push({ type: 'sent', message });
    } else if (answer === 'busy') this.events.push({ type: 'busy', message });
    else {
      remove(this.waiting, message);
      this.settle(message, { code: 'EIO', delivery: 'not-sent', cause: answer.thrown });
    }
    const { later } = this;
    this.later = [];
    for (const change of later) change();
  }

  /** @param token - What the tx-done carries. */
  txDone(meant: Message | undefined, token: number | undefined, outcome: Outcome): void {
    this.occasion();
    if (meant !== undefined && this.slots.includes(meant)) {
      if (meant.held) this.events.push({ type: 'lateTxDone', message: meant });
      else this.settle(meant, outcome);
      this.free(meant, 'txDone');
      return;
    }
    if (meant !== undefined) this.wire.finished(meant);
    const late = meant !== undefined && token !== undefined;
    this.strayTxDone(late ? 'lateTxDone' : 'unknownTxDone', token);
  }

  strayTxDone(type: 'lateTxDone' | 'unknownTxDone', token: number | undefined): void {
    this.occasion();
    this.events.push({ type, token, optional: this.ended });
  }

  leave(message: Message, why: Omit<Exclude<Outcome, { ack: unknown }>, 'delivery'>): void {
    if (message.state === 'undecided') {
      this.refuse(message, 'ENOBUFS');
      message.outcome = { ...why, delivery: 'not-sent' };
    } else if (message.state === 'waiting') {
      if (message === this.waiting[0]) this.refused = this.owed = false;
      remove(this.waiting, message);
      this.events.push({ type: 'left', message });
      this.settle(message, { ...why, delivery: 'not-sent' });
    } else if (message.state === 'inFlight') {
      message.abortDue = true;
      this.may = true;
      this.events.push({ type: 'left', message });
      if (this.quarantine === 0) this.free(message, 'left');
      else {
        message.held = true;
        message.until = this.now() + this.quarantine;
        if (this.spec.correlation === 'untagged') this.events.push({ type: 'stalled', message });
      }
      this.settle(message, { ...why, delivery: 'unknown' });
    }
  }

  /** The quarantine of somebody who left is over. */
  release(message: Message): void {
    this.may = true;
    this.free(message, 'quarantine');
  }

  releaseHeld(): void {
    this.may = true;
    for (const message of this.slots.filter((m) => m.held)) this.free(message, 'reset');
  }

  down(cause: unknown): void {
    if (!this.up || this.closed) return;
    this.up = false;
    this.refused = this.owed = false;
    this.events.push({ type: 'down' });
    for (const message of [...this.slots]) {
      const { held } = message;
      if (!held) this.settle(message, { code: 'ENETDOWN', delivery: 'unknown', cause });
      this.free(message, 'down');
    }
  }

  goUp(): void {
    if (this.up || this.closed) return;
    this.up = true;
    this.events.push({ type: 'up' });
  }

  /** What follows once {@link closed} is said. */
  end(cause: unknown): void {
    this.ended = true;
    for (const message of [...this.slots]) {
      const { held } = message;
      if (!held) this.settle(message, { code: 'ESHUTDOWN', delivery: 'unknown', cause });
      this.free(message, 'down');
    }
    for (const message of this.waiting.splice(0)) this.settle(message, { code: 'ESHUTDOWN', delivery: 'not-sent', cause });
    this.refused = this.owed = false;
    this.events.push({ type: 'closed' });
  }

  private settle(message: Message, outcome: Outcome): void {
    message.state = 'settled';
    message.outcome = outcome;
    message.settled = ++this.settled;
    message.stopClocks();
    this.outcomes.push(message);
    this.events.push({ type: 'settled', message });
  }

  private free(message: Message, why: Freed): void {
    remove(this.slots, message);
    message.held = false;
    message.until = Infinity;
    this.wire.freed(message, why);
  }
}
