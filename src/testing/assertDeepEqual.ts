/**
 * Compares two values, and throws when they differ.
 *
 * @param actual - What the test saw.
 * @param expected - What it should have seen.
 */
export type AssertDeepEqual = (actual: unknown, expected: unknown) => void;

/** Uses the global `expect` of the test runner, or the comparison below where there is none. */
export const assertDeepEqual: AssertDeepEqual = (actual, expected) => {
  const { expect } = globalThis as { expect?: (value: unknown) => { toStrictEqual?: (expected: unknown) => void } };
  const matchers = typeof expect === 'function' ? expect(actual) : undefined;
  if (matchers?.toStrictEqual) return matchers.toStrictEqual(expected);
  if (!equal(actual, expected, new Map())) throw new Error(`expected ${print(expected)}\nbut got  ${print(actual)}`);
};

/** Whether two values are deeply equal; objects of different classes are not. */
export function equal(a: unknown, b: unknown, seen = new Map<unknown, unknown>()): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  // A cycle: this pair is being compared already, and that comparison finds any difference.
  if (seen.get(a) === b) return true;
  seen.set(a, b);
  // Their contents are not properties.
  if (a instanceof Date) return a.getTime() === (b as Date).getTime();
  if (a instanceof Map || a instanceof Set) return equal([...a], [...(b as Map<unknown, unknown> | Set<unknown>)], seen);
  const keys = Reflect.ownKeys(a);
  return (
    keys.length === Reflect.ownKeys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equal(Reflect.get(a, key), Reflect.get(b, key), seen))
  );
}

function print(value: unknown): string {
  const seen = new Set<unknown>();
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null) return typeof item === 'string' || typeof item === 'boolean' ? item : String(item);
    if (seen.has(item)) return '(seen above)';
    seen.add(item);
    return item;
  });
}
