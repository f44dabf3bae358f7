/** An abort signal that counts its listeners, and how many there were at most. */
export class CountedSignal {
  readonly controller = new AbortController();
  readonly signal = this.controller.signal;
  listeners = 0;
  most = 0;

  constructor() {
    const { signal } = this;
    const { addEventListener, removeEventListener } = signal;
    const registered = new Set<unknown>();
    signal.addEventListener = (...args: unknown[]) => {
      registered.add(args[1]);
      this.listeners = registered.size;
      this.most = Math.max(this.most, this.listeners);
      Reflect.apply(addEventListener, signal, args);
    };
    signal.removeEventListener = (...args: unknown[]) => {
      registered.delete(args[1]);
      this.listeners = registered.size;
      Reflect.apply(removeEventListener, signal, args);
    };
  }
}
