/* eslint @typescript-eslint/no-unnecessary-type-parameters: off -- types are compared by what is generic in them */

/** True only for two types that are the same, `any` and `never` included. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only for the type that is named. */
export function expectType<T>(_value: T): void {
  // The compiler does the work.
}
