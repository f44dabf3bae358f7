import type { Observable } from 'rxjs';
import type { TimeLimit } from '../../contract/TimeLimit';

/** Memory that both sides see, for protocols whose messages lie there while the mailbox only signals. */
export interface MailboxTestArea {
  /** Where a message is written, right before its mailbox message is handed over; what is left of the first 128 bytes becomes zeros. */
  tx?: Uint8Array;
  /** What is read when something is received, up to 128 bytes; then the mailbox message itself does not matter. */
  rx?: Uint8Array;
}

/**
 * Options of {@link mailboxTest}.
 *
 * @typeParam Tx - What the channel sends.
 * @typeParam Rx - What is received.
 */
export interface MailboxTestOptions<Tx, Rx> {
  /** Where messages come from; default: the channel that sends. `null`: nothing can be received. */
  rx?: Observable<Rx> | null;
  /**
   * Makes a mailbox message of bytes: of the signal where there are one and an area to send by, otherwise of the message. The signal is
   * given apart as well, for channels that carry both. What it throws, `message` throws. Default: the bytes as they are.
   */
  encode?: (bytes: Uint8Array, signal: Uint8Array | undefined) => Tx;
  /** Makes bytes of a mailbox message, of which the first 128 are kept; default: they are bytes already. */
  decode?: (message: Rx) => Uint8Array;
  /** Memory that both sides see; default: none. */
  area?: MailboxTestArea;
  /** How long a message may take, in milliseconds, as for `txTimeout`; default 500. Waiting for those before it does not count. */
  timeout?: TimeLimit;
  /**
   * Takes whatever is received for the tx-done of the oldest message in flight, for `'ack'` channels whose protocol answers every message;
   * default false. On other channels `acknowledge()` throws, and so would this.
   */
  acknowledge?: boolean;
}
