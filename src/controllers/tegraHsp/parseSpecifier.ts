import { show } from '../../contract/checks';
import { hex } from './layout';

/** What a client asks for. */
export type Specifier =
  | { readonly type: 'mailbox'; readonly mailbox: number; readonly producer: boolean; readonly bits: 32 | 128 }
  | { readonly type: 'doorbell'; readonly doorbell: number | string };

const PRODUCER = 0x8000_0000;
const NUMBER = 0x00ff_ffff;
const MAILBOX = 1;
const WIDE = 0x100;

/**
 * Parses names (`sm:3:tx`, `sm:3:rx:128`, `db:bpmp`), and the two cells of a device tree (`0x101 0x80000003`, also in angle brackets).
 */
export function parseSpecifier(text: string): Specifier {
  const [, mailbox, direction, width = '32'] = /^sm:(\w+):([rt]x)(?::(32|128))?$/.exec(text) ?? [];
  const number = integer(mailbox);
  if (number !== undefined) return { type: 'mailbox', mailbox: number, producer: direction === 'tx', bits: width === '32' ? 32 : 128 };
  const [, doorbell] = /^db:(\w+)$/.exec(text) ?? [];
  if (doorbell !== undefined) return { type: 'doorbell', doorbell: integer(doorbell) ?? doorbell };
  const [, first, second] = /^<?\s*(\w+)\s+(\w+)\s*>?$/.exec(text) ?? [];
  const [type, index] = [integer(first), integer(second)];
  if (type !== undefined && index !== undefined) return parseCells(type, index);
  throw new RangeError(
    `which is ${show(text)}; expected 'sm:<mailbox>:tx' or 'sm:<mailbox>:rx', with ':128' behind it for 128 bits, 'db:<name or master>', ` +
      "or two cells as '0x1 0x80000003'",
  );
}

/** Parses the cells `<type index>`. Bit 8 of the type says 128 bits; bit 31 of the index says producer. */
export function parseCells(type: number, index: number): Specifier {
  const number = (index & NUMBER) >>> 0;
  if ((type === MAILBOX || type === MAILBOX + WIDE) && (index === number || index === PRODUCER + number)) {
    return { type: 'mailbox', mailbox: number, producer: index >= PRODUCER, bits: type === MAILBOX ? 32 : 128 };
  }
  if (type === 0 && index === number) return { type: 'doorbell', doorbell: number };
  throw new RangeError(
    `the cells are <${hex(type)} ${hex(index)}>; expected type 0x0 (doorbell), 0x1 or 0x101 (mailbox of 32 or 128 bits), then a number ` +
      'of 24 bits, with bit 31 for the producer of a mailbox',
  );
}

function integer(text = ''): number | undefined {
  return /^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text) && Number(text) < 2 ** 32 ? Number(text) : undefined;
}
