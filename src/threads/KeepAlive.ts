import { MAX_DELAY } from '../contract/checks';

/** Keeps a Node process or thread alive while it holds; does nothing in browsers. */
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

// Only its ref() and unref() matter, so it fires as seldom as possible.
function makeTimer(): { ref(): void; unref(): void } | undefined {
  const timer: unknown = setInterval(() => undefined, MAX_DELAY);
  if (typeof timer === 'object') return timer as { ref(): void; unref(): void };
  clearInterval(timer as number);
  return undefined;
}
