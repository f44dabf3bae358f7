/**
 * Turns errors into plain objects with all their fields, also inside arrays, plain objects and notifications.
 *
 * Test runners compare errors by their message alone. The copy is compared by name, message, cause, code and every other field except the
 * stack. What `materialize()` emits becomes an `ObservableNotification`. Anything else is returned as it is.
 *
 * @param value - Anything.
 * @returns A copy without errors.
 * @example
 * {@includeCode ../../test/unit/testing/plain.test.ts#example}
 */
export function plain(value: unknown): unknown {
  return copy(value, new Map());
}

function copy(value: unknown, seen: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (seen.has(value)) return seen.get(value);
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    seen.set(value, items);
    // Setting the length, then only the items that exist, keeps holes.
    items.length = value.length;
    value.forEach((item, i) => (items[i] = copy(item, seen)));
    return items;
  }
  if (isNotification(value)) {
    const { kind, value: next, error } = value;
    return copy(kind === 'N' ? { kind, value: next } : kind === 'E' ? { kind, error } : { kind }, seen);
  }
  if (!isError(value) && !isPlain(value)) return value;
  const fields: Record<string | symbol, unknown> = {};
  seen.set(value, fields);
  if (isError(value)) {
    fields['name'] = value.name;
    fields['message'] = value.message;
    // Own property names, because `cause` and `errors` are not enumerable. The brand of our errors, a symbol, adds nothing to their name.
    for (const key of Object.getOwnPropertyNames(value)) if (key !== 'stack') fields[key] = copy(Reflect.get(value, key), seen);
  } else {
    for (const key of Reflect.ownKeys(value)) fields[key] = copy(Reflect.get(value, key), seen);
  }
  return fields;
}

// Test runners use several realms, so `instanceof Error` misses errors that Node itself creates.
function isError(value: object): value is Error {
  return value instanceof Error || /^\[object (Error|DOMException)\]$/.test(Object.prototype.toString.call(value));
}

// By its shape: the class of what `materialize()` emits is deprecated.
function isNotification(value: object): value is { kind: string; value: unknown; error: unknown } {
  return 'kind' in value && 'observe' in value && typeof value.observe === 'function';
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
