/** Read: the pins that the VCP has not taken yet. Write: ones raise pins at the VCP. */
export const SET_IN = 0x100;
/** Read: the pins that the VCP has raised. Write: ones acknowledge them. */
export const CLR_OUT = 0x10c;
/** Bytes of slots, from offset 0; both directions share them. */
export const WINDOW_SIZE = 0x100;
export const PIN_COUNT = 32;
/** Bytes of a pin's slots, unless a table says otherwise. */
export const PIN_SIZE = WINDOW_SIZE / PIN_COUNT;
/** What a bus answers if there is no device. */
export const ALL_ONES = 0xffff_ffff;

/** A pin as a bit of either register. */
export function bitOf(pin: number): number {
  return (1 << pin) >>> 0;
}

/** The pins of a register's value, lowest first. */
export function pinsOf(status: number): number[] {
  const pins: number[] = [];
  for (let rest = status >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) pins.push(31 - Math.clz32(rest & -rest));
  return pins;
}
