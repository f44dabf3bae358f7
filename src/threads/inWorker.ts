interface NodeProcess {
  getBuiltinModule?(name: 'node:worker_threads'): { isMainThread: boolean } | undefined;
}

/** Whether this thread is a worker, so that no user notices when it is busy for a moment. False if that cannot be known. */
export function inWorker(): boolean {
  const { process, WorkerGlobalScope, self } = globalThis as {
    process?: NodeProcess;
    WorkerGlobalScope?: new () => object;
    self?: unknown;
  };
  if (WorkerGlobalScope !== undefined) return self instanceof WorkerGlobalScope;
  // An import would end up in bundles for browsers.
  return process?.getBuiltinModule?.('node:worker_threads')?.isMainThread === false;
}
