import { show } from '../contract/checks';
import { threwInstead } from '../contract/guards';
import type { OnBroken } from './callbacks';

/** A controller whose window may change. */
export interface DynamicWindow {
  readonly window?: number;
  readonly correlation: string;
}

/** Reads a window that may change. What is no window counts as 0: nothing is handed over. */
export function readWindow(controller: DynamicWindow, onBroken: OnBroken): number {
  try {
    const { window = 1, correlation } = controller;
    const most = correlation === 'untagged' ? 1 : Number.MAX_SAFE_INTEGER;
    if (Number.isInteger(window) && window >= 0 && window <= most) return window;
    const accepted = most === 1 ? 'an integer from 0 to 1' : 'an integer >= 0';
    onBroken(new TypeError(`controller.window is ${show(window)}; expected ${accepted}`));
  } catch (error) {
    onBroken(threwInstead('controller.window', error));
  }
  return 0;
}
