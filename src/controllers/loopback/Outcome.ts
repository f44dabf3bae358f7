/** What a tx-done of the loopback carries. */
export interface Outcome<Ack> {
  ack?: Ack;
  error?: unknown;
}

/** Makes an ack; what that throws is the outcome's error. */
export function outcomeOf<Ack>(makeAck: () => Ack): Outcome<Ack> {
  try {
    return { ack: makeAck() };
  } catch (error) {
    // An `undefined` error would mean success.
    return { error: error ?? new Error(`ack threw ${String(error)}`) };
  }
}
