import { VirtualTimeScheduler } from 'rxjs';

/** Virtual time for a fixture: each `settle()` is 5 ms. */
export function virtualTime(): { scheduler: VirtualTimeScheduler; settle: () => void } {
  const scheduler = new VirtualTimeScheduler();
  const settle = (): void => {
    scheduler.maxFrames = scheduler.frame + 5;
    scheduler.flush();
    // By itself it stops at the last thing that happened.
    scheduler.frame = scheduler.maxFrames;
  };
  return { scheduler, settle };
}
