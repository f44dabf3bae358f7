import { assertFunction, assertObject, assertOneOf, show } from '../../contract/checks';

/**
 * Turns messages into bytes and back, for the shared-memory controller.
 *
 * An encoder that throws fails that message alone. A decoder that throws ends the link, with that error as `cause`: the message has not
 * been received, so its sender must not be told that it has.
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
   * True: `decode` gets the bytes where they are, without a copy; default false. They are valid until the receivers have returned, then
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
       * Writes a message where it is going to be sent from, without a copy.
       *
       * @param slot - As many bytes of shared memory as fit; what they hold is left over from an earlier message.
       * @returns How many bytes the message needs; more than `slot.length` fails it as too large.
       */
      encodeInto(message: Tx, slot: Uint8Array): number;
    };

/** A codec with its encoder found. */
export interface Transcoder<Tx, Rx> {
  encode?: ((message: Tx) => Uint8Array) | undefined;
  encodeInto?: ((message: Tx, slot: Uint8Array) => number) | undefined;
  decode(bytes: Uint8Array): Rx;
  readonly inPlace?: boolean | undefined;
}

const identity = (bytes: Uint8Array): Uint8Array => bytes;

function json(): Transcoder<unknown, unknown> {
  const encoder = new TextEncoder();
  // Bytes that are not text are a broken peer's: an error, never replacement characters.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return {
    // JSON has no text for `undefined`, and no value has an empty text.
    encode(message) {
      if (message === undefined) return new Uint8Array(0);
      const text = JSON.stringify(message) as string | undefined;
      if (text === undefined) throw new TypeError(`message is ${show(message)}; expected a value that JSON can express`);
      return encoder.encode(text);
    },
    decode: (bytes) => (bytes.length === 0 ? undefined : JSON.parse(decoder.decode(bytes))) as unknown,
  };
}

export function findCodec<Tx, Rx>(codec: unknown): Transcoder<Tx, Rx> {
  if (typeof codec === 'string') {
    assertOneOf('codec', codec, ['bytes', 'view', 'json']);
    const found: unknown = codec === 'json' ? json() : { encode: identity, decode: identity, inPlace: codec === 'view' };
    return found as Transcoder<Tx, Rx>;
  }
  assertObject('codec', codec);
  const { encode, encodeInto, decode } = codec as Transcoder<Tx, Rx>;
  if (encodeInto === undefined) assertFunction('codec.encode', encode);
  else assertFunction('codec.encodeInto', encodeInto);
  assertFunction('codec.decode', decode);
  return codec as Transcoder<Tx, Rx>;
}
