import { of, type Observable } from 'rxjs';
import type { Channel } from '../../Channel';
import { assertFunction, assertObject, show } from '../../contract/checks';
import { txTimeout } from '../../operators/txTimeout';
import type { TxReceipt } from '../../contract/TxReceipt';
import { asBytes, isBytes, MAX_MESSAGE } from './bytes';
import { Inbox } from './Inbox';
import type { MailboxTestOptions } from './MailboxTestOptions';
import { Outbox } from './Outbox';
import { TxArea } from './TxArea';

/**
 * Sends by hand and shows what arrives; made by {@link mailboxTest}.
 *
 * @typeParam Ack - What a tx-done carries.
 */
export interface MailboxTest<Ack> {
  /**
   * Sets the signal of the next message.
   *
   * @param data - Up to 8 bytes; a text is sent as UTF-8. Replaces a signal that no message has used yet.
   * @throws RangeError for more than 8 bytes, TypeError for neither text nor bytes; NotSupportedError without a channel to send on.
   */
  signal(data: string | Uint8Array): void;
  /**
   * Makes a message that can be sent. It uses up the signal that was set. Cold: each subscription sends once.
   *
   * Messages go one at a time, in the order of their subscriptions, because they share the area.
   *
   * **Cancellation**: unsubscribing withdraws a waiting message; one in flight is left, as with every send.
   *
   * @param data - Up to 128 bytes, which are copied; a text is sent as UTF-8.
   * @returns The receipt; errors as those of `send`, and `TxTimeoutError`.
   * @throws RangeError for more than 128 bytes, or more than the area has; TypeError for neither text nor bytes; NotSupportedError
   *   without a channel to send on. After these the signal is still set. What `encode` throws; after that it is not.
   */
  message(data: string | Uint8Array): Observable<TxReceipt<Ack>>;
  /**
   * Reads the latest message, and waits for one if there is none. Reading clears it.
   *
   * **Cancellation**: unsubscribing stops waiting and clears nothing.
   *
   * @returns Cold. Emits once: lines of 16 bytes in hexadecimal and as ASCII, `<empty>` for a message without bytes, `<not understood: …>`
   *   where `decode` threw, or `<nothing can be received>`. Emits nothing if the channel completes first; errors as the channel does.
   */
  read(): Observable<string>;
  /**
   * Reads the latest message as {@link read} does, without waiting.
   *
   * @returns `undefined` if nothing was received since the last read.
   */
  readNow(): string | undefined;
  /** Stops receiving, completes pending {@link read}s, and closes the channel if it was requested here. */
  close(): void;
}

const NO_RX = '<nothing can be received>';

/**
 * Tries a channel by hand: sends signals and messages, and shows the latest message received as a dump.
 *
 * Unlike {@link ScriptedController} it takes the place of the application: it tries the controller, and the device behind that.
 *
 * It does not check what the bytes mean. For a channel whose messages are not bytes, `encode` and `decode` convert them.
 *
 * @typeParam Tx - What the channel sends.
 * @typeParam Rx - What that channel receives.
 * @typeParam Ack - What a tx-done carries.
 * @typeParam In - What is received, where `rx` is another channel.
 * @param tx - The channel that sends. With an `area.tx`, a function that requests the channel with the options it is given. `null` for a
 *   test that only receives.
 * @param options - See {@link MailboxTestOptions}.
 * @returns The test; close it at the end.
 * @throws TypeError, RangeError - for an invalid option, and where there is neither a channel to send on nor anything to receive from.
 * @example A channel of bytes
 * {@includeCode ../../../test/unit/testing/mailboxTest/mailboxTest.test.ts#example}
 * @example Words, with the message in memory that both processors see
 * {@includeCode ../../../test/unit/testing/mailboxTest/mailboxTest.test.ts#area}
 * @see Linux: drivers/mailbox/mailbox-test.c
 */
export function mailboxTest<Tx = Uint8Array, Rx = Uint8Array, Ack = void, In = Rx>(
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the channel answers
  tx: Channel<Tx, Rx, Ack, any> | ((options: { txPrepare(): void }) => Channel<Tx, Rx, Ack, any>) | null,
  options: MailboxTestOptions<Tx, In> = {},
): MailboxTest<Ack> {
  assertOptions(options);
  const { encode = identity as (bytes: Uint8Array) => Tx, decode = asBytes, area = {}, timeout = 500, acknowledge = false } = options;
  const limit = txTimeout(timeout);
  if (area.tx !== undefined && typeof tx !== 'function') {
    throw new TypeError(`tx is ${show(tx)}; expected, for an area to send by, a function that requests the channel with its options`);
  }
  const txArea = new TxArea(area.tx);
  const channel = typeof tx === 'function' ? tx({ txPrepare: () => txArea.write() }) : tx;
  // By default the channel that sends also receives.
  const { rx = channel as Observable<unknown> as Observable<In> | null } = options;
  if (channel === null && rx === null) throw new TypeError('tx and rx are null; expected a channel, to send or to receive');
  if (channel !== null) {
    assertObject('tx', channel);
    assertFunction('tx.send', channel.send);
  }

  const outbox = new Outbox(channel, txArea, encode, limit);
  const inbox = new Inbox();
  const receiving = rx?.subscribe({
    next: (message) => {
      inbox.put(() => (area.rx ?? decode(message)).slice(0, MAX_MESSAGE));
      if (acknowledge) channel?.acknowledge();
    },
    error: (reason: unknown) => inbox.fail(reason),
    complete: () => inbox.end(),
  });

  return {
    signal: (data) => outbox.signal(data),
    message: (data) => outbox.message(data),
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

function assertOptions<Tx, Rx>(options: MailboxTestOptions<Tx, Rx>): void {
  assertObject('options', options);
  const { encode = identity, decode = asBytes, area = {}, rx } = options;
  assertFunction('encode', encode);
  assertFunction('decode', decode);
  assertObject('area', area);
  for (const name of ['tx', 'rx'] as const) {
    if (area[name] !== undefined && !isBytes(area[name])) throw new TypeError(`area.${name} is ${show(area[name])}; expected a Uint8Array`);
  }
  if (rx) assertFunction('rx.pipe', rx.pipe);
}
