import type { Observable, SchedulerLike } from 'rxjs';
import { TxTimeoutError } from '../contract/errors';
import { assertScheduler } from '../contract/checks';
import { leaveSource } from '../policy/leaveSource';
import { assertLimits, TimeoutPolicy } from '../policy/TimeoutPolicy';
import type { TimeLimit, TimeLimits } from '../contract/TimeLimit';
import { monotonicScheduler } from '../time/monotonic';
import { withPolicy } from '../Transmission';
import type { TxReceipt } from '../contract/TxReceipt';

/**
 * Fails a transmission whose outcome is not known in time.
 *
 * Unlike RxJS `timeout` it tells a message that never left the queue (`delivery: 'not-sent'`) from one that is in flight (`'unknown'`), and
 * its error is also the one on `txDone$`. A message that times out while it waits is never sent; one in flight leaves its slot as the
 * controller's correlation demands, so that its late tx-done is credited to nobody.
 *
 * On what `channel.send()` returns all clocks work and the result is a `Transmission` again; on any other Observable only `total`
 * does, so put the others before `retry`, `map` and the like. Applied before `retry`, each attempt has its own clocks; after it, all
 * attempts share one.
 *
 * Limits of one length that begin in one turn run out together: all of these messages leave, then the next one is handed over. That holds
 * for what `channel.send()` returns. Behind other operators each limit has a timer of its own, and a message that leaves makes room for the
 * next.
 *
 * A limit begins to count when the current turn ends, and never runs out early.
 *
 * **Cancellation**: unsubscribing stops the clocks.
 *
 * @param limit - Milliseconds, 1 to 2³¹ − 1, or one limit for each clock.
 * @param scheduler - Where time comes from; default: the mailbox's scheduler on a `Transmission`, else RxJS's timers.
 * @returns An operator that mirrors its source. Error: `TxTimeoutError`, which says which clock ran out and how long it was.
 * @throws TypeError, RangeError - if a limit is wrong.
 * @example Give up after ten milliseconds
 * {@includeCode ../../test/unit/operators/txTimeout.test.ts#example}
 * @see Linux: `tx_tout` of `struct mbox_client`, which has one clock and completes the wrong sender
 */
export function txTimeout(
  limit: TimeLimit,
  scheduler?: SchedulerLike,
): <R extends TxReceipt<unknown>>(source: Observable<R>) => Observable<R> {
  if (limit === lastLimit && scheduler === undefined) return lastOperator;
  const limits = assertLimits('limit', limit);
  if (scheduler !== undefined) assertScheduler('scheduler', scheduler);
  const policy = new TimeoutPolicy(limits, scheduler);
  const operator: Operator = (source) => withPolicy(source, policy) ?? totalTimeout(source, limits, scheduler);
  if (typeof limit !== 'number' || scheduler !== undefined) return operator;
  lastLimit = limit;
  return (lastOperator = operator);
}

type Operator = ReturnType<typeof txTimeout>;

// An operator keeps nothing of the sends it was applied to. Mostly the next limit is the same number, and needs no other one.
// At first none: nothing is equal to NaN.
let lastLimit = NaN;
let lastOperator: Operator;

function totalTimeout<R>(source: Observable<R>, limits: TimeLimit, scheduler: SchedulerLike = monotonicScheduler): Observable<R> {
  const { queued, inFlight, silence, total } = typeof limits === 'number' ? ({ total: limits } as TimeLimits) : limits;
  if (queued !== undefined || inFlight !== undefined || silence !== undefined || total === undefined) {
    throw new TypeError(
      "limit.queued, limit.inFlight and limit.silence need what channel.send() returns; put txTimeout before 'retry', 'map', …",
    );
  }
  return leaveSource(source, (leave) => {
    const timer = scheduler.schedule(() => leave((delivery) => new TxTimeoutError('total', total, delivery)), total);
    return () => timer.unsubscribe();
  });
}
