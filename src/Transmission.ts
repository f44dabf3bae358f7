import { Observable, Subscriber, Subscription, type Observer } from 'rxjs';
import type { OpenChannel } from './channel/OpenChannel';
import { TxRecord } from './channel/TxRecord';
import { WatchedRecord } from './channel/WatchedRecord';
import { TxFailedError } from './contract/errors';
import type { TxReceipt } from './contract/TxReceipt';
import { BothPolicies, type TxPolicy } from './policy/TxPolicy';
import { withoutConstructor } from './util/withoutConstructor';

type Operator = (source: unknown) => unknown;

const ObservableBase = withoutConstructor(Observable, {
  // RxJS collects the operators in an array that it grows one by one, which costs more than one operator itself.
  pipe(this: Observable<unknown>, ...operators: Operator[]): unknown {
    return operators.length === 1 ? operators[0]!(this) : (Observable.prototype.pipe as Operator).apply(this, operators as [unknown]);
  },
});

// A registered symbol, so that an operator of another copy of the package still finds a Transmission. It carries the version of TxPolicy.
const WITH_POLICY = Symbol.for('rx-mailbox.withPolicy@2');

/**
 * One message that can be sent: the cold Observable that `channel.send()` returns.
 *
 * Subscribing sends; the subscription is bound to that message's own completion: one receipt and completion, or one error. Unlike the
 * Observables that most operators return, it knows its message, so `txTimeout` and `txCancel` return a Transmission again.
 *
 * A subscriber that gets its receipt also gets the completion, even if it unsubscribes or cancels in `next`.
 *
 * **Cancellation**: unsubscribing before the message is handed over withdraws it, and it is never sent; after that, only
 * `txDone$` says what became of it, and its slot is freed as the controller's correlation allows. Until the current turn ends nothing more is
 * handed over: of those that leave together none is sent in the slot that another one leaves.
 *
 * Errors: `QueueFullError`, `TxFailedError`, `LinkDownError`, `LinkResetError`, `ChannelClosedError`, and those of the tx operators.
 *
 * @typeParam Ack - What the tx-done carries.
 * @example
 * {@includeCode ../docs/examples/quick-start.ts#send}
 * @see Linux: `mbox_send_message`
 */
export class Transmission<Ack> extends ObservableBase<TxReceipt<Ack>> {
  // Private by type only: a `#` field would make a Proxy around a transmission useless.
  /** @internal */
  protected readonly channel: OpenChannel<unknown, unknown, Ack>;
  /** @internal */
  protected readonly message: unknown;

  /** @internal */
  constructor(channel: OpenChannel<unknown, unknown, Ack>, message: unknown) {
    super();
    this.channel = channel;
    this.message = message;
  }

  // Overrides the public method, not the internal `_subscribe`: a plain observer is served by the record itself, without the two
  // objects and the teardown that RxJS would put in between (see docs/adr/0004). What RxJS promises of `subscribe` is tested one by one.
  /** Sends the message; see the class. The subscription is bound to its outcome: unsubscribing before that is leaving. */
  override subscribe(observerOrNext?: Partial<Observer<TxReceipt<Ack>>> | ((value: TxReceipt<Ack>) => void) | null): Subscription;
  /** The same, with up to three functions. */
  override subscribe(
    next?: ((value: TxReceipt<Ack>) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription;
  override subscribe(
    first?: Partial<Observer<TxReceipt<Ack>>> | ((value: TxReceipt<Ack>) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    if (!isSubscriber(first)) return this.transmit(toObserver(first, error, complete), undefined);
    if (!first.closed) this.transmit(first, first);
    return first;
  }

  /** @internal Sends the message once; a parent unsubscribes it. */
  protected transmit(sender: Partial<Observer<TxReceipt<Ack>>>, parent: Subscription | undefined): Subscription {
    const record = new TxRecord<unknown, Ack>(this.channel, this.message, sender);
    // Added before it starts, so that whatever ends the parent at once is a leave like any other.
    parent?.add(record);
    this.channel.transmit(record);
    return record;
  }

  // Vue's `reactive` leaves objects with a tag of their own alone. A getter, because a field would cost every transmission 8 bytes.
  /** @internal */
  // eslint-disable-next-line @typescript-eslint/class-literal-property-style
  get [Symbol.toStringTag](): string {
    return 'Transmission';
  }

  /** @internal */
  [WITH_POLICY](policy: TxPolicy): Transmission<Ack> {
    return new PolicyTransmission(this.channel, this.message, policy);
  }
}

/** A transmission that tx operators have added a policy to. */
class PolicyTransmission<Ack> extends Transmission<Ack> {
  constructor(
    channel: OpenChannel<unknown, unknown, Ack>,
    message: unknown,
    private readonly policy: TxPolicy,
  ) {
    super(channel, message);
  }

  protected override transmit(sender: Partial<Observer<TxReceipt<Ack>>>, parent: Subscription | undefined): Subscription {
    let observer = sender;
    let failure: { cause: unknown } | undefined;
    try {
      observer = this.policy.observe?.(sender) ?? sender;
    } catch (cause) {
      failure = { cause };
    }
    const record = new WatchedRecord<unknown, Ack>(this.channel, this.message, observer);
    parent?.add(record);
    if (failure === undefined) this.channel.transmitWith(record, this.policy);
    else record.refuse(new TxFailedError('not-sent', failure.cause));
    return record;
  }

  override [WITH_POLICY](policy: TxPolicy): Transmission<Ack> {
    return new PolicyTransmission(this.channel, this.message, new BothPolicies(this.policy, policy));
  }
}

/** Adds a policy to a Transmission; `undefined` for any other Observable. */
export function withPolicy<T>(source: Observable<T>, policy: TxPolicy): Observable<T> | undefined {
  return (source as { [WITH_POLICY]?: (policy: TxPolicy) => Observable<T> })[WITH_POLICY]?.(policy);
}

type PlainObserver<T> = Partial<Observer<T>> | ((value: T) => void) | null | undefined;

// As RxJS decides, including Subscribers of another copy of RxJS. A plain observer is recognised at once.
function isSubscriber<T>(value: PlainObserver<T>): value is Subscriber<T> {
  return typeof value === 'object' && value !== null && (value as Partial<Subscriber<T>>).add !== undefined && looksLikeSubscriber(value);
}

function looksLikeSubscriber(value: object): boolean {
  if (value instanceof Subscriber) return true;
  if (!('closed' in value)) return false;
  const { next, error, complete, add, remove, unsubscribe } = value as Record<string, unknown>;
  return [next, error, complete, add, remove, unsubscribe].every((method) => typeof method === 'function');
}

function toObserver<T>(
  first: PlainObserver<T>,
  error: ((error: unknown) => void) | null | undefined,
  complete: (() => void) | null | undefined,
): Partial<Observer<T>> {
  if (typeof first === 'object' && first !== null) return first;
  const observer: Partial<Observer<T>> = {};
  if (first) observer.next = first;
  if (error) observer.error = error;
  if (complete) observer.complete = complete;
  return observer;
}
