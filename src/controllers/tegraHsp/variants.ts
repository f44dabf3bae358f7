import { hex, MOST_MAILBOXES } from './layout';

/** Which chip's block it is. */
export type TegraHspVariant = 'tegra186' | 'tegra194' | 'tegra234' | 'tegra264';

/** How many of each kind a block has. */
export interface TegraHspDimensions {
  /** Shared mailboxes. */
  readonly mailboxes: number;
  /** Shared semaphores. */
  readonly sharedSemaphores: number;
  /** Arbitrated semaphores. */
  readonly arbitratedSemaphores: number;
  /** Doorbells. */
  readonly doorbells: number;
  /** Shared interrupt lines. */
  readonly sharedInterrupts: number;
}

/** What differs between the chips. */
export interface Variant {
  /** Each mailbox has enables of its own, in addition to those of the lines. */
  readonly mailboxEnables: boolean;
  /** There are 128-bit mailboxes. */
  readonly wide: boolean;
  /** From one doorbell to the next, in bytes. */
  readonly doorbellStride: number;
  /** Where the dimensions are: lowest bit, and how many bits. */
  readonly fields: Readonly<Record<keyof TegraHspDimensions, readonly [shift: number, bits: number]>>;
}

const fields: Variant['fields'] = {
  mailboxes: [0, 4],
  sharedSemaphores: [4, 4],
  arbitratedSemaphores: [8, 4],
  doorbells: [12, 4],
  sharedInterrupts: [16, 4],
};

export const VARIANTS: Readonly<Record<TegraHspVariant, Variant>> = {
  tegra186: { mailboxEnables: false, wide: false, doorbellStride: 0x100, fields },
  tegra194: { mailboxEnables: true, wide: false, doorbellStride: 0x100, fields },
  tegra234: { mailboxEnables: false, wide: true, doorbellStride: 0x100, fields },
  tegra264: {
    mailboxEnables: false,
    wide: true,
    doorbellStride: 0x1000,
    fields: { ...fields, doorbells: [12, 5], sharedInterrupts: [17, 5] },
  },
};

const kinds = Object.keys(fields) as (keyof TegraHspDimensions)[];

/** Reads INT_DIMENSIONING. */
export function decodeDimensions({ fields }: Variant, word: number): TegraHspDimensions {
  const dimensions = Object.fromEntries(kinds.map((kind) => [kind, (word >>> fields[kind][0]) & ((1 << fields[kind][1]) - 1)]));
  if (dimensions['mailboxes']! > MOST_MAILBOXES) {
    throw new Error(`INT_DIMENSIONING is ${hex(word)}: ${dimensions['mailboxes']} mailboxes; expected at most ${MOST_MAILBOXES}`);
  }
  return dimensions as unknown as TegraHspDimensions;
}

/** The inverse of {@link decodeDimensions}, for a model. */
export function encodeDimensions({ fields }: Variant, dimensions: TegraHspDimensions): number {
  return kinds.reduce((word, kind) => word + dimensions[kind] * 2 ** fields[kind][0], 0);
}

/** Where the doorbells begin; an odd mailbox has 64 KiB of its own. */
export function doorbellAt({ doorbellStride }: Variant, dimensions: TegraHspDimensions, doorbell: number): number {
  const { mailboxes, sharedSemaphores, arbitratedSemaphores } = dimensions;
  return (1 + (mailboxes >> 1) + sharedSemaphores + arbitratedSemaphores) * 0x10000 + doorbell * doorbellStride;
}
