/**
 * A base class that inherits from another one and leaves out its constructor.
 *
 * For classes of RxJS that are extended on the path of each message: their constructors are ES5 functions, which V8 does not inline, and
 * their fields take memory. Only for fields that they initialise to nothing. RxJS treats those fields alike when they are missing.
 *
 * @param methods - Replace those of the same name; their types stay.
 */
export function withoutConstructor<C extends abstract new (...args: never[]) => object>(
  constructed: C,
  methods: Partial<Record<string, (this: never, ...args: never[]) => unknown>> = {},
): C {
  function Bare(): void {
    // Nothing is initialised.
  }
  Bare.prototype = Object.assign(Object.create(constructed.prototype as object) as object, methods);
  return Bare as unknown as C;
}
