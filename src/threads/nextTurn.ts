/** Runs something after timers, input and output had their turn; in browsers without the delay of a timer. */
export function nextTurn(work: () => void): void {
  // Declared here, because only Node has it.
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
