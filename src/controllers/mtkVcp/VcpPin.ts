import { assertInteger, assertNumber, assertObject, show } from '../../contract/checks';
import { PIN_COUNT, PIN_SIZE, WINDOW_SIZE } from './layout';

/** One line of the table in which both processors agree which slots belong to which pin. */
export interface VcpPin {
  /** Which pin; 0 to 31. */
  readonly pin: number;
  /** Where its slots begin, in bytes from the start of the window; a multiple of 4, default `8 * pin`. */
  readonly offset?: number;
  /** How many bytes its slots have; a multiple of 4, default 8. 0 for a pin that is only a signal. */
  readonly size?: number;
}

/** Slots, in bytes. */
export interface Slots {
  readonly offset: number;
  readonly size: number;
}

export function assertSlots(name: string, offset: unknown, size: number): asserts offset is number {
  assertNumber(
    `${name} offset`,
    offset,
    `bytes, a multiple of 4 from 0 to ${WINDOW_SIZE}`,
    (n) => n >= 0 && n <= WINDOW_SIZE && n % 4 === 0,
  );
  if (offset + size <= WINDOW_SIZE) return;
  throw new RangeError(`${name} takes ${size} bytes from offset ${offset}; expected an end within the window of ${WINDOW_SIZE} bytes`);
}

/** A table by pin; one that was left out has the 8 bytes of each pin. */
export function readTable(name: string, table: readonly VcpPin[] | undefined): readonly (Slots | undefined)[] {
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

/** Two messages may not have the same slots: either may be written while the other waits to be read. */
export function assertApart(name: string, table: readonly (Slots | undefined)[]): void {
  table.forEach((slots, pin) => {
    const other = table.findIndex((others, at) => at > pin && slots && others && overlap(slots, others));
    if (other >= 0) throw new RangeError(`${name} gives pins ${pin} and ${other} the same bytes; expected slots that do not overlap`);
  });
}

export function overlap(a: Slots, b: Slots): boolean {
  return a.offset < b.offset + b.size && b.offset < a.offset + a.size && a.size > 0 && b.size > 0;
}
