import { assertFunction, assertObject, assertOneOf, show } from '../../contract/checks';

/** A `SharedMemoryCodec` in the form that the rings use: both kinds of encoder are optional members. */
export interface Transcoder<Tx, Rx> {
  encode?: ((message: Tx) => Uint8Array) | undefined;
  encodeInto?: ((message: Tx, slot: Uint8Array) => number) | undefined;
  decode(bytes: Uint8Array): Rx;
  readonly inPlace?: boolean | undefined;
}

/** Checks the option `codec`. */
export function toTranscoder<Tx, Rx>(codec: unknown): Transcoder<Tx, Rx> {
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

const identity = (bytes: Uint8Array): Uint8Array => bytes;

function json(): Transcoder<unknown, unknown> {
  const encoder = new TextEncoder();
  // Invalid UTF-8 comes from a broken peer: it has to fail, not turn into replacement characters.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return {
    // JSON cannot express `undefined`. An empty text stands for it, because no JSON text is empty.
    encode(message) {
      if (message === undefined) return new Uint8Array(0);
      const text = JSON.stringify(message) as string | undefined;
      if (text === undefined) throw new TypeError(`message is ${show(message)}; expected a value that JSON can express`);
      return encoder.encode(text);
    },
    decode: (bytes) => (bytes.length === 0 ? undefined : JSON.parse(decoder.decode(bytes))) as unknown,
  };
}
