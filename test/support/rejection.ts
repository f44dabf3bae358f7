/** A promise that rejects, as of an async callback. Jest fails a test in which nobody handles the rejection. */
export function rejection(reason: unknown = new Error('async oops')): Promise<never> {
  return Promise.reject(reason);
}
