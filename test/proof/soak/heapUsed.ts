/** The heap of this thread after a collection; undefined where Node was not started with `--expose-gc`. */
export function heapUsed(): number | undefined {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) return undefined;
  // What the first has freed may have held other things, e.g. through a FinalizationRegistry.
  gc();
  gc();
  return process.memoryUsage().heapUsed;
}
