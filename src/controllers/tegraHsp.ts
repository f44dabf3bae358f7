/**
 * The Hardware Synchronization Primitives of NVIDIA Tegra: shared mailboxes of 32 and 128 bits, and doorbells.
 *
 * @packageDocumentation
 */
import type { SchedulerLike } from 'rxjs';
import {
  assertFunction,
  assertInteger,
  assertObject,
  assertOneOf,
  assertQuarantine,
  assertScheduler,
  assertTimeLimit,
  show,
} from '../contract/checks';
import type { MailboxController } from '../contract/MailboxController';
import type { RegisterSpace } from './registers/RegisterSpace';
import { doorbellController } from './tegraHsp/doorbellController';
import type { HspDoorbell } from './tegraHsp/Doorbells';
import { HspBlock } from './tegraHsp/HspBlock';
import { HspMailboxes } from './tegraHsp/HspMailboxes';
import { mailboxController } from './tegraHsp/mailboxController';
import { narrow, wide, type HspWords } from './tegraHsp/payload';
import { VARIANTS, type TegraHspDimensions, type TegraHspVariant } from './tegraHsp/variants';

export type { HspDoorbell } from './tegraHsp/Doorbells';
export type { HspWords } from './tegraHsp/payload';
export type { TegraHspDimensions, TegraHspVariant } from './tegraHsp/variants';

/** Options of {@link createTegraHsp}. */
export interface TegraHspOptions {
  /** Which chip's block it is. */
  variant: TegraHspVariant;
  /** Appears in error texts; default `'hsp'`. */
  name?: string;
  /** Which shared interrupt the mailboxes use: both its enables and, for the registers, its line; default 0. */
  shared?: number;
  /** Which line of the registers the doorbell rings; default 16 + the index of its doorbell. */
  doorbellLine?: number;
  /** The doorbells that there are, by name; default `{ ccplex: { index: 1, master: 17 }, bpmp: { index: 3, master: 19 } }`. */
  doorbells?: Readonly<Record<string, HspDoorbell>>;
  /** Which of them is the one of the processor that this runs on; default `'ccplex'`. */
  self?: string;
  /** A doorbell is only rung where its owner lets us; default true. False for simulators that do not have its ENABLE. */
  checkDoorbells?: boolean;
  /**
   * Notices that somebody has reset the block, by its enables, which are then read before they are written and before EMPTY is believed;
   * default true. False does without these reads.
   */
  detectReset?: boolean;
  /** Milliseconds between two looks at a mailbox that is to be drained, > 0; default 1. */
  pollPeriod?: number;
  /** Longest time, in milliseconds, that a slot is held after its sender left, or `Infinity`, the default. */
  quarantine?: number;
  /** Time and turns; default: `asyncScheduler` and `asapScheduler`. */
  scheduler?: SchedulerLike;
}

/**
 * The controllers of one block.
 *
 * @typeParam Ring - What is sent to ring a doorbell. It does not travel; `txPrepare` sees it.
 */
export interface TegraHsp<Ring = void> {
  /**
   * The shared mailboxes as 32-bit mailboxes, of which a message is 31 bits: an integer from 0 to 2³¹ − 1.
   *
   * A channel is one end of a mailbox: `'sm:3:tx'` sends, `'sm:3:rx'` receives. So are the cells of a device tree, `'0x1 0x80000003'`, and
   * the second cell as a number, `0x80000003`.
   */
  readonly mailboxes: MailboxController<number, number, void>;
  /** The same as 128-bit mailboxes: `'sm:3:tx:128'`, `'0x101 0x80000003'`. A mailbox has one owner, in whatever width and direction. */
  readonly mailboxes128: MailboxController<HspWords, Uint32Array, void>;
  /**
   * The doorbells of other processors; a channel rings one, and receives `undefined` when its processor rings here.
   *
   * They are named `'db:bpmp'`, `'db:19'`, `'0x0 0x13'` or 19: by the number of the bus master.
   */
  readonly doorbells: MailboxController<Ring, void, void>;
  /** What the block has. */
  readonly dimensions: TegraHspDimensions;
  /**
   * Starts everything that is open again, after a suspension or a reset of the block, or because the device is there again: links go
   * down, which fails what is in flight, then up.
   *
   * @throws Error where the device still reads all ones, or is another one.
   * @see Linux: `tegra_hsp_resume`
   */
  resume(): void;
}

/**
 * Makes controllers for a block of Hardware Synchronization Primitives.
 *
 * Mailboxes learn tx-done by interrupt: EMPTY says that the other processor has read the message, and no more. A message is never
 * written over one that has not been read: `sendData` then says `'busy'`. `flush` and `reset` ask the mailbox itself, so they also help
 * where an interrupt was lost; a message cannot be taken back. Doorbells have no tx-done: the application says
 * `channel.acknowledge()`.
 *
 * A device that reads all ones is gone: all links go down, and nothing can be requested, until {@link TegraHsp.resume}. After a reset of
 * the block that nobody announced, all links go down and up.
 *
 * Nothing is received before a channel has been requested, and then in a turn of its own.
 *
 * @typeParam Ring - What is sent to ring a doorbell; it does not travel.
 * @param registers - The block, from its base: memory (`memoryRegisters`), mapped registers, or an emulator.
 * @param options - See {@link TegraHspOptions}.
 * @returns The controllers, each for a `Mailbox`.
 * @throws TypeError or RangeError for an option that is not in its range; Error where there is no such block.
 * @example
 * {@includeCode ../../docs/examples/tegra-hsp.ts#example}
 * @see Linux: drivers/mailbox/tegra-hsp.c
 */
export function createTegraHsp<Ring = void>(registers: RegisterSpace, options: TegraHspOptions): TegraHsp<Ring> {
  assertObject('registers', registers);
  for (const method of ['read32', 'write32', 'interrupt$'] as const) assertFunction(`registers.${method}`, registers[method]);
  assertObject('options', options);
  const { variant, name = 'hsp', shared = 0, detectReset = true, pollPeriod = 1, quarantine, scheduler } = options;
  if (typeof name !== 'string') throw new TypeError(`name is ${show(name)}; expected a string`);
  assertOneOf('variant', variant, Object.keys(VARIANTS) as TegraHspVariant[]);
  assertTimeLimit('pollPeriod', pollPeriod);
  if (quarantine !== undefined) assertQuarantine('quarantine', quarantine);
  if (scheduler !== undefined) assertScheduler('scheduler', scheduler);
  const block = new HspBlock(registers, name, VARIANTS[variant], scheduler);
  const { mailboxes, sharedInterrupts } = block.dimensions;
  assertInteger('shared', shared, 0, Math.max(0, sharedInterrupts - 1));
  const common = { correlation: 'untagged', ...(quarantine !== undefined && { quarantine }) } as const;
  const line = mailboxes > 0 && sharedInterrupts > 0 ? new HspMailboxes(block, shared, detectReset) : undefined;
  return {
    mailboxes: { ...common, ...mailboxController(block, line, narrow, pollPeriod) },
    mailboxes128: { ...common, ...mailboxController(block, line, wide, pollPeriod) },
    doorbells: { ...common, ...doorbellController(block, options) },
    dimensions: block.dimensions,
    resume: () => block.resume(),
  };
}
