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
    const { window = 1 } = controller;
    if (Number.isInteger(window) && window >= 0 && window <= most) return window;
    onBroken(new TypeError(`controller.window is ${show(window)}; expected an integer ${most === Infinity ? '>= 0' : `from 0 to ${most}`}`));
  } catch (error) {
    onBroken(threwInstead('controller.window', error));
  }
  return 0;
}
