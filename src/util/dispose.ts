/** `Symbol.dispose`, or a stand-in where the runtime has none: there the method is simply not found by anybody. */
export const DISPOSE: typeof Symbol.dispose = Symbol.dispose ?? (Symbol.for('rx-mailbox.dispose') as typeof Symbol.dispose);
