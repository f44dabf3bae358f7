/** Says which rule ended a message or a call; see {@link MailboxError.code}. */
export type MailboxErrorCode = 'ENOBUFS' | 'ETIME' | 'ECANCELED' | 'EIO' | 'EBUSY' | 'ESHUTDOWN' | 'ENETDOWN' | 'ECONNRESET' | 'ENOTSUP';

/**
 * Answers "should I send it again?".
 *
 * - `'not-sent'`: the controller never took the message;
 * - `'unknown'`: it was in flight, so the device may or may not have acted on it;
 * - `'sent'`: the device reported on it.
 */
export type Delivery = 'not-sent' | 'unknown' | 'sent';

export const DELIVERIES: readonly Delivery[] = ['not-sent', 'unknown', 'sent'];

/** The clocks of `txTimeout`. */
export type TxClock = 'queued' | 'inFlight' | 'total' | 'silence';

// A registered symbol, so that an error keeps its identity across entry points, copies of the package, and ESM/CJS.
const BRAND = Symbol.for('rx-mailbox.error');

/**
 * The base of every error that this library makes.
 *
 * Match with {@link isMailboxError} rather than `instanceof`, which fails across copies of the package. The original error, where there
 * is one, is in `cause`.
 *
 * @example
 * {@includeCode ../../test/package/docs/errors.test.ts#example}
 * @see Linux: the negative error numbers of `mbox_send_message`
 */
export abstract class MailboxError extends Error {
  // Names are literals because minifiers rename classes.
  /** The name of its class. */
  override readonly name: string = 'MailboxError';
  /** Which rule ended it. */
  readonly code: MailboxErrorCode;
  /** Whether the message reached the device. */
  readonly delivery: Delivery;
  /** @internal */
  readonly [BRAND] = true;

  constructor(code: MailboxErrorCode, delivery: Delivery, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.delivery = delivery;
  }
}

/**
 * The queue already holds as many waiting messages as it may (`ENOBUFS`, never sent).
 *
 * With `overflow: 'drop-oldest'` it is the oldest that gets this error, because a newer one came.
 *
 * @see Linux: `-ENOBUFS`, MBOX_TX_QUEUE_LEN
 */
export class QueueFullError extends MailboxError {
  /** The name of its class. */
  override readonly name = 'QueueFullError';
  /** How many messages may wait. */
  readonly txQueueLength: number;

  constructor(txQueueLength: number, dropped = false) {
    const what = dropped ? `dropped for a newer message, ${txQueueLength} may wait` : `${txQueueLength} messages already wait`;
    super('ENOBUFS', 'not-sent', `queue full: ${what} (txQueueLength)`);
    this.txQueueLength = txQueueLength;
  }
}

/**
 * A time limit elapsed before the outcome was known (`ETIME`).
 *
 * @see Linux: `-ETIME`, `tx_tout`
 */
export class TxTimeoutError extends MailboxError {
  /** The name of its class. */
  override readonly name = 'TxTimeoutError';
  /** Which clock ran out. */
  readonly clock: TxClock;
  /** The length of that clock, in milliseconds. */
  readonly limit: number;

  constructor(clock: TxClock, limit: number, delivery: Delivery, what = 'no tx-done') {
    super('ETIME', delivery, `${what} within ${limit} ms (${clock}; ${delivery})`);
    this.clock = clock;
    this.limit = limit;
  }
}

/**
 * The sender gave up: `txCancel` fired, or its subscriber left (`ECANCELED`). Or it was taken back for everybody, with `withdraw`, or by a newer
 * message with its `latest` key.
 *
 * When the subscriber left, only the report on `txDone$` carries this error. `cause` is the reason of the abort signal, or of `withdraw`.
 */
export class TxCanceledError extends MailboxError {
  /** The name of its class. */
  override readonly name = 'TxCanceledError';
  /** True where a newer message with the same `latest` key has taken its place. */
  declare readonly superseded?: true;

  constructor(delivery: Delivery, why = 'its subscriber left', options?: ErrorOptions) {
    super('ECANCELED', delivery, `canceled: ${why} (${delivery})`, options);
  }
}

/**
 * The message failed (`EIO`).
 *
 * - `'not-sent'`: `sendData`, `txPrepare` or `latest` threw, or one of the last two returned a promise;
 * - `'unknown'`: `sendData` or `lastTxDone` gave no valid answer, or `lastTxDone` threw;
 * - `'sent'`: the device reported a failure;
 * - any of them where the tx-done says so with its `delivery`.
 *
 * `cause` is the device's or the controller's error, with its own code. The text follows the delivery, and ends with the cause's message.
 *
 * @see Linux: the status that `mbox_chan_txdone` passes on
 */
export class TxFailedError extends MailboxError {
  /** The name of its class. */
  override readonly name = 'TxFailedError';

  constructor(delivery: Delivery, cause: unknown) {
    super('EIO', delivery, FAILURE[delivery] + because({ cause }), { cause });
  }
}

/** The text of an `EIO`. */
const FAILURE = { 'not-sent': 'not handed over', unknown: 'the link lost it', sent: 'the device reported a failure' } as const;

/**
 * The channel has an owner already, perhaps by another `Mailbox` on the same controller object (`EBUSY`).
 *
 * @see Linux: `-EBUSY` of `mbox_request_channel`
 */
export class ChannelBusyError extends MailboxError {
  /** The name of its class. */
  override readonly name = 'ChannelBusyError';

  constructor(channel: string) {
    super('EBUSY', 'not-sent', `${channel} has an owner`);
  }
}

/**
 * The channel or its mailbox is closed, or was closed while the message was pending (`ESHUTDOWN`).
 *
 * @see Linux: `mbox_free_channel`, which tells nobody
 */
export class ChannelClosedError extends MailboxError {
  /** The name of its class. */
  override readonly name = 'ChannelClosedError';

  constructor(what: string, delivery: Delivery, options?: ErrorOptions) {
    super('ESHUTDOWN', delivery, `${what} is closed (${delivery})`, options);
  }
}

/**
 * The link went down while the message was in flight (`ENETDOWN`, unknown), or with `whileDown: 'fail'` it is down (not sent).
 *
 * `cause` is the controller's reason, and the text ends with it.
 */
export class LinkDownError extends MailboxError {
  /** The name of its class. */
  override readonly name = 'LinkDownError';

  constructor(channel: string, options?: ErrorOptions, delivery: Delivery = 'unknown') {
    super('ENETDOWN', delivery, `${channel}: link down${delivery === 'unknown' ? ' while in flight' : ''}${because(options)}`, options);
  }
}

/**
 * The link was reset while the message was in flight (`ECONNRESET`).
 *
 * Another sender had left a message in flight. Its tx-done could not be told from others any more, so the link was reset, and that ends
 * everything that had been handed over before. The channel goes on.
 *
 * @see Linux has no counterpart: a mailbox channel cannot be reset
 */
export class LinkResetError extends MailboxError {
  /** The name of its class. */
  override readonly name = 'LinkResetError';

  constructor(channel: string, options?: ErrorOptions) {
    super('ECONNRESET', 'unknown', `${channel}: link reset while in flight${because(options)}`, options);
  }
}

/**
 * The controller has no such operation (`ENOTSUP`).
 *
 * @see Linux: `-ENOTSUPP` of `mbox_flush`
 */
export class NotSupportedError extends MailboxError {
  /** The name of its class. */
  override readonly name = 'NotSupportedError';

  constructor(what: string) {
    super('ENOTSUP', 'not-sent', what);
  }
}

/** An error of this library with a certain code. */
export type MailboxErrorOf<Code extends MailboxErrorCode> = MailboxError & {
  /** The code. */
  readonly code: Code;
};

/**
 * Tells whether a value is an error of this library, and optionally which.
 *
 * Unlike `instanceof` it also recognises errors that another copy, entry point or module system made.
 *
 * @typeParam Code - The code asked for.
 * @param value - Anything, usually what a `catch` caught.
 * @param code - Accept only this code; any by default.
 * @returns True for such an error.
 * @example
 * {@includeCode ../../test/package/docs/errors.test.ts#example}
 */
export function isMailboxError<Code extends MailboxErrorCode = MailboxErrorCode>(
  value: unknown,
  code?: Code,
): value is MailboxErrorOf<Code> {
  return typeof value === 'object' && value !== null && BRAND in value && (code === undefined || (value as MailboxError).code === code);
}

/** How an error text ends where there is a cause. */
function because(options: ErrorOptions | undefined): string {
  return options?.cause === undefined ? '' : `: ${describe(options.cause)}`;
}

function describe(cause: unknown): string {
  try {
    // A message may be anything: somebody else has made the error.
    return String(cause instanceof Error ? (cause.message as unknown) : cause);
  } catch {
    return 'an object that cannot be printed';
  }
}

/** The error of a message whose place a newer one has taken. */
export function supersededError(): TxCanceledError {
  return Object.assign(new TxCanceledError('not-sent', 'a newer message with its key has taken its place'), { superseded: true as const });
}
