import {
  DB_ENABLE,
  DB_RAW,
  EMPTY,
  EMPTY_INT_IE,
  FULL,
  FULL_INT_IE,
  INT_IE,
  IS_FULL,
  mailboxAt,
  MOST_MAILBOXES,
  SHRD_MBOX,
  TYPE1_TAG,
} from '../../controllers/tegraHsp/layout';
import { doorbellAt, VARIANTS, type TegraHspVariant } from '../../controllers/tegraHsp/TegraHspVariant';
import type { TegraHspDimensions } from '../../controllers/tegraHsp/TegraHspDimensions';
import type { RegisterWords } from '../../controllers/registers/RegisterWords';
import { assertInteger, assertOneOf } from '../../contract/checks';

/** Lines 0 to 15. */
const MOST_INTERRUPTS = 16;

/** A block of some chip with its dimensions, and what its registers compute from their words. */
export class HspBlock {
  readonly chip: (typeof VARIANTS)[TegraHspVariant];
  readonly dimensions: TegraHspDimensions;
  /** Where the registers of each doorbell are. */
  readonly doorbells: readonly number[];
  private readonly mailboxes: readonly number[];

  constructor(variant: TegraHspVariant, dimensions: Partial<TegraHspDimensions>) {
    assertOneOf('variant', variant, Object.keys(VARIANTS) as TegraHspVariant[]);
    const has = { mailboxes: 8, sharedSemaphores: 0, arbitratedSemaphores: 0, doorbells: 7, sharedInterrupts: 8, ...dimensions };
    this.chip = VARIANTS[variant];
    this.dimensions = has;
    for (const kind of Object.keys(has) as (keyof TegraHspDimensions)[]) {
      const most = { mailboxes: MOST_MAILBOXES, sharedInterrupts: MOST_INTERRUPTS }[kind as string] ?? Infinity;
      assertInteger(`dimensions.${kind}`, has[kind], 0, Math.min(most, 2 ** this.chip.fields[kind][1] - 1));
    }
    this.mailboxes = Array.from({ length: has.mailboxes }, (_, mailbox) => mailbox);
    this.doorbells = Array.from({ length: has.doorbells }, (_, doorbell) => doorbellAt(this.chip, has, doorbell));
  }

  /** One bit for each mailbox that is full, and one for each that is empty. */
  causes(words: RegisterWords): number {
    return this.mailboxes.reduce((bits, mailbox) => bits | (this.isFull(words, mailboxAt(mailbox)) ? FULL(mailbox) : EMPTY(mailbox)), 0);
  }

  /** The causes that may interrupt on this line. Some chips want a cause enabled in its mailbox, too. */
  enabled(words: RegisterWords, line: number): number {
    const mask = words.load(INT_IE(line));
    if (!this.chip.mailboxEnables) return mask;
    const enabledIn = (mailbox: number): number => {
      const at = mailboxAt(mailbox);
      return (words.load(at + EMPTY_INT_IE) ? EMPTY(mailbox) : 0) | (words.load(at + FULL_INT_IE) ? FULL(mailbox) : 0);
    };
    return mask & this.mailboxes.reduce((bits, mailbox) => bits | enabledIn(mailbox), 0);
  }

  /** The bus masters that rang the doorbell at this offset and are admitted. */
  pending(words: RegisterWords, at: number): number {
    return (words.load(at + DB_RAW) & words.load(at + DB_ENABLE)) >>> 0;
  }

  private isFull(words: RegisterWords, at: number): boolean {
    return words.load(at + SHRD_MBOX) >= IS_FULL || (this.chip.wide && words.load(at + TYPE1_TAG) >= IS_FULL);
  }
}
