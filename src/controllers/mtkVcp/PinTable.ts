import { assertInteger, assertNumber, assertObject, show } from '../../contract/checks';
import { PIN_COUNT, PIN_SIZE, WINDOW_SIZE } from './layout';
import { assertSlots, overlap, type Slots } from './Slots';
import type { VcpPin } from './VcpPin';

/** The slots of each pin; `undefined` for a pin that the table does not have. */
export type PinTable = readonly (Slots | undefined)[];

/** Checks a table; by default, each pin has its own 8 bytes. */
export function readPinTable(name: string, table: readonly VcpPin[] | undefined): PinTable {
  if (table === undefined) return Array.from({ length: PIN_COUNT }, (_, pin) => ({ offset: PIN_SIZE * pin, size: PIN_SIZE }));
  if (!Array.isArray(table)) throw new TypeError(`${name} is ${show(table)}; expected an array of pins with their slots`);
  const slots: (Slots | undefined)[] = Array.from({ length: PIN_COUNT }, () => undefined);
  (table as readonly VcpPin[]).forEach((line, i) => {
    assertObject(`${name}[${i}]`, line);
    const { pin, offset = PIN_SIZE * pin, size = PIN_SIZE } = line;
    assertInteger(`${name}[${i}].pin`, pin, 0, PIN_COUNT - 1);
    if (slots[pin]) throw new RangeError(`${name} has pin ${pin} twice; expected each pin once`);
    assertNumber(
      `${name}[${i}].size`,
      size,
      `bytes, a multiple of 4 from 0 to ${WINDOW_SIZE}`,
      (n) => n >= 0 && n <= WINDOW_SIZE && n % 4 === 0,
    );
    assertSlots(`${name}[${i}]`, offset, size);
    slots[pin] = { offset, size };
  });
  return slots;
}

/** Pins for sending must not share slots: one message would be written while another still waits to be read. */
export function assertNoOverlap(name: string, table: PinTable): void {
  table.forEach((slots, pin) => {
    const other = table.findIndex((others, at) => at > pin && slots && others && overlap(slots, others));
    if (other >= 0) throw new RangeError(`${name} gives pins ${pin} and ${other} the same bytes; expected slots that do not overlap`);
  });
}
