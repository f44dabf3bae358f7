// The core's inside, as somebody sees it who is about to break it.
/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-argument */

/** A method of which nothing is known. */
export type Method = (this: any, ...args: any[]) => any;

export interface BrokenCore {
  readonly name: string;
  readonly of: { readonly prototype: object };
  /** The method, or getter, that is replaced. */
  readonly member: string;
  readonly by: (original: Method) => Method;
}

export function broken(name: string, of: unknown, member: string, by: (original: Method) => Method): BrokenCore {
  return { name, of: of as BrokenCore['of'], member, by };
}

/** Runs something, which may be async, on a core that is broken meanwhile. */
export function withBroken<T>({ of, member, by }: BrokenCore, run: () => T): T {
  const { prototype } = of;
  const intact = Object.getOwnPropertyDescriptor(prototype, member);
  if (intact === undefined) throw new Error(`there is no ${member} to break`);
  const { get, value } = intact;
  const mend = (): void => void Object.defineProperty(prototype, member, intact);
  Object.defineProperty(prototype, member, get ? { ...intact, get: by(get) } : { ...intact, value: by(value) });
  let result: T | undefined;
  try {
    result = run();
    return result instanceof Promise ? (result.finally(mend) as T) : result;
  } finally {
    if (!(result instanceof Promise)) mend();
  }
}
