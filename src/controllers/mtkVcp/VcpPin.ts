/** One line of the table in which both processors agree which slots belong to which pin. */
export interface VcpPin {
  /** Which pin; 0 to 31. */
  readonly pin: number;
  /** Where its slots begin, in bytes from the start of the window; a multiple of 4, default `8 * pin`. */
  readonly offset?: number;
  /** How many bytes its slots have; a multiple of 4, default 8. 0 for a pin that is only a signal. */
  readonly size?: number;
}
