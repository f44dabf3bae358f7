import { hex, MOST_MAILBOXES } from './layout';

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

/** Where each number is in INT_DIMENSIONING: its lowest bit, and how many bits. */
export type DimensionFields = Readonly<Record<keyof TegraHspDimensions, readonly [shift: number, bits: number]>>;

const KINDS = [
  'mailboxes',
  'sharedSemaphores',
  'arbitratedSemaphores',
  'doorbells',
  'sharedInterrupts',
] as const satisfies (keyof TegraHspDimensions)[];

/** Decodes INT_DIMENSIONING. */
export function decodeDimensions({ fields }: { fields: DimensionFields }, word: number): TegraHspDimensions {
  const dimensions = Object.fromEntries(KINDS.map((kind) => [kind, (word >>> fields[kind][0]) & ((1 << fields[kind][1]) - 1)]));
  if (dimensions['mailboxes']! > MOST_MAILBOXES) {
    throw new Error(`INT_DIMENSIONING is ${hex(word)}: ${dimensions['mailboxes']} mailboxes; expected at most ${MOST_MAILBOXES}`);
  }
  return dimensions as unknown as TegraHspDimensions;
}

/** The inverse of {@link decodeDimensions}, for a model. */
export function encodeDimensions({ fields }: { fields: DimensionFields }, dimensions: TegraHspDimensions): number {
  return KINDS.reduce((word, kind) => word + dimensions[kind] * 2 ** fields[kind][0], 0);
}
