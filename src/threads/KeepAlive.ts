import { MAX_DELAY } from '../contract/checks';

/** Keeps a Node process or thread alive while it holds; elsewhere it has nothing to do. */
export class KeepAlive {
  private timer: { ref(): void; unref(): void } | undefined = undefined;
  private holding = false;

  hold(wanted: boolean): void {
    if (wanted === this.holding) return;
    this.holding = wanted;
    if (!wanted) this.timer?.unref();
    else if (this.timer) this.timer.ref();
    else this.timer = makeTimer();
  }

  close(): void {
    this.hold(false);
    if (this.timer) clearInterval(this.timer as unknown as number);
  }
}

// A handle to hold on to, not a clock: its interval never matters.
function makeTimer(): { ref(): void; unref(): void } | undefined {
  const timer: unknown = setInterval(() => undefined, MAX_DELAY);
  if (typeof timer === 'object') return timer as { ref(): void; unref(): void };
  clearInterval(timer as number);
  return undefined;
}
