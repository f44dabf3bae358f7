import type { DimensionFields, TegraHspDimensions } from './TegraHspDimensions';

/** Which chip the block is part of. */
export type TegraHspVariant = 'tegra186' | 'tegra194' | 'tegra234' | 'tegra264';

/** What differs between the chips. */
export interface VariantTraits {
  /** Each mailbox has enables of its own, in addition to those of the lines. */
  readonly mailboxEnables: boolean;
  /** There are 128-bit mailboxes. */
  readonly wide: boolean;
  /** From one doorbell to the next, in bytes. */
  readonly doorbellStride: number;
  readonly fields: DimensionFields;
}

const fields: DimensionFields = {
  mailboxes: [0, 4],
  sharedSemaphores: [4, 4],
  arbitratedSemaphores: [8, 4],
  doorbells: [12, 4],
  sharedInterrupts: [16, 4],
};

export const VARIANTS: Readonly<Record<TegraHspVariant, VariantTraits>> = {
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

/** Where a doorbell is, in bytes from the base of the block. Two mailboxes share 64 KiB; the division rounds down. */
export function doorbellAt({ doorbellStride }: VariantTraits, dimensions: TegraHspDimensions, doorbell: number): number {
  const { mailboxes, sharedSemaphores, arbitratedSemaphores } = dimensions;
  return (1 + (mailboxes >> 1) + sharedSemaphores + arbitratedSemaphores) * 0x10000 + doorbell * doorbellStride;
}
