import {
  ALL_ONES,
  DB_ENABLE,
  DB_PENDING,
  DB_RAW,
  DB_TRIGGER,
  DOORBELL_LINE,
  EMPTY,
  EMPTY_INT_IE,
  FULL,
  FULL_INT_IE,
  INT_DIMENSIONING,
  INT_IE,
  INT_IR,
  IS_FULL,
  mailboxAt,
  MOST_MAILBOXES,
  SHRD_MBOX,
  TYPE1_TAG,
} from '../../controllers/tegraHsp/layout';
import { encodeDimensions, type TegraHspDimensions } from '../../controllers/tegraHsp/TegraHspDimensions';
import { doorbellAt, VARIANTS, type TegraHspVariant } from '../../controllers/tegraHsp/TegraHspVariant';
import { computed, readOnly, type Register, type RegisterMap } from '../../controllers/registers/RegisterMap';
import type { RegisterWords } from '../../controllers/registers/RegisterWords';
import { assertInteger, assertOneOf } from '../../contract/checks';

/** A bus master that there is not: whoever uses it sees the words as they are, also without power. */
export const PROBE = 32;
/** Not 0: there is no power. In the common registers, where the hardware has none. */
export const UNPOWERED = 0xfffc;

/** Lines 0 to 15. */
const MOST_INTERRUPTS = 16;

/**
 * The registers of a block of Hardware Synchronization Primitives, for `memoryRegisters`: what all processors work on.
 *
 * The agent is the bus master: 17 is the CPU complex, on which a controller runs, and 19 the BPMP ({@link HspModel}). Line x is shared
 * interrupt x, and line 16 + d the interrupt of doorbell d.
 *
 * @param variant - Which chip's block it is.
 * @param dimensions - What it has; default: 8 mailboxes, 7 doorbells and 8 shared interrupts.
 * @returns The map.
 * @throws TypeError or RangeError for dimensions that no block has.
 */
export function hspRegisters(variant: TegraHspVariant, dimensions: Partial<TegraHspDimensions> = {}): RegisterMap {
  assertOneOf('variant', variant, Object.keys(VARIANTS) as TegraHspVariant[]);
  const has = { mailboxes: 8, sharedSemaphores: 0, arbitratedSemaphores: 0, doorbells: 7, sharedInterrupts: 8, ...dimensions };
  const chip = VARIANTS[variant];
  for (const kind of Object.keys(has) as (keyof TegraHspDimensions)[]) {
    const most = { mailboxes: MOST_MAILBOXES, sharedInterrupts: MOST_INTERRUPTS }[kind as string] ?? Infinity;
    assertInteger(`dimensions.${kind}`, has[kind], 0, Math.min(most, 2 ** chip.fields[kind][1] - 1));
  }
  const mailboxes = Array.from({ length: has.mailboxes }, (_, mailbox) => mailbox);
  const doorbells = Array.from({ length: has.doorbells }, (_, doorbell) => doorbellAt(chip, has, doorbell));

  const isFull = (words: RegisterWords, at: number): boolean =>
    words.load(at + SHRD_MBOX) >= IS_FULL || (chip.wide && words.load(at + TYPE1_TAG) >= IS_FULL);
  const causes = (words: RegisterWords): number =>
    mailboxes.reduce((bits, mailbox) => bits | (isFull(words, mailboxAt(mailbox)) ? FULL(mailbox) : EMPTY(mailbox)), 0);
  const enabled = (words: RegisterWords, line: number): number => {
    const mask = words.load(INT_IE(line));
    if (!chip.mailboxEnables) return mask;
    const here = (mailbox: number): number => {
      const at = mailboxAt(mailbox);
      return (words.load(at + EMPTY_INT_IE) ? EMPTY(mailbox) : 0) | (words.load(at + FULL_INT_IE) ? FULL(mailbox) : 0);
    };
    return mask & mailboxes.reduce((bits, mailbox) => bits | here(mailbox), 0);
  };
  const pending = (words: RegisterWords, at: number): number => (words.load(at + DB_RAW) & words.load(at + DB_ENABLE)) >>> 0;

  const registers = new Map<number, Register>([
    [INT_IR, computed((words) => causes(words))],
    [INT_DIMENSIONING, computed(() => encodeDimensions(chip, has))],
    ...doorbells.flatMap((at): (readonly [number, Register])[] => [
      [
        at + DB_TRIGGER,
        {
          read: () => 0,
          write: (words, _, value, agent) => {
            if (value & 1) words.setBits(at + DB_RAW, 1 << agent);
          },
        },
      ],
      [at + DB_RAW, readOnly],
      [at + DB_PENDING, { read: (words) => pending(words, at), write: (words, _, value) => void words.clearBits(at + DB_RAW, value) }],
    ]),
  ]);

  return {
    size: doorbellAt(chip, has, has.doorbells),
    lines: DOORBELL_LINE(has.doorbells),
    register(offset) {
      const register = registers.get(offset);
      return {
        read(words, _, agent) {
          if (agent === PROBE) return words.load(offset);
          if (words.load(UNPOWERED) !== 0) return ALL_ONES;
          return register?.read ? register.read(words, offset, agent) : words.load(offset);
        },
        write(words, _, value, agent) {
          if (agent === PROBE) words.store(offset, value);
          else if (words.load(UNPOWERED) !== 0) return;
          else if (register?.write) register.write(words, offset, value, agent);
          else words.store(offset, value);
        },
      };
    },
    status(line, words) {
      if (words.load(UNPOWERED) !== 0) return 0;
      if (line >= DOORBELL_LINE(0)) return pending(words, doorbells[line - DOORBELL_LINE(0)]!);
      return causes(words) & enabled(words, line);
    },
  };
}
