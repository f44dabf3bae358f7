/** Lets the current turn end. Not in virtual time, where no microtask comes in between: there time has to go by. */
export function turnEnd(): Promise<void> {
  return Promise.resolve();
}
