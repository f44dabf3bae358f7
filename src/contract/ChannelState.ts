/**
 * What a channel is doing: a snapshot, for tools.
 *
 * @see Linux: the summary of the mailbox controllers in debugfs
 */
export interface ChannelState {
  /** How it is called. */
  readonly name: string;
  /** Its number. */
  readonly index: number;
  /** The link takes messages. */
  readonly up: boolean;
  /** The channel has been closed. */
  readonly closed: boolean;
  /** How many messages wait. */
  readonly waiting: number;
  /** How many messages are in flight and have a sender who waits, or none at all. */
  readonly inFlight: number;
  /** How many slots are held for senders who have left. */
  readonly held: number;
  /** The link has refused the message that goes next. */
  readonly refused: boolean;
}
