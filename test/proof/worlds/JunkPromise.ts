/** A promise that is rejected, and knows whether anybody handles that. */
export class JunkPromise implements PromiseLike<never> {
  handled = false;

  then(_fulfilled: unknown, rejected?: unknown): never {
    this.handled ||= typeof rejected === 'function';
    return undefined as never;
  }
}
