import { config } from 'rxjs';

/**
 * Runs something and returns what RxJS reported as unhandled meanwhile, at once rather than from timers.
 *
 * RxJS takes the global `setTimeout` for that and for nothing else here: all other time is virtual.
 */
export function collectUnhandled(run: () => void): unknown[] {
  let errors: unknown[] | undefined;
  const { onUnhandledError } = config;
  const setTimer = globalThis.setTimeout;
  const timers: (() => void)[] = [];
  config.onUnhandledError = (error) => (errors ??= []).push(error);
  globalThis.setTimeout = ((handler: () => void) => timers.push(handler)) as unknown as typeof setTimeout;
  try {
    run();
    for (const timer of timers) timer();
  } finally {
    globalThis.setTimeout = setTimer;
    config.onUnhandledError = onUnhandledError;
  }
  return errors ?? NONE;
}

const NONE: unknown[] = [];
