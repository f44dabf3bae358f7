import { Subscription, type Observer } from 'rxjs';
import { TxCanceledError, type Delivery, type MailboxError } from '../contract/errors';
import type { TxReceipt, TxReport } from '../contract/TxReceipt';
import { DONE, FAILED, IN_FLIGHT, isQueued, NEW, type TxEntry, type TxSlot, type TxState } from '../core/TxEntry';
import type { LeaveReason } from '../core/LeaveReason';
import { takeReason } from '../policy/leaveScope';
import type { TxWatch } from '../policy/TxPolicy';
import { reportUnhandled, shielded } from '../util/reportUnhandled';
import { hasNoTeardowns } from '../util/teardowns';
import { withoutConstructor } from '../util/withoutConstructor';

/** Where a record's sender can give up. */
export interface TxOwner<R> {
  /** Whether `txDone$` or `events$` has a subscriber. */
  readonly observed: boolean;
  /** @param pausing - Others may be about to leave for the same reason. */
  leave(record: R, reason: LeaveReason, pausing: boolean): void;
  callOut(name: string, callback: () => unknown, token: number): void;
}

/** What the watches of a message hear of. */
export type WatchedMoment = 'queued' | 'sent' | 'progress' | 'returned';

const subscriberLeft: LeaveReason = (delivery) => new TxCanceledError(delivery);

/** For subscribers that leave while nobody listens. These errors are shared: making one costs mostly its stack, which nobody would read. */
const unobserved: Partial<Record<Delivery, MailboxError>> = {};
const subscriberLeftUnobserved: LeaveReason = (delivery) => (unobserved[delivery] ??= withoutFrames(subscriberLeft(delivery)));

/** For an error that many share: V8 would keep the frames of its stack, and with them what the first of these senders refers to. */
function withoutFrames(error: MailboxError): MailboxError {
  error.stack = String(error);
  return error;
}

/**
 * One message on its way: the entry that the core moves, and at the same time the `Subscription` that the sender holds.
 *
 * One object, because it is all that a send allocates that lives. `next()` uses it too, without a sender.
 * {@link unsubscribe} means "the sender leaves" until the outcome is known. After that it only runs teardowns.
 */
export class TxRecord<Tx, Ack> extends withoutConstructor(Subscription) implements TxEntry<Tx, Ack> {
  state: TxState = NEW;
  token = 0;
  prev: TxSlot | undefined = undefined;
  next: TxSlot | undefined = undefined;
  outcome: Ack | MailboxError | undefined = undefined;
  /** The first of its watches. Only a `WatchedRecord` has any; the field would cost every message 8 bytes. */
  declare readonly watch: TxWatch | undefined;

  constructor(
    protected readonly owner: TxOwner<TxRecord<Tx, Ack>>,
    public message: Tx,
    /** Whom to notify. Gone once that has been done, or the sender has left. */
    protected sender: Partial<Observer<TxReceipt<Ack>>> | undefined,
  ) {
    super();
  }

  /** As for every Subscription. Not a field: whether there is a sender says the same. */
  // @ts-expect-error -- RxJS declares a field; for those who read it an accessor is the same
  override get closed(): boolean {
    return this.sender === undefined;
  }

  // RxJS sets it, when it unsubscribes.
  override set closed(_closed: boolean) {
    this.sender = undefined;
  }

  /** It has neither been offered to the queue nor ended. */
  get fresh(): boolean {
    return this.state === NEW && this.sender !== undefined;
  }

  get pending(): boolean {
    return this.state === IN_FLIGHT || isQueued(this);
  }

  override unsubscribe(): void {
    if (this.sender === undefined) return;
    // Taken before the teardowns run: whoever else they unsubscribe leaves for a reason of its own.
    takeReason((reason) => {
      try {
        if (hasNoTeardowns(this)) this.sender = undefined;
        else super.unsubscribe();
      } finally {
        if (this.pending) this.owner.leave(this, reason ?? (this.owner.observed ? subscriberLeft : subscriberLeftUnobserved), true);
      }
    });
  }

  /** Ends it before it was accepted: only the sender is notified. */
  refuse(error: MailboxError): void {
    this.state = FAILED;
    this.outcome = error;
    this.stopWatches();
    this.notifySender();
    this.forget();
  }

  report(): TxReport<Tx, Ack> {
    const { token, message } = this;
    // Somebody has begun to listen since the sender left: it gets an error of its own after all.
    if (this.outcome === unobserved['not-sent'] || this.outcome === unobserved.unknown) this.makeOwnError();
    return this.state === DONE ? { token, message, ack: this.outcome as Ack } : { token, message, error: this.outcome as MailboxError };
  }

  private makeOwnError(): void {
    if (this.outcome !== undefined) this.outcome = subscriberLeft((this.outcome as MailboxError).delivery);
  }

  /** Notifies the sender, if it is still there, and ends the subscription. Never throws. */
  notifySender(): void {
    const { sender } = this;
    if (sender !== undefined) {
      if (this.state === DONE) this.giveReceipt(sender);
      else this.giveError(sender);
    }
    if (hasNoTeardowns(this)) this.sender = undefined;
    else this.runTeardowns();
  }

  private giveReceipt(sender: Partial<Observer<TxReceipt<Ack>>>): void {
    try {
      sender.next?.({ token: this.token, ack: this.outcome as Ack });
    } catch (error) {
      // As with every RxJS observer, a handler that throws does not prevent the completion.
      reportUnhandled(error);
    }
    // Also where it has unsubscribed in `next`: what has got its receipt is complete.
    this.giveCompletion(sender);
  }

  private giveCompletion(sender: Partial<Observer<TxReceipt<Ack>>>): void {
    try {
      sender.complete?.();
    } catch (error) {
      reportUnhandled(error);
    }
  }

  private giveError(sender: Partial<Observer<TxReceipt<Ack>>>): void {
    try {
      if (sender.error) sender.error(this.outcome);
      else reportUnhandled(this.outcome);
    } catch (error) {
      reportUnhandled(error);
    }
  }

  /** The sender's own teardowns. */
  private runTeardowns(): void {
    shielded(() => super.unsubscribe());
  }

  // A plain record has no watches; see WatchedRecord.

  /** The message is about to be handed over. */
  checkWatches(): void {
    // Nothing.
  }

  /** Something has happened to the message. */
  notifyWatches(_what: WatchedMoment): void {
    // Nothing.
  }

  stopWatches(): void {
    // Nothing.
  }

  /** Everybody has been notified: whoever keeps the subscription does not keep the message. */
  forget(): void {
    this.message = undefined as Tx;
    this.outcome = undefined;
  }
}
