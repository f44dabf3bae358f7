/**
 * A base class with the prototype of another one, whose constructor it leaves out.
 *
 * For classes of RxJS that are extended on the hot path: calling their constructors, written in ES5, costs more than everything else that is
 * done there. Only for what they initialise to nothing; RxJS treats those fields alike when they are missing.
 */
export function bare<C extends abstract new (...args: never[]) => object>(constructed: C): C {
  function Bare(): void {
    // Nothing is initialised.
  }
  Bare.prototype = constructed.prototype as object;
  return Bare as unknown as C;
}
