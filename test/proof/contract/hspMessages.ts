import type { HspWords } from 'rx-mailbox/tegra-hsp';
import type { ControllerFixture } from 'rx-mailbox/testing';

type Messages<Tx, Rx> = Pick<ControllerFixture<Tx, Rx>, 'message' | 'answer' | 'samples' | 'answers' | 'tooLarge'>;

const words = (...each: number[]) => Uint32Array.from(each);

/** Messages of mailboxes of 32 bits. */
export const narrowMessages: Messages<number, number> = {
  message: (n) => n,
  answer: (n) => 1_000_000 + n,
  samples: { zero: 0, largest: 0x7fff_ffff },
  answers: { zero: 0, largest: 0x7fff_ffff },
  tooLarge: 0x8000_0000,
};

/** Messages of mailboxes of 128 bits. */
export const wideMessages: Messages<HspWords, Uint32Array> = {
  message: (n) => words(n, ~n, 0, n),
  answer: (n) => words(0, n, ~n, n),
  samples: { zeros: words(0, 0, 0, 0), ones: words(-1, -1, -1, -1) },
  answers: { zeros: words(0, 0, 0, 0), ones: words(-1, -1, -1, -1) },
  tooLarge: words(1, 2, 3, 4, 5),
};

/** Where the word is that says whether the mailbox of channel `index` is full. */
export const fullNarrow = (index: number): number => 0x10000 + 2 * index * 0x8000;
export const fullWide = (index: number): number => 0x10040 + 2 * index * 0x8000;

/** The other processor cannot report a failure. */
export const without = ['fail'] as const;
