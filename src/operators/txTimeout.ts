import { asyncScheduler, Observable, type SchedulerLike } from 'rxjs';
import { TxTimeoutError, type TxClock } from '../errors';
import { assertObject, assertScheduler, assertTimeLimit } from '../internal/assert';
import type { Deadline, Deadlines } from '../internal/Deadlines';
import { leaveSource } from '../internal/leaving';
import type { TxPolicy } from '../internal/TxPolicy';
import type { TxRecord, TxWatch } from '../internal/TxRecord';
import { withPolicy } from '../Transmission';
import type { TxReceipt } from '../TxReceipt';

/** How long a transmission may take, in milliseconds, > 0 and at most 2³¹ − 1; a number is `total`. */
export type TimeLimit = number | TimeLimits;

/** One limit for each clock, in milliseconds; at least one. */
export interface TimeLimits {
  /** From subscription until the message is in flight. */
  queued?: number;
  /** From then until its tx-done. */
  inFlight?: number;
  /** From subscription until its outcome. */
  total?: number;
}

/**
 * Fails a transmission whose outcome is not known in time.
 *
 * Unlike RxJS `timeout` it tells a message that never left the queue (`delivery: 'not-sent'`) from one that is in flight (`'unknown'`), and
 * its error is also the one on `txDone$`. A message that times out while it waits is never sent; one in flight leaves its slot as the
 * controller's correlation demands, so that its late tx-done is credited to nobody.
 *
 * On what `channel.send()` returns all three clocks work and the result is a `Transmission` again; on any other Observable only `total`
 * does, so put the others before `retry`, `map` and the like. Applied before `retry`, each attempt has its own clocks; after it, all
 * attempts share one.
 *
 * Messages of one batch that share a `total` run out one after the other, and each that goes makes room for the next: on a device that
 * has fallen silent the rest of the batch is handed over in that moment. Give them a shorter `queued` limit where that matters.
 *
 * **Cancellation**: unsubscribing stops the clocks.
 *
 * @param limit - Milliseconds, or one limit for each clock.
 * @param scheduler - Where time comes from; default: the mailbox's scheduler on a `Transmission`, else `asyncScheduler`.
 * @returns An operator that mirrors its source. Error: `TxTimeoutError`, which says which clock ran out and how long it was.
 * @throws TypeError, RangeError - if a limit is wrong.
 * @example Give up after ten milliseconds
 * {@includeCode ../../test/operators/txTimeout.test.ts#example}
 * @see Linux: `tx_tout` of `struct mbox_client`, which has one clock and completes the wrong sender
 */
export function txTimeout(
  limit: TimeLimit,
  scheduler?: SchedulerLike,
): <R extends TxReceipt<unknown>>(source: Observable<R>) => Observable<R> {
  const limits = assertLimits(limit);
  if (scheduler !== undefined) assertScheduler('scheduler', scheduler);
  return (source) => withPolicy(source, new TimeoutPolicy(limits, scheduler)) ?? totalTimeout(source, limits, scheduler);
}

type Limits = Readonly<Partial<Record<TxClock, number>>>;

const CLOCKS: readonly TxClock[] = ['queued', 'inFlight', 'total'];

function assertLimits(limit: unknown): Limits {
  if (typeof limit === 'number') {
    assertTimeLimit('limit', limit);
    return { total: limit };
  }
  assertObject('limit', limit);
  const limits = limit as Limits;
  const given = CLOCKS.filter((clock) => limits[clock] !== undefined);
  if (given.length === 0) throw new TypeError('limit has no clock; expected milliseconds, or at least one of queued, inFlight, total');
  for (const clock of given) assertTimeLimit(`limit.${clock}`, limits[clock]);
  return { ...limits };
}

class TimeoutPolicy implements TxPolicy {
  constructor(
    private readonly limits: Limits,
    private readonly scheduler: SchedulerLike | undefined,
  ) {}

  begin(record: TxRecord<unknown, unknown>, environment: { deadlines(scheduler?: SchedulerLike): Deadlines }): void {
    record.watch(new TxClocks(record, this.limits, environment.deadlines(this.scheduler)));
  }
}

/** The clocks of one message. At most two run at once: the total one, and that of the part it is in. */
class TxClocks implements TxWatch {
  private readonly total: Deadline | undefined;
  private part: Deadline | undefined;

  constructor(
    private readonly record: TxRecord<unknown, unknown>,
    private readonly limits: Limits,
    private readonly deadlines: Deadlines,
  ) {
    this.total = this.start('total');
    this.part = this.start('queued');
  }

  sent(): void {
    this.part?.stop();
    this.part = this.start('inFlight');
  }

  stop(): void {
    this.total?.stop();
    this.part?.stop();
  }

  private start(clock: TxClock): Deadline | undefined {
    const limit = this.limits[clock];
    if (limit === undefined) return undefined;
    return this.deadlines.start(limit, () => this.record.leave((delivery) => new TxTimeoutError(clock, limit, delivery)));
  }
}

function totalTimeout<R>(source: Observable<R>, limits: Limits, scheduler: SchedulerLike = asyncScheduler): Observable<R> {
  const { queued, inFlight, total } = limits;
  if (queued !== undefined || inFlight !== undefined || total === undefined) {
    throw new TypeError("limit.queued and limit.inFlight need what channel.send() returns; put txTimeout before 'retry', 'map', …");
  }
  return leaveSource(source, (leave) => {
    const timer = scheduler.schedule(() => leave((delivery) => new TxTimeoutError('total', total, delivery)), total);
    return () => timer.unsubscribe();
  });
}
