interface NodeProcess {
  getBuiltinModule?(name: 'node:worker_threads'): { isMainThread: boolean } | undefined;
}

/** Whether this is a worker: a thread that nobody looks at, so that it may be busy for a moment. Not known: no. */
export function inWorker(): boolean {
  const { process, WorkerGlobalScope, self } = globalThis as {
    process?: NodeProcess;
    WorkerGlobalScope?: new () => object;
    self?: unknown;
  };
  if (WorkerGlobalScope !== undefined) return self instanceof WorkerGlobalScope;
  // Without an import, which would have to be kept from bundles for browsers.
  return process?.getBuiltinModule?.('node:worker_threads')?.isMainThread === false;
}
