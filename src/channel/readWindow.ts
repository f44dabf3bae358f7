import { show } from '../contract/checks';
import { threwInstead } from '../contract/guards';
import type { OnBroken } from './callbacks';

/**
 * Reads a window that may change. What is no window counts as 0: nothing is handed over.
 *
 * @param most - The largest that the correlation allows.
 */
export function readWindow(controller: { readonly window?: number }, most: number, onBroken: OnBroken): number {
  try {
    const window: unknown = controller.window ?? 1;
    if (Number.isInteger(window) && (window as number) >= 0 && (window as number) <= most) return window as number;
    onBroken(new TypeError(`controller.window is ${show(window)}; expected an integer ${most === Infinity ? '>= 0' : `from 0 to ${most}`}`));
  } catch (error) {
    onBroken(threwInstead('controller.window', error));
  }
  return 0;
}
