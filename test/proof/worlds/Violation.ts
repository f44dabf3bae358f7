/** The library did something that the contract forbids, or did not do what it demands. */
export class Violation extends Error {
  override readonly name = 'Violation';

  /**
   * @param rule - Where the contract says so.
   * @param expected - What it says.
   * @param got - What was seen.
   */
  constructor(
    readonly rule: string,
    readonly expected: string,
    readonly got: string,
  ) {
    super(`${rule}: expected ${expected}; got ${got}`);
  }
}

/** A trace asks for something that cannot happen then. */
export class NotPossible extends Error {
  override readonly name = 'NotPossible';

  constructor(step: string) {
    super(`not possible here: ${step}`);
  }
}
