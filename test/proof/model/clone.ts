/** A deep copy with classes, shared and circular references. Frozen objects are values, and stay as they are. */
export function clone<T>(value: T, copies = new Map<object, object>()): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const known = copies.get(value);
  if (known) return known as T;
  const copy: object = Array.isArray(value)
    ? []
    : value instanceof Map
      ? new Map()
      : value instanceof Set
        ? new Set()
        : (Object.create(Object.getPrototypeOf(value) as object) as object);
  copies.set(value, copy);
  if (value instanceof Map) for (const [key, entry] of value) (copy as Map<unknown, unknown>).set(clone(key, copies), clone(entry, copies));
  else if (value instanceof Set) for (const entry of value) (copy as Set<unknown>).add(clone(entry, copies));
  else for (const [key, entry] of Object.entries(value)) (copy as Record<string, unknown>)[key] = clone(entry as unknown, copies);
  return copy as T;
}
