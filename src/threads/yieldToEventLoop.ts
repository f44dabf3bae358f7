/** Lets timers, input and output run, then calls back. In browsers that is faster than a timer, which has a minimum delay. */
export function yieldToEventLoop(work: () => void): void {
  // Only Node has it, so its type is not declared elsewhere.
  const { setImmediate } = globalThis as { setImmediate?: (work: () => void) => void };
  if (setImmediate) {
    setImmediate(work);
    return;
  }
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    work();
  };
  port2.postMessage(undefined);
}
