import { config } from 'rxjs';

let errors: unknown[] = [];
let timers: (() => void)[] = [];
let microtasks: (() => void)[] = [];
let capturing = false;

const { setTimeout } = globalThis;

// In place before the library is imported: timers that are replaced later look like fake ones, and here all other time is virtual.
globalThis.setTimeout = ((handler: () => void, ...rest: number[]) =>
  capturing ? timers.push(handler) : setTimeout(handler, ...rest)) as unknown as typeof setTimeout;

/**
 * Runs something with what comes later kept: RxJS's reports of unhandled errors, for {@link takeUnhandled}, rather than thrown from timers;
 * and microtasks, for {@link runMicrotasks}, so that the end of a turn is a step like any other.
 *
 * RxJS takes the global `setTimeout` for its reports and for nothing else here. May be nested; a long run captures once, because replacing a
 * global is not cheap.
 */
export function captureUnhandled<T>(run: () => T): T {
  if (capturing) return run();
  const { onUnhandledError } = config;
  const { then } = Promise.prototype;
  capturing = true;
  errors = [];
  timers = [];
  config.onUnhandledError = (error) => errors.push(error);
  Promise.prototype.then = function (this: Promise<unknown>, fulfilled: unknown, ...rest: unknown[]) {
    if (rest.length > 0) return (then as (...args: unknown[]) => unknown).call(this, fulfilled, ...rest);
    microtasks.push(fulfilled as () => void);
    return this;
  } as typeof then;
  try {
    return run();
  } finally {
    capturing = false;
    Promise.prototype.then = then;
    config.onUnhandledError = onUnhandledError;
  }
}

/** What was reported since. */
export function takeUnhandled(): readonly unknown[] {
  if (timers.length === 0) return NONE;
  const due = timers;
  timers = [];
  for (const timer of due) timer();
  const taken = errors;
  errors = [];
  return taken;
}

/** Runs the microtasks that there are. Returns how many. */
export function runMicrotasks(): number {
  const due = microtasks;
  microtasks = [];
  for (const microtask of due) microtask();
  return due.length;
}

/** Those of another world mean nothing here. */
export function forgetMicrotasks(): void {
  microtasks = [];
}

const NONE: unknown[] = [];
