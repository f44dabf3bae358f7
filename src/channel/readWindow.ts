import { show } from '../contract/checks';
import { threwInstead } from '../contract/guards';
import type { OnBroken } from './callbacks';

/** Reads a window that may change. What is no window counts as 0: nothing is handed over. */
export function readWindow(controller: { readonly window?: number }, onBroken: OnBroken): number {
  try {
    const window: unknown = controller.window ?? 1;
    if (typeof window === 'number' && window >= 0) return window;
    onBroken(new TypeError(`controller.window is ${show(window)}; expected an integer >= 0`));
  } catch (error) {
    onBroken(threwInstead('controller.window', error));
  }
  return 0;
}
