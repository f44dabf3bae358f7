import { of, type Observable } from 'rxjs';
import type { Channel } from '../../Channel';
import { NotSupportedError } from '../../contract/errors';
import { assertFunction, assertObject, show } from '../../contract/checks';
import { txTimeout } from '../../operators/txTimeout';
import type { TxReceipt } from '../../contract/TxReceipt';
import { Inbox } from './Inbox';
import type { MailboxTestOptions } from './MailboxTestOptions';
import { Turns } from './Turns';

const MAX_SIGNAL = 8;
const MAX_MESSAGE = 128;

/**
 * Sends by hand, and shows what arrives; made by {@link mailboxTest}.
 *
 * @typeParam Ack - What a tx-done carries.
 */
export interface MailboxTest<Ack> {
  /**
   * Sets the signal of the next message.
   *
   * @param data - Up to 8 bytes; a text is sent as UTF-8. Replaces one that no message has taken.
   * @throws RangeError for more than 8 bytes, TypeError for neither text nor bytes; NotSupportedError without a channel to send on.
   */
  signal(data: string | Uint8Array): void;
  /**
   * Makes a message that can be sent, with the signal that was set, which is then no longer set: cold, each subscription sends once.
   *
   * Messages go one at a time, in the order of their subscriptions, so that each finds the area free.
   *
   * **Cancellation**: unsubscribing withdraws a message that waits; one in flight is left, as by every sender.
   *
   * @param data - Up to 128 bytes, which are copied; a text is sent as UTF-8.
   * @returns The receipt; errors as those of `send`, and `TxTimeoutError`.
   * @throws RangeError for more than 128 bytes, or more than the area has; TypeError for neither text nor bytes; NotSupportedError
   *   without a channel to send on; then the signal is still set. What `encode` throws; then it is not.
   */
  message(data: string | Uint8Array): Observable<TxReceipt<Ack>>;
  /**
   * Reads the latest message, and waits for one if there is none; reading clears it.
   *
   * **Cancellation**: unsubscribing stops waiting and clears nothing.
   *
   * @returns Cold. Emits once: lines of 16 bytes in hexadecimal and as ASCII, `<empty>` for a message without bytes, `<not understood: …>`
   *   where `decode` threw, or `<nothing can be received>`. Without a value if the channel ends first; errors as the channel does.
   */
  read(): Observable<string>;
  /**
   * Reads the latest message, as {@link read} does, without waiting.
   *
   * @returns `undefined` if nothing was received since the last time.
   */
  readNow(): string | undefined;
  /** Receives no more, ends what waits in {@link read}, and closes the channel if it was requested here. */
  close(): void;
}

const NO_RX = '<nothing can be received>';

/**
 * Tries a channel by hand: sends signals and messages, and shows the latest that arrived as a dump.
 *
 * Unlike {@link ScriptedController} it is the application's end: what is tried is the controller, and whatever is at the other side.
 *
 * It does not check what the bytes mean. To a channel whose messages are not bytes, `encode` and `decode` say what they are.
 *
 * @typeParam Tx - What the channel sends.
 * @typeParam Rx - What that channel receives.
 * @typeParam Ack - What a tx-done carries.
 * @typeParam In - What is received, where `rx` is another channel.
 * @param tx - The channel that sends. For an `area.tx`, a function that requests it with the options it is given. `null` for a test that
 *   only receives.
 * @param options - See {@link MailboxTestOptions}.
 * @returns The test; close it in the end.
 * @throws TypeError, RangeError - for an option that is not in its range, and where there is nothing to send by nor to receive from.
 * @example A channel of bytes
 * {@includeCode ../../../test/unit/testing/mailboxTest.test.ts#example}
 * @example Words, with the message in memory that both processors see
 * {@includeCode ../../../test/unit/testing/mailboxTest.test.ts#area}
 * @see Linux: drivers/mailbox/mailbox-test.c
 */
export function mailboxTest<Tx = Uint8Array, Rx = Uint8Array, Ack = void, In = Rx>(
  tx: Channel<Tx, Rx, Ack> | ((options: { txPrepare(): void }) => Channel<Tx, Rx, Ack>) | null,
  options: MailboxTestOptions<Tx, In> = {},
): MailboxTest<Ack> {
  assertObject('options', options);
  const { encode = identity as (bytes: Uint8Array) => Tx, decode = asBytes, area = {}, timeout = 500, acknowledge = false } = options;
  assertFunction('encode', encode);
  assertFunction('decode', decode);
  assertObject('area', area);
  assertArea('tx', area.tx);
  assertArea('rx', area.rx);
  if (options.rx) assertFunction('rx.pipe', options.rx.pipe);
  const limit = txTimeout(timeout);
  if (area.tx !== undefined && typeof tx !== 'function') {
    throw new TypeError(`tx is ${show(tx)}; expected, for an area to send by, a function that requests the channel with its options`);
  }

  /** Of the one message that has its turn. */
  let outgoing = new Uint8Array();
  const txPrepare = (): void => area.tx?.fill(0, outgoing.length, MAX_MESSAGE).set(outgoing);
  const channel = typeof tx === 'function' ? tx({ txPrepare }) : tx;
  // Without another one, what is received is what the channel receives.
  const { rx = channel as Observable<unknown> as Observable<In> | null } = options;
  if (channel === null && rx === null) throw new TypeError('tx and rx are null; expected a channel, to send or to receive');
  if (channel !== null) {
    assertObject('tx', channel);
    assertFunction('tx.send', channel.send);
  }

  const turns = new Turns();
  const inbox = new Inbox();
  let signal: Uint8Array | undefined;

  const receiving = rx?.subscribe({
    next: (message) => {
      inbox.put(() => (area.rx ?? decode(message)).slice(0, MAX_MESSAGE));
      if (acknowledge) channel?.acknowledge();
    },
    error: (reason: unknown) => inbox.fail(reason),
    complete: () => inbox.end(),
  });

  const sender = (): Channel<Tx, Rx, Ack> => {
    if (channel === null) throw new NotSupportedError('there is no channel to send on');
    return channel;
  };

  return {
    signal(data) {
      void sender();
      signal = copy('signal', data, MAX_SIGNAL);
    },
    message(data) {
      const channel = sender();
      const message = copy('message', data, Math.min(MAX_MESSAGE, area.tx?.length ?? MAX_MESSAGE));
      const taken = signal;
      // Before the encoder: a signal that it refuses would spoil the next message, too.
      signal = undefined;
      const encoded = encode(area.tx && taken ? taken : message, taken);
      return turns.take(() => {
        outgoing = message;
        return channel.send(encoded).pipe(limit);
      });
    },
    read: () => (rx ? inbox.read$ : of(NO_RX)),
    readNow: () => (rx ? inbox.take() : NO_RX),
    close() {
      receiving?.unsubscribe();
      inbox.end();
      if (typeof tx === 'function') channel?.close();
    },
  };
}

const identity = <T>(bytes: T): T => bytes;

function asBytes(message: unknown): Uint8Array {
  if (isBytes(message)) return message;
  throw new TypeError(`the message is ${show(message)}; expected a Uint8Array, or the option decode`);
}

function copy(name: string, data: string | Uint8Array, most: number): Uint8Array<ArrayBuffer> {
  if (typeof data !== 'string' && !isBytes(data)) throw new TypeError(`${name} is ${show(data)}; expected a string or a Uint8Array`);
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : Uint8Array.from(data);
  if (bytes.length > most) throw new RangeError(`${name} has ${bytes.length} bytes; expected at most ${most}`);
  return bytes;
}

function assertArea(name: 'tx' | 'rx', area: unknown): void {
  if (area !== undefined && !isBytes(area)) throw new TypeError(`area.${name} is ${show(area)}; expected a Uint8Array`);
}

// By name rather than by class: it may come from another realm.
function isBytes(value: unknown): value is Uint8Array {
  return Object.prototype.toString.call(value) === '[object Uint8Array]';
}
