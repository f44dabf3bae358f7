import type { TxEnvironment } from './TxEnvironment';
import type { TxRecord } from './TxRecord';

/** A rule that a tx operator adds to a Transmission; shared by all its subscriptions. */
export interface TxPolicy {
  /**
   * Called on subscription, before the message is offered to the queue. Adds what it needs with `record.watch()`; `record.leave()` from
   * here refuses the message, so that it is not sent and makes no report.
   */
  begin(record: TxRecord<unknown, unknown>, environment: TxEnvironment): void;
}
