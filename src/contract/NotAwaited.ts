/**
 * What a callback may return whose result nobody looks at: nothing, or anything but a promise, which nobody would wait for.
 *
 * A method that is declared to return `void` fits; an async function does not compile.
 */
export type NotAwaited =
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- so that methods of existing classes fit
  | void
  | null
  | string
  | number
  | boolean
  | bigint
  | symbol
  | (object & {
      /** None: it is no promise. */
      then?: never;
    });
