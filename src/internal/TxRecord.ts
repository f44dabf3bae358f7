import { Subscription, type Observer } from 'rxjs';
import { DONE, FAILED, IN_FLIGHT, NEW, WAITING, type TxEntry, type TxSlot, type TxState } from '../core/TxEntry';
import type { LeaveReason } from '../core/TxScheduler';
import { TxCanceledError, type MailboxError } from '../errors';
import type { TxReceipt, TxReport } from '../TxReceipt';
import { takeReason } from './leaving';
import { reportUnhandled, shielded } from './reportUnhandled';

/** Where a record's sender can give up. */
export interface TxOwner<R> {
  leave(record: R, reason: LeaveReason): void;
}

/** A clock or a listener that lives as long as one transmission is pending. */
export interface TxWatch {
  /** The message is about to be handed over: the last occasion to leave unsent. */
  check?(): void;
  /** The message went in flight. */
  sent?(): void;
  stop(): void;
}

const subscriberLeft: LeaveReason = (delivery) => new TxCanceledError(delivery);

/**
 * One message on its way: the entry that the core moves, and at the same time the `Subscription` that the sender holds.
 *
 * One object and one shape, because it is all that a send allocates that lives; `next()` uses it too, without an observer.
 * {@link unsubscribe} means "the sender leaves" until the outcome is known, and nothing but running teardowns after that.
 */
export class TxRecord<Tx, Ack> extends Subscription implements TxEntry<Tx, Ack> {
  state: TxState = NEW;
  token = 0;
  prev: TxSlot | undefined = undefined;
  next: TxSlot | undefined = undefined;
  outcome: Ack | MailboxError | undefined = undefined;
  watches: TxWatch[] | undefined = undefined;

  constructor(
    private readonly owner: TxOwner<TxRecord<Tx, Ack>>,
    readonly message: Tx,
    private observer: Partial<Observer<TxReceipt<Ack>>> | undefined,
  ) {
    super();
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
    takeReason((reason) => this.owner.leave(this, reason ?? subscriberLeft));
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
  }

  watch(watch: TxWatch): void {
    (this.watches ??= []).push(watch);
  }

  report(): TxReport<Tx, Ack> {
    const { token, message } = this;
    return this.state === DONE ? { token, message, ack: this.outcome as Ack } : { token, message, error: this.outcome as MailboxError };
  }

  stopWatches(): void {
    const { watches } = this;
    if (watches === undefined) return;
    this.watches = undefined;
    for (const watch of watches) shielded(() => watch.stop());
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
