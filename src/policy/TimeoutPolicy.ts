import type { SchedulerLike } from 'rxjs';
import { assertObject, assertTimeLimit } from '../contract/checks';
import { TxTimeoutError, type TxClock } from '../contract/errors';
import type { TimeLimit } from '../contract/TimeLimit';
import type { LeaveReason } from '../core/LeaveReason';
import { Deadline } from '../time/Deadline';
import type { Deadlines } from '../time/Deadlines';
import type { SharedClocks } from '../time/SharedClocks';
import type { TxPolicy, TxWatch, WatchedTransmission } from './TxPolicy';

const CLOCKS: readonly TxClock[] = ['total', 'queued', 'inFlight', 'silence'];

/** Checks the limits that were given. Returns them, or a copy that nobody can change. */
export function assertLimits(name: string, limit: unknown): TimeLimit {
  if (typeof limit === 'number') {
    assertTimeLimit(name, limit);
    return limit;
  }
  assertObject(name, limit);
  const limits = limit as Partial<Record<TxClock, number>>;
  const given = CLOCKS.filter((clock) => limits[clock] !== undefined);
  if (given.length === 0)
    throw new TypeError(`${name} has no clock; expected milliseconds, or at least one of queued, inFlight, total, silence`);
  for (const clock of given) assertTimeLimit(`${name}.${clock}`, limits[clock]);
  return { ...limits };
}

/** Bounds the time of each message it is applied to. */
export class TimeoutPolicy implements TxPolicy {
  constructor(
    private readonly limit: TimeLimit,
    private readonly scheduler: SchedulerLike | undefined,
  ) {}

  begin(transmission: WatchedTransmission, clocks: SharedClocks): void {
    const { limit } = this;
    const deadlines = clocks.deadlines(this.scheduler);
    if (typeof limit === 'number') startClock(transmission, deadlines, 'total', limit);
    else {
      for (const clock of CLOCKS) if (limit[clock] !== undefined) startClock(transmission, deadlines, clock, limit[clock]);
    }
  }
}

function startClock(transmission: WatchedTransmission, deadlines: Deadlines, clock: TxClock, limit: number): void {
  const watch = new ClockWatch(transmission, deadlines, clock, limit);
  transmission.addWatch(watch);
  if (clock === 'total' || clock === 'queued') deadlines.start(limit, watch);
}

/** One clock of one message. */
class ClockWatch extends Deadline implements TxWatch {
  other: TxWatch | undefined = undefined;

  constructor(
    private readonly transmission: WatchedTransmission,
    private readonly deadlines: Deadlines,
    private readonly clock: TxClock,
    private readonly limit: number,
  ) {
    super();
  }

  sent(): void {
    const { clock } = this;
    // The time in the queue goes on: the link may give the message back, and then this counts as before.
    if (clock === 'inFlight' || clock === 'silence') this.deadlines.start(this.limit, this);
  }

  progress(): void {
    if (this.clock !== 'silence') return;
    this.stop();
    this.deadlines.start(this.limit, this);
  }

  returned(): void {
    const { clock } = this;
    if (clock === 'inFlight' || clock === 'silence') this.stop();
    else if (clock === 'queued' && this.keeper === undefined) this.leave();
  }

  expired(): void {
    if (this.clock !== 'queued' || !this.transmission.inFlight) this.leave();
  }

  private leave(): void {
    const { clock, limit } = this;
    const reason: LeaveReason = (delivery) =>
      new TxTimeoutError(clock, limit, delivery, clock === 'silence' ? 'no tx-done and no progress' : undefined);
    this.transmission.leave(reason, false);
  }
}
