import { VirtualTimeScheduler } from 'rxjs';

/** Virtual time for a fixture: each `settle()` advances it by 5 ms. */
export function virtualTime(): { scheduler: VirtualTimeScheduler; settle: () => void } {
  const scheduler = new VirtualTimeScheduler();
  const settle = (): void => {
    scheduler.maxFrames = scheduler.frame + 5;
    scheduler.flush();
    // `flush` leaves the clock at the last action.
    scheduler.frame = scheduler.maxFrames;
  };
  return { scheduler, settle };
}
