import type { Observable } from 'rxjs';
import type { TimeLimit } from '../../contract/TimeLimit';

/** Memory that both sides share, for protocols that keep messages there and use the mailbox only as a signal. */
export interface MailboxTestArea {
  /** A message is written here right before its mailbox message is handed over. The rest of the first 128 bytes becomes zeros. */
  tx?: Uint8Array;
  /** Up to 128 bytes are read here when a mailbox message is received. The content of that message is then ignored. */
  rx?: Uint8Array;
}

/**
 * Options of {@link mailboxTest}.
 *
 * @typeParam Tx - What the channel sends.
 * @typeParam Rx - What is received.
 */
export interface MailboxTestOptions<Tx, Rx> {
  /** Where messages come from; default: the channel that sends. `null`: nothing is received. */
  rx?: Observable<Rx> | null;
  /**
   * Makes a mailbox message from bytes: from the signal if there are a signal and an `area.tx`, otherwise from the message. The signal is
   * also the second argument, for channels that carry both. What it throws, `message` throws. Default: the bytes as they are.
   */
  encode?: (bytes: Uint8Array, signal: Uint8Array | undefined) => Tx;
  /** Makes bytes from a mailbox message; the first 128 are kept. Default: the message has to be bytes. */
  decode?: (message: Rx) => Uint8Array;
  /** Memory that both sides share; default: none. */
  area?: MailboxTestArea;
  /** How long a message may take, in milliseconds, as for `txTimeout`; default 500. The time behind earlier messages does not count. */
  timeout?: TimeLimit;
  /**
   * Treats every received message as the tx-done of the oldest message in flight; default false. For `'ack'` channels whose protocol
   * answers every message. On other channels `acknowledge()` throws, so this must be false.
   */
  acknowledge?: boolean;
}
