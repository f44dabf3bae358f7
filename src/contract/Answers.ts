export declare const ANSWER: unique symbol;

/**
 * Says what the tx-dones for received messages carry. A type only: there is no such property.
 *
 * @typeParam Answer - What they carry.
 */
export interface Answers<Answer> {
  /** @internal */
  readonly [ANSWER]?: Answer;
}
