import type { SharedClocks } from '../time/SharedClocks';
import type { TxRecord } from '../channel/TxRecord';

/** A rule that a tx operator adds to a Transmission; shared by all its subscriptions. */
export interface TxPolicy {
  /**
   * Called on subscription, before the message is offered to the queue. Adds what it needs with `record.addWatch()`; `record.leave()` from
   * here refuses the message, so that it is not sent and makes no report.
   */
  begin(record: TxRecord<unknown, unknown>, environment: SharedClocks): void;
}

/** Two rules, the first one first; so a Transmission has one rule at most. */
export class BothPolicies implements TxPolicy {
  constructor(
    private readonly first: TxPolicy,
    private readonly second: TxPolicy,
  ) {}

  begin(record: TxRecord<unknown, unknown>, environment: SharedClocks): void {
    this.first.begin(record, environment);
    if (record.fresh) this.second.begin(record, environment);
  }
}
