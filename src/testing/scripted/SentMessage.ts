/**
 * A message that a scripted link was handed.
 *
 * @typeParam Tx - Messages to send.
 */
export interface SentMessage<Tx> {
  /** The message itself, not a copy. */
  readonly message: Tx;
  /** Its token. */
  readonly token: number;
  /** When, in milliseconds of the controller's scheduler; under a `TestScheduler`, the frame. */
  readonly at: number;
}
