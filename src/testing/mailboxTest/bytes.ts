import { show } from '../../contract/checks';

/** The most that an area or a mailbox message holds. */
export const MAX_MESSAGE = 128;

/** A copy of bytes, or of a text as UTF-8. */
export function copyBytes(name: string, data: string | Uint8Array, most: number): Uint8Array<ArrayBuffer> {
  if (typeof data !== 'string' && !isBytes(data)) throw new TypeError(`${name} is ${show(data)}; expected a string or a Uint8Array`);
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : Uint8Array.from(data);
  if (bytes.length > most) throw new RangeError(`${name} has ${bytes.length} bytes; expected at most ${most}`);
  return bytes;
}

/** The default of `decode`. */
export function asBytes(message: unknown): Uint8Array {
  if (isBytes(message)) return message;
  throw new TypeError(`the message is ${show(message)}; expected a Uint8Array, or the option decode`);
}

// By its tag, not by its class: it may come from another realm.
export function isBytes(value: unknown): value is Uint8Array {
  return Object.prototype.toString.call(value) === '[object Uint8Array]';
}
