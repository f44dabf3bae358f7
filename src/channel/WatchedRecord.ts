import { IN_FLIGHT, NEW } from '../core/TxEntry';
import type { LeaveReason } from '../core/LeaveReason';
import type { TxWatch, WatchedTransmission } from '../policy/TxPolicy';
import { reportUnhandled } from '../util/reportUnhandled';
import { TxRecord, type WatchedMoment } from './TxRecord';

/** A record of a message that has a policy: it carries the clocks and listeners that the policy started. */
export class WatchedRecord<Tx, Ack> extends TxRecord<Tx, Ack> implements WatchedTransmission {
  override watch: TxWatch | undefined = undefined;

  addWatch(added: TxWatch): void {
    let { watch } = this;
    if (watch === undefined) this.watch = added;
    else {
      while (watch.other !== undefined) watch = watch.other;
      watch.other = added;
    }
  }

  leave(reason: LeaveReason, pausing: boolean): void {
    if (this.state === NEW) this.refuse(reason('not-sent'));
    else this.owner.leave(this, reason, pausing);
  }

  get inFlight(): boolean {
    return this.state === IN_FLIGHT;
  }

  callOut(name: string, callback: () => unknown): void {
    this.owner.callOut(name, callback, this.token);
  }

  override checkWatches(): void {
    for (let { watch } = this; watch !== undefined; watch = watch.other) watch.check?.();
  }

  override notifyWatches(what: WatchedMoment): void {
    for (let { watch } = this; watch !== undefined; watch = watch.other) {
      try {
        watch[what]?.(this.token);
      } catch (error) {
        // A scheduler has thrown. That must not keep others from their messages.
        reportUnhandled(error);
      }
    }
  }

  override stopWatches(): void {
    let { watch } = this;
    this.watch = undefined;
    for (; watch !== undefined; watch = watch.other) {
      try {
        watch.stop();
      } catch (error) {
        reportUnhandled(error);
      }
    }
  }
}
