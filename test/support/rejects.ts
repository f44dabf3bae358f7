/** Expects a call to throw one of the two errors for wrong arguments, and its text to say all of that. */
export function expectRejected(call: () => unknown, type: typeof TypeError | typeof RangeError, ...says: (string | RegExp)[]): void {
  expect(call).toThrow(type);
  for (const part of says) expect(call).toThrow(part);
}
