import type { TxReceipt } from '../contract/TxReceipt';
import { DONE } from '../core/TxEntry';
import type { TxOwner, TxRecord } from './TxRecord';
import { WatchedRecord } from './WatchedRecord';

/** Stands where a record has its sender: a promise has no observer. */
const NOBODY = {};

/** The record of a message whose sender is a promise. There is nothing to unsubscribe, so nothing of RxJS is needed. */
export class PromiseRecord<Tx, Ack> extends WatchedRecord<Tx, Ack> {
  constructor(
    owner: TxOwner<TxRecord<Tx, Ack>>,
    message: Tx,
    private readonly resolve: (receipt: TxReceipt<Ack>) => void,
    private readonly reject: (reason: unknown) => void,
  ) {
    super(owner, message, NOBODY);
  }

  override notifySender(): void {
    this.sender = undefined;
    if (this.state === DONE) this.resolve({ token: this.token, ack: this.outcome as Ack });
    else this.reject(this.outcome);
  }
}
