import { config } from 'rxjs';

/** Runs something and counts what RxJS reports as unhandled, which it does from timers of its own. */
export async function countUnhandled(run: () => unknown): Promise<number> {
  let count = 0;
  config.onUnhandledError = () => count++;
  await run();
  await new Promise((resolve) => setTimeout(resolve));
  return count;
}
