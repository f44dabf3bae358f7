/** The prototypes of all global classes. Some of them, such as EventTarget, are the same in every test file of a process. */
function prototypes(): object[] {
  const values = Object.getOwnPropertyNames(globalThis).map((name) => (globalThis as Record<string, unknown>)[name]);
  return values.flatMap((value) => {
    const prototype: unknown = typeof value === 'function' ? value.prototype : undefined;
    return typeof prototype === 'object' && prototype !== null ? [prototype] : [];
  });
}

const before = prototypes().map((prototype) => [prototype, Object.getOwnPropertyDescriptors(prototype)] as const);

/** Undoes what has been done to the prototypes of global classes since this module was loaded. */
export function restorePrototypes(): void {
  for (const [prototype, descriptors] of before) {
    for (const key of Reflect.ownKeys(prototype)) if (!Reflect.has(descriptors, key)) Reflect.deleteProperty(prototype, key);
    for (const key of Reflect.ownKeys(descriptors)) {
      Reflect.defineProperty(prototype, key, (descriptors as Record<string | symbol, PropertyDescriptor>)[key]!);
    }
  }
}
