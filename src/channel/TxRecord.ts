import { Subscription, type Observer } from 'rxjs';
import { TxCanceledError, type Delivery, type MailboxError } from '../contract/errors';
import type { TxReceipt, TxReport } from '../contract/TxReceipt';
import { DONE, FAILED, IN_FLIGHT, NEW, WAITING, type TxEntry, type TxSlot, type TxState } from '../core/TxEntry';
import type { LeaveReason } from '../core/TxMachine';
import { takeReason } from '../policy/leaveReason';
import type { TxWatch, WatchedTransmission } from '../policy/TxPolicy';
import { reportUnhandled, shielded } from '../util/reportUnhandled';
import { withoutConstructor } from '../util/withoutConstructor';

/** Where a record's sender can give up. */
export interface TxOwner<R> {
  /** Whether `txDone$` or `events$` has a subscriber. */
  readonly observed: boolean;
  leave(record: R, reason: LeaveReason): void;
}

const subscriberLeft: LeaveReason = (delivery) => new TxCanceledError(delivery);

/** For subscribers that leave while nobody listens. These errors are shared: making one costs mostly its stack, which nobody would read. */
const unobserved: Partial<Record<Delivery, MailboxError>> = {};
const subscriberLeftUnobserved: LeaveReason = (delivery) => (unobserved[delivery] ??= subscriberLeft(delivery));

/**
 * One message on its way: the entry that the core moves, and at the same time the `Subscription` that the sender holds.
 *
 * One object and one shape, because it is all that a send allocates that lives. `next()` uses it too, without an observer.
 * {@link unsubscribe} means "the sender leaves" until the outcome is known. After that it only runs teardowns.
 */
export class TxRecord<Tx, Ack> extends withoutConstructor(Subscription) implements TxEntry<Tx, Ack>, WatchedTransmission {
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
    takeReason((reason) => this.owner.leave(this, reason ?? (this.owner.observed ? subscriberLeft : subscriberLeftUnobserved)));
  }

  leave(reason: LeaveReason): void {
    if (this.state === NEW) this.refuse(reason('not-sent'));
    else this.owner.leave(this, reason);
  }

  /** Ends it before it was accepted: only the sender is notified. */
  refuse(error: MailboxError): void {
    this.state = FAILED;
    this.outcome = error;
    this.stopWatches();
    this.notifySender();
    this.forget();
  }

  addWatch(added: TxWatch): void {
    let { watch } = this;
    if (watch === undefined) this.watch = added;
    else {
      while (watch.other !== undefined) watch = watch.other;
      watch.other = added;
    }
  }

  stopWatches(): void {
    let { watch } = this;
    if (watch === undefined) return;
    this.watch = undefined;
    for (; watch !== undefined; watch = watch.other) stop(watch);
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
    const { observer } = this;
    this.observer = undefined;
    try {
      if (observer !== undefined) {
        if (this.state === DONE) this.giveReceipt(observer);
        else if (observer.error) observer.error(this.outcome);
        else reportUnhandled(this.outcome);
      }
    } catch (error) {
      reportUnhandled(error);
    }
    const { _parentage, _finalizers } = this as unknown as { _parentage: unknown; _finalizers: unknown };
    if (_parentage === undefined && _finalizers === undefined) this.closed = true;
    else this.runTeardowns();
  }

  private runTeardowns(): void {
    try {
      super.unsubscribe();
    } catch (error) {
      reportUnhandled(error);
    }
  }

  private giveReceipt(observer: Partial<Observer<TxReceipt<Ack>>>): void {
    try {
      observer.next?.({ token: this.token, ack: this.outcome as Ack });
    } catch (error) {
      // As with every RxJS observer, a handler that throws does not prevent the completion.
      reportUnhandled(error);
    }
    // It may have unsubscribed in `next`.
    if (!this.closed) observer.complete?.();
  }

  /** Everybody has been notified: whoever keeps the subscription does not keep the message. */
  forget(): void {
    this.message = undefined as Tx;
    this.outcome = undefined;
  }
}

function stop(watch: TxWatch): void {
  shielded(() => watch.stop());
}
