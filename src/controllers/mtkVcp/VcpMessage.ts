import { assertInteger, assertObject, show } from '../../contract/checks';
import { PIN_COUNT, PIN_SIZE, WINDOW_SIZE } from './layout';
import { assertSlots } from './VcpPin';
import { toWords } from './words';

// A registered symbol, so that a message is known across entry points, copies of the package, and ESM/CJS.
const BRAND = Symbol.for('rx-mailbox.vcpMessage');

/** What {@link vcpMessage} makes a message of. */
export interface VcpMessageInit {
  /** Which pin signals it; 0 to 31. */
  readonly pin: number;
  /** Where in the window it goes, in bytes; a multiple of 4, default `8 * pin`. */
  readonly offset?: number;
  /** The bytes; a multiple of 4 of them, and not beyond the window. None for a signal without data. */
  readonly data: ArrayBufferView;
}

/** A message to the VCP; made by {@link vcpMessage}, and never changed after that. */
export interface VcpMessage {
  /** Which pin signals it. */
  readonly pin: number;
  /** Where in the window it goes, in bytes. */
  readonly offset: number;
  /** What it carries, as the window's words; the first byte is in bits 7 to 0 of the first. */
  readonly words: readonly number[];
  /** Says that it was made by `vcpMessage`. */
  readonly [BRAND]: true;
}

/**
 * Makes a message for the VCP: a frozen copy, so the buffer may be used for something else at once.
 *
 * The copy is made here, and not when it is sent, because a message may wait in a queue, be refused, and be tried again: whatever happens
 * to the buffer meanwhile, what was described here is what is sent. One message may be sent many times.
 *
 * @param init - The pin, the place in the window, and the bytes.
 * @returns The message.
 * @throws TypeError or RangeError for a pin that there is not, an offset or a length that is not a multiple of 4, a message that does not
 * fit into the window, or data that are no bytes.
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

/** Whether it was made here: only then is it known that nobody changes it any more. */
export function isVcpMessage(value: unknown): value is VcpMessage {
  return typeof value === 'object' && value !== null && BRAND in value && Object.isFrozen(value);
}
