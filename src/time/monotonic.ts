import { asyncScheduler, type SchedulerLike } from 'rxjs';

const { setTimeout: timeoutOfImport, setInterval: intervalOfImport } = globalThis;

/** A wall clock that says less than this is virtual, or has not been set. */
const LONG_AGO = 1e11;

/** Somebody has replaced the timers since this library was imported, as fake timers do. Such timers may be cleared, and never fire then. */
export function timersAreFake(): boolean {
  return globalThis.setTimeout !== timeoutOfImport || globalThis.setInterval !== intervalOfImport;
}

/** Whether RxJS counts virtual time now, as inside `TestScheduler.run`. */
export function timeIsVirtual(): boolean {
  return virtualNow() !== undefined;
}

/** RxJS does not say whether its time is virtual. But then it is not what `Date` says. */
function virtualNow(): number | undefined {
  const now = asyncScheduler.now();
  if (now > LONG_AGO) return undefined;
  const before = Date.now();
  const again = asyncScheduler.now();
  return before <= again && again <= Date.now() ? undefined : now;
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
