/** Whether a thread can be woken without a message port. */
export function hasWaitAsync(): boolean {
  return typeof (Atomics as Partial<typeof Atomics>).waitAsync === 'function';
}
