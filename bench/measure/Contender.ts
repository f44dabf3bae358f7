/** Somebody who sends messages; each benchmark holds one of each in one process. */
export interface Contender {
  readonly name: string;
  /** Sends so many messages; resolves when the last of them is done. Only this is timed. */
  run(count: number): Promise<void>;
  /** How many messages were completed, ever, as the senders and, where it is another one, as the receiver counts them. */
  completed(): { senders: number; receiver: number } | Promise<{ senders: number; receiver: number }>;
  close?(): unknown;
}
