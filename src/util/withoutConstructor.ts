/**
 * A base class with the prototype of another one, whose constructor it leaves out.
 *
 * For classes of RxJS that are extended on the path of each message: their constructors, written in ES5, cost more than everything else
 * that is done there. Only for fields that they initialise to nothing. RxJS treats those fields alike when they are missing.
 */
export function withoutConstructor<C extends abstract new (...args: never[]) => object>(constructed: C): C {
  function Bare(): void {
    // Nothing is initialised.
  }
  Bare.prototype = constructed.prototype as object;
  return Bare as unknown as C;
}
