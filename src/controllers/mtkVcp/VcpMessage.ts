import { assertInteger, assertObject, show } from '../../contract/checks';
import { PIN_COUNT, PIN_SIZE, WINDOW_SIZE } from './layout';
import { assertSlots } from './Slots';
import { toWords } from './words';

// A registered symbol: a message may come from another copy of the package, also as ESM or CJS. It carries the version of its format.
const BRAND = Symbol.for('rx-mailbox.vcpMessage@2');

/** What {@link vcpMessage} makes a message from. */
export interface VcpMessageInit {
  /** Which pin signals it; 0 to 31. */
  readonly pin: number;
  /** Where in the window it goes, in bytes; a multiple of 4, default `8 * pin`. */
  readonly offset?: number;
  /** The bytes; their number is a multiple of 4, and they end within the window. Empty for a signal without data. */
  readonly data: ArrayBufferView;
}

/** A message to the VCP, made by {@link vcpMessage}; immutable. */
export interface VcpMessage {
  /** Which pin signals it. */
  readonly pin: number;
  /** Where in the window it goes, in bytes. */
  readonly offset: number;
  /** What it carries, as the window's words; the first byte is in bits 7 to 0 of the first. */
  readonly words: readonly number[];
  /** Marks it as made by `vcpMessage`. */
  readonly [BRAND]: true;
}

/**
 * Makes a message for the VCP: a frozen copy, so the buffer may be reused at once.
 *
 * The copy is made here and not when the message is sent, because a message may wait in a queue and may be tried more than once. Changes to
 * the buffer meanwhile have no effect. One message may be sent many times.
 *
 * @param init - The pin, the place in the window, and the bytes.
 * @returns The message.
 * @throws TypeError or RangeError for a pin that does not exist, an offset or a length that is not a multiple of 4, a message that does not
 * fit into the window, or data that are not bytes.
 * @example
 * {@includeCode ../../../docs/examples/mtk-vcp.ts#example}
 * @see Linux: `struct mtk_ipi_info`, whose length the driver reads in words and checks as if it were bytes
 */
export function vcpMessage(init: VcpMessageInit): VcpMessage {
  assertObject('init', init);
  const { pin, data, offset = PIN_SIZE * pin } = init;
  assertInteger('pin', pin, 0, PIN_COUNT - 1);
  if (!ArrayBuffer.isView(data)) throw new TypeError(`data is ${show(data)}; expected bytes: a typed array or a DataView`);
  if (data.byteLength % 4 !== 0 || data.byteLength > WINDOW_SIZE) {
    throw new RangeError(`data has ${data.byteLength} bytes; expected a multiple of 4, from 0 to ${WINDOW_SIZE}`);
  }
  assertSlots('the message', offset, data.byteLength);
  return Object.freeze({ pin, offset, words: Object.freeze(toWords(data)), [BRAND]: true as const });
}

/** Whether it was made by {@link vcpMessage}, and so cannot be changed any more. */
export function isVcpMessage(value: unknown): value is VcpMessage {
  return typeof value === 'object' && value !== null && BRAND in value && Object.isFrozen(value);
}
