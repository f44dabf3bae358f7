import { show } from '../contract/checks';
import { threwInstead } from '../contract/guards';

/** A window that somebody else's code computes. */
export interface ComputedWindow {
  /** How error texts call it. */
  readonly name: string;
  read(): unknown;
  accepts(window: unknown): boolean;
  /** What is accepted, for error texts. */
  readonly expected: string;
}

/**
 * Makes what reads a window that may change. What is no window counts as 0: nothing is handed over.
 *
 * It reports nonsense only once, because a window is read often, also after each report. After a valid value it may report again.
 */
export function windowReader({ name, read, accepts, expected }: ComputedWindow, onBroken: (error: TypeError) => void): () => number {
  let reported = false;
  const wrong = (error: TypeError): number => {
    if (!reported) onBroken(error);
    reported = true;
    return 0;
  };
  return () => {
    try {
      const window = read();
      if (!accepts(window)) return wrong(new TypeError(`${name} is ${show(window)}; expected ${expected}`));
      reported = false;
      return window as number;
    } catch (error) {
      return wrong(threwInstead(name, error));
    }
  };
}

export function isInteger(window: unknown, most: number): boolean {
  return Number.isInteger(window) && (window as number) >= 0 && (window as number) <= most;
}
