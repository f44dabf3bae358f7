/** Gives out the tokens of a mailbox; all of its channels share one. Tokens only grow. */
export interface TokenSource {
  /** The next token to be given out. */
  next: number;
}
