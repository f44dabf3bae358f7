import type { TxDoneResult } from '../../contract/LinkEvent';

/** What `lastTxDone()` answers. */
export type PollAnswer<Ack> = boolean | TxDoneResult<Ack>;

/** One call of `lastTxDone()`. */
export interface Polled {
  /** The message asked about. */
  readonly token: number;
  /** When, in milliseconds of the controller's scheduler. */
  readonly at: number;
}
