/** How long a transmission may take, in milliseconds, 1 to 2³¹ − 1; a number is `total`. */
export type TimeLimit = number | TimeLimits;

/**
 * One limit for each clock, in milliseconds; at least one.
 *
 * @example As long as it takes, if the device says that it works
 * {@includeCode ../../docs/examples/silence.ts#example}
 */
export interface TimeLimits {
  /** From subscription until the message is in flight. A link that gives it back does not start it anew. */
  queued?: number;
  /** From then until its tx-done. */
  inFlight?: number;
  /** From subscription until its outcome. */
  total?: number;
  /** While it is in flight: since it was handed over, or since the last `progress` of the link. */
  silence?: number;
}
