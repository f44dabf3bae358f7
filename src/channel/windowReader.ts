import { show } from '../contract/checks';
import { threwInstead } from '../contract/guards';
import type { OnBroken } from './callbacks';

/**
 * Makes what reads a window that may change. What is no window counts as 0: nothing is handed over.
 *
 * It tells of nonsense once, until the window makes sense again: it is read often, also after each telling.
 *
 * @param most - The largest that the correlation allows.
 */
export function windowReader(controller: { readonly window?: number }, most: number, onBroken: OnBroken): () => number {
  let told = false;
  const wrong = (error: TypeError): number => {
    if (!told) onBroken(error);
    told = true;
    return 0;
  };
  return () => {
    try {
      const { window = 1 } = controller;
      if (!Number.isInteger(window) || window < 0 || window > most) {
        const expected = most === Infinity ? '>= 0' : `from 0 to ${most}`;
        return wrong(new TypeError(`controller.window is ${show(window)}; expected an integer ${expected}`));
      }
      told = false;
      return window;
    } catch (error) {
      return wrong(threwInstead('controller.window', error));
    }
  };
}
