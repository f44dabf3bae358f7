import { Subscription, type Observer } from 'rxjs';
import { DONE, FAILED, IN_FLIGHT, NEW, WAITING, type TxEntry, type TxSlot, type TxState } from '../core/TxEntry';
import type { LeaveReason } from '../core/TxMachine';
import { TxCanceledError, type Delivery, type MailboxError } from '../contract/errors';
import type { TxReceipt, TxReport } from '../contract/TxReceipt';
import { bare } from '../util/withoutConstructor';
import { takeReason } from '../policy/leaveReason';
import { reportUnhandled } from '../util/reportUnhandled';

/** Where a record's sender can give up. */
export interface TxOwner<R> {
  /** Whether anybody would hear of it besides the sender. */
  readonly heard: boolean;
  leave(record: R, reason: LeaveReason): void;
}

/** A clock or a listener that lives as long as one transmission is pending. */
export interface TxWatch {
  /** The next watch of the same record. */
  other: TxWatch | undefined;
  /** The message is about to be handed over: the last occasion to leave unsent. */
  check(): void;
  /** The message went in flight. */
  sent(): void;
  stop(): void;
}

const subscriberLeft: LeaveReason = (delivery) => new TxCanceledError(delivery);

/** What a subscriber left behind where nobody listens: its stack, which is most of what an error costs, would be nobody's. */
const unheard: Partial<Record<Delivery, MailboxError>> = {};
const subscriberLeftUnheard: LeaveReason = (delivery) => (unheard[delivery] ??= subscriberLeft(delivery));

/**
 * One message on its way: the entry that the core moves, and at the same time the `Subscription` that the sender holds.
 *
 * One object and one shape, because it is all that a send allocates that lives; `next()` uses it too, without an observer.
 * {@link unsubscribe} means "the sender leaves" until the outcome is known, and nothing but running teardowns after that.
 */
export class TxRecord<Tx, Ack> extends bare(Subscription) implements TxEntry<Tx, Ack> {
  override closed = false;
  state: TxState = NEW;
  token = 0;
  prev: TxSlot | undefined = undefined;
  next: TxSlot | undefined = undefined;
  outcome: Ack | MailboxError | undefined = undefined;
  /** The first of its watches. */
  watch: TxWatch | undefined = undefined;

  constructor(
    private readonly owner: TxOwner<TxRecord<Tx, Ack>>,
    public message: Tx,
    private observer: Partial<Observer<TxReceipt<Ack>>> | undefined,
  ) {
    super();
  }

  /** Neither offered to the queue nor ended. */
  get fresh(): boolean {
    return this.state === NEW && !this.closed;
  }

  get pending(): boolean {
    return this.state === WAITING || this.state === IN_FLIGHT;
  }

  override unsubscribe(): void {
    if (this.closed) return;
    this.observer = undefined;
    try {
      super.unsubscribe();
    } finally {
      if (this.pending) this.subscriberLeaves();
    }
  }

  private subscriberLeaves(): void {
    takeReason((reason) => this.owner.leave(this, reason ?? (this.owner.heard ? subscriberLeft : subscriberLeftUnheard)));
  }

  /** Gives up with a reason that the sender is told. */
  leave(reason: LeaveReason): void {
    if (this.state === NEW) this.refuse(reason('not-sent'));
    else this.owner.leave(this, reason);
  }

  /** Ends it before it was accepted: the sender is told, nobody else. */
  refuse(error: MailboxError): void {
    this.state = FAILED;
    this.outcome = error;
    this.stopWatches();
    this.tell();
    this.forget();
  }

  private madeHeard(): void {
    if (this.outcome !== undefined) this.outcome = subscriberLeft((this.outcome as MailboxError).delivery);
  }

  addWatch(added: TxWatch): void {
    let { watch } = this;
    if (watch === undefined) this.watch = added;
    else {
      while (watch.other !== undefined) watch = watch.other;
      watch.other = added;
    }
  }

  report(): TxReport<Tx, Ack> {
    const { token, message } = this;
    // Somebody has begun to listen since the sender left: an error of its own after all.
    if (this.outcome === unheard['not-sent'] || this.outcome === unheard.unknown) this.madeHeard();
    return this.state === DONE ? { token, message, ack: this.outcome as Ack } : { token, message, error: this.outcome as MailboxError };
  }

  stopWatches(): void {
    let { watch } = this;
    if (watch === undefined) return;
    this.watch = undefined;
    for (; watch !== undefined; watch = watch.other) stop(watch);
  }

  /** Everybody is told: whoever keeps the subscription does not keep the message. */
  forget(): void {
    this.message = undefined as Tx;
    this.outcome = undefined;
  }

  /** Tells the sender, if it is still there, and ends the subscription. Never throws. */
  tell(): void {
    const { observer } = this;
    this.observer = undefined;
    try {
      if (observer !== undefined) {
        if (this.state === DONE) this.tellReceipt(observer);
        else if (observer.error) observer.error(this.outcome);
        else reportUnhandled(this.outcome);
      }
    } catch (error) {
      reportUnhandled(error);
    }
    try {
      // The sender's own teardowns.
      super.unsubscribe();
    } catch (error) {
      reportUnhandled(error);
    }
  }

  private tellReceipt(observer: Partial<Observer<TxReceipt<Ack>>>): void {
    try {
      observer.next?.({ token: this.token, ack: this.outcome as Ack });
    } catch (error) {
      // As with every RxJS observer, a handler that throws does not keep the completion from it.
      reportUnhandled(error);
    }
    // It may have unsubscribed in `next`.
    if (!this.closed) observer.complete?.();
  }
}

function stop(watch: TxWatch): void {
  try {
    watch.stop();
  } catch (error) {
    reportUnhandled(error);
  }
}
