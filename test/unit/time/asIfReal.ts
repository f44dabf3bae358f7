type Library = typeof import('rx-mailbox');
type Testing = typeof import('rx-mailbox/testing');

/**
 * The library as it is in real time, in a time that the test rules.
 *
 * It takes the timers that are there when it is loaded for the real ones. Here those are fake ones, which stay installed.
 *
 * @param beforeLoad - What else is to be replaced before the library is loaded.
 */
export function asIfReal(beforeLoad?: () => void): { library: Library; testing: Testing } {
  jest.useFakeTimers();
  // What tells them from real ones.
  for (const timer of [setTimeout, setInterval]) delete (timer as { clock?: unknown }).clock;
  beforeLoad?.();
  let loaded: { library: Library; testing: Testing } | undefined;
  jest.isolateModules(() => {
    loaded = {
      library: jest.requireActual<Library>('rx-mailbox'),
      testing: jest.requireActual<Testing>('rx-mailbox/testing'),
    };
  });
  return loaded!;
}
