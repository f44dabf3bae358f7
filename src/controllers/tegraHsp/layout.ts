/*
 * Where everything is, in bytes from the base of the block:
 *
 *   0x00000                    common registers, 64 KiB
 *   0x10000 + i * 0x8000       shared mailbox i: two in each 64 KiB
 *   then                       shared semaphores, arbitrated semaphores: 64 KiB each, not used here
 *   then                       doorbell d, every 0x100 or 0x1000 (see variants)
 */

/** Enables of shared interrupt line x: which of the causes below assert the line. */
export const INT_IE = (x: number): number => 0x100 + 4 * x;
/** Causes, whether enabled or not; a level, not an event. */
export const INT_IR = 0x304;
/** How many mailboxes, semaphores, doorbells and lines the block has. */
export const INT_DIMENSIONING = 0x380;

/** The cause "mailbox i is not full". */
export const EMPTY = (mailbox: number): number => 1 << mailbox;
/** The cause "mailbox i is full". */
export const FULL = (mailbox: number): number => 0x100 << mailbox;
/** As many as the cause bits allow. */
export const MOST_MAILBOXES = 8;

export const mailboxAt = (mailbox: number): number => 0x10000 + mailbox * 0x8000;
/** 32-bit mailbox: {@link IS_FULL}, and 31 bits of message. */
export const SHRD_MBOX = 0x00;
/** Enables of one mailbox; only some variants have them. */
export const FULL_INT_IE = 0x04;
export const EMPTY_INT_IE = 0x08;
/** 128-bit mailbox: {@link IS_FULL} here, and the message in four words. */
export const TYPE1_TAG = 0x40;
export const TYPE1_DATA = (word: number): number => 0x48 + 4 * word;
export const IS_FULL = 0x8000_0000;

/** Write 1: ring. */
export const DB_TRIGGER = 0x0;
/** Which masters may ring, one bit for each. */
export const DB_ENABLE = 0x4;
/** Which masters have rung. */
export const DB_RAW = 0x8;
/** Those of DB_RAW that are enabled; write 1 to clear. */
export const DB_PENDING = 0xc;

/** The interrupt line of doorbell d in a register space; shared interrupt x is line x. */
export const DOORBELL_LINE = (doorbell: number): number => 16 + doorbell;

/** What a bus answers if there is no device. */
export const ALL_ONES = 0xffff_ffff;

export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
