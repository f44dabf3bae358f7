/** `Symbol.dispose`. Where the runtime has none, a stand-in that nobody looks for. */
export const DISPOSE: typeof Symbol.dispose = Symbol.dispose ?? (Symbol.for('rx-mailbox.dispose') as typeof Symbol.dispose);
