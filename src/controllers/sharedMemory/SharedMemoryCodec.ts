/**
 * Turns messages into bytes and back, for the shared-memory controller.
 *
 * An encoder that throws fails that message alone. A decoder that throws ends the link, with that error as `cause`: the message has not
 * been received, so its sender must not get a tx-done.
 *
 * @typeParam Tx - Messages to send.
 * @typeParam Rx - Messages received.
 */
export type SharedMemoryCodec<Tx, Rx = Tx> = Encoder<Tx> & {
  /**
   * Makes a message of the bytes that `encode` made at the other side.
   *
   * @param bytes - A copy of its own; with `inPlace` the shared memory itself.
   */
  decode(bytes: Uint8Array): Rx;
  /**
   * True: `decode` gets the bytes where they are, without a copy; default false. They are valid until the receivers have returned; then
   * the sender may write the next message there. A broken peer may change them at any time.
   */
  readonly inPlace?: boolean;
};

/** Either way to write a message; see {@link SharedMemoryCodec}. */
export type Encoder<Tx> =
  | {
      /** Makes the bytes of a message. */
      encode(message: Tx): Uint8Array;
    }
  | {
      /**
       * Writes a message directly into shared memory, without a copy.
       *
       * @param slot - As many bytes of shared memory as fit; they still hold an earlier message.
       * @returns How many bytes the message needs; more than `slot.length` fails it as too large.
       */
      encodeInto(message: Tx, slot: Uint8Array): number;
    };
