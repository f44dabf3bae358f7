import { config } from 'rxjs';

let errors: unknown[] = [];
let timers: (() => void)[] = [];
let capturing = false;

/**
 * Runs something with RxJS's reports of unhandled errors kept, for {@link takeUnhandled}, rather than thrown from timers.
 *
 * RxJS takes the global `setTimeout` for that and for nothing else here: all other time is virtual. May be nested; a long run captures
 * once, because replacing a global is not cheap.
 */
export function captureUnhandled<T>(run: () => T): T {
  if (capturing) return run();
  const { onUnhandledError } = config;
  const setTimer = globalThis.setTimeout;
  capturing = true;
  errors = [];
  timers = [];
  config.onUnhandledError = (error) => errors.push(error);
  globalThis.setTimeout = ((handler: () => void) => timers.push(handler)) as unknown as typeof setTimeout;
  try {
    return run();
  } finally {
    capturing = false;
    globalThis.setTimeout = setTimer;
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

const NONE: unknown[] = [];
