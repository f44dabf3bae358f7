import { asyncScheduler, type SchedulerLike } from 'rxjs';

const { setInterval: intervalOfImport } = globalThis;

/** A wall clock that says less than this is virtual, or has not been set. */
const LONG_AGO = 1e11;

/**
 * Whether RxJS's timers are fake: somebody has replaced `setInterval`, which it uses, since this library was imported, or those of the
 * import carry a clock, as sinon's and Jest's do. Such timers may be cleared, and never fire then.
 */
export function timersAreFake(): boolean {
  return globalThis.setInterval !== intervalOfImport || 'clock' in intervalOfImport;
}

/** Whether RxJS counts virtual time now, as inside `TestScheduler.run`. */
export function timeIsVirtual(): boolean {
  return virtualNow() !== undefined;
}

/** RxJS does not say whether its time is virtual. But then it is not what `Date` says. */
function virtualNow(): number | undefined {
  const now = asyncScheduler.now();
  // Read one after the other, two real clocks differ by a millisecond at most.
  return now > LONG_AGO || Math.abs(Date.now() - now) < 2 ? undefined : now;
}

/**
 * The default scheduler: the timers of `asyncScheduler`, and a clock that nobody can set.
 *
 * `performance` is looked up for each call, so it follows fake timers. Inside `TestScheduler.run` all of it follows virtual time.
 */
export const monotonicScheduler: SchedulerLike = {
  now: () => virtualNow() ?? performance.now(),
  schedule: <T>(...args: Parameters<typeof asyncScheduler.schedule<T>>) => asyncScheduler.schedule<T>(...args),
};
