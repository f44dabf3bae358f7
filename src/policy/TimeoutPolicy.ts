import type { SchedulerLike } from 'rxjs';
import type { LeaveReason } from '../core/TxMachine';
import { TxTimeoutError, type TxClock } from '../contract/errors';
import type { TimeLimit } from '../contract/TimeLimit';
import { assertObject, assertTimeLimit } from '../contract/checks';
import { Deadline, type Deadlines } from '../time/Deadlines';
import type { SharedClocks } from '../time/SharedClocks';
import type { TxPolicy } from './TxPolicy';
import type { TxRecord, TxWatch } from '../channel/TxRecord';

const CLOCKS: readonly TxClock[] = ['total', 'queued', 'inFlight'];

/** Checks the limits that were given; returns them, or a copy that nobody can change. */
export function assertLimits(name: string, limit: unknown): TimeLimit {
  if (typeof limit === 'number') {
    assertTimeLimit(name, limit);
    return limit;
  }
  assertObject(name, limit);
  const limits = limit as Partial<Record<TxClock, number>>;
  const given = CLOCKS.filter((clock) => limits[clock] !== undefined);
  if (given.length === 0) throw new TypeError(`${name} has no clock; expected milliseconds, or at least one of queued, inFlight, total`);
  for (const clock of given) assertTimeLimit(`${name}.${clock}`, limits[clock]);
  return { ...limits };
}

/** Bounds the time of each message it is applied to. */
export class TimeoutPolicy implements TxPolicy {
  constructor(
    private readonly limit: TimeLimit,
    private readonly scheduler: SchedulerLike | undefined,
  ) {}

  begin(record: TxRecord<unknown, unknown>, environment: SharedClocks): void {
    const { limit } = this;
    const deadlines = environment.deadlines(this.scheduler);
    if (typeof limit === 'number') watchClock(record, deadlines, 'total', limit);
    else {
      for (const clock of CLOCKS) if (limit[clock] !== undefined) watchClock(record, deadlines, clock, limit[clock]);
    }
  }
}

function watchClock(record: TxRecord<unknown, unknown>, deadlines: Deadlines, clock: TxClock, limit: number): void {
  const watch = new ClockWatch(record, deadlines, clock, limit);
  record.addWatch(watch);
  if (clock !== 'inFlight') deadlines.start(limit, watch);
}

/** One clock of one message. */
class ClockWatch extends Deadline implements TxWatch {
  other: TxWatch | undefined = undefined;

  constructor(
    private readonly record: TxRecord<unknown, unknown>,
    private readonly deadlines: Deadlines,
    private readonly clock: TxClock,
    private readonly limit: number,
  ) {
    super();
  }

  check(): void {
    // A clock that has run out has already left.
  }

  sent(): void {
    if (this.clock === 'queued') this.stop();
    else if (this.clock === 'inFlight') this.deadlines.start(this.limit, this);
  }

  expired(): void {
    const { clock, limit } = this;
    const reason: LeaveReason = (delivery) => new TxTimeoutError(clock, limit, delivery);
    this.record.leave(reason);
  }
}
