import type { SchedulerLike } from 'rxjs';
import {
  assertFunction,
  assertInteger,
  assertObject,
  assertOneOf,
  assertPeriod,
  assertQuarantine,
  assertScheduler,
  show,
} from '../../contract/checks';
import type { MailboxController } from '../../contract/MailboxController';
import type { RegisterSpace } from '../registers/RegisterSpace';
import { channelsController } from './channelsController';
import { doorbellController } from './doorbellController';
import { HspBlock } from './HspBlock';
import type { HspDoorbell } from './HspDoorbell';
import { HspMailboxes } from './HspMailboxes';
import { narrow, wide } from './HspPayload';
import type { HspWords } from './HspWords';
import { mailboxController } from './mailboxController';
import type { TegraHspDimensions } from './TegraHspDimensions';
import { VARIANTS, type TegraHspVariant } from './TegraHspVariant';

/** Options of {@link createTegraHsp}. */
export interface TegraHspOptions {
  /** Which chip the block is part of. */
  variant: TegraHspVariant;
  /** Appears in error texts; default `'hsp'`. */
  name?: string;
  /** Which shared interrupt the mailboxes use: its enables, and its line of the registers; default 0. */
  shared?: number;
  /** Which line of the registers is asserted when this processor's doorbell rings; default 16 + the doorbell's index. */
  doorbellLine?: number;
  /** All doorbells, by name; default `{ ccplex: { index: 1, master: 17 }, bpmp: { index: 3, master: 19 } }`. */
  doorbells?: Readonly<Record<string, HspDoorbell>>;
  /** Which of them belongs to the processor that this code runs on; default `'ccplex'`. */
  self?: string;
  /** Checks that a doorbell's ENABLE allows us to ring it; default true. False for simulators without ENABLE. */
  checkDoorbells?: boolean;
  /**
   * Detects that somebody has reset the block, by its enables; default true. They are read each time before they are written, and before
   * EMPTY is used. False saves these reads.
   */
  detectReset?: boolean;
  /** Milliseconds between two polls while a mailbox is flushed or reset, > 0; default 1. */
  pollPeriod?: number;
  /** Longest time, in milliseconds, that a slot is held after its sender left, or `Infinity`, the default. */
  quarantine?: number;
  /** For time, and for what has to wait until the current code ends; default: the mailbox's scheduler, and `asapScheduler`. */
  scheduler?: SchedulerLike;
}

/**
 * The controllers of one block.
 *
 * @typeParam Ring - What is sent to ring a doorbell. It is not transmitted; only `txPrepare` sees it.
 */
export interface TegraHsp<Ring = void> {
  /**
   * The shared mailboxes with 32 bits. A message has 31 bits: an integer from 0 to 2³¹ − 1.
   *
   * A channel is one end of a mailbox: `'sm:3:tx'` sends, `'sm:3:rx'` receives. Two other forms are the cells of a device tree,
   * `'0x1 0x80000003'`, and the second cell as a number, `0x80000003`.
   */
  readonly mailboxes: MailboxController<number, number, void>;
  /** The same mailboxes with 128 bits: `'sm:3:tx:128'`, `'0x101 0x80000003'`. A mailbox has one owner for both widths and directions. */
  readonly mailboxes128: MailboxController<HspWords, Uint32Array, void>;
  /**
   * The doorbells of other processors. A channel rings one of them, and receives `undefined` when that processor rings here.
   *
   * Names: `'db:bpmp'`; or by the number of the bus master, `'db:19'`, `'0x0 0x13'` or 19.
   */
  readonly doorbells: MailboxController<Ring, void, void>;
  /**
   * All of these in one controller, by their names: `'sm:3:tx'`, `'sm:3:rx:128'`, `'db:bpmp'`, or two cells.
   *
   * Unlike the three above it needs only one `Mailbox`, which takes anything for a message; a channel refuses what it cannot send. Its doorbells
   * are acknowledged by the application, its mailboxes by interrupt.
   */
  readonly channels: MailboxController<number | HspWords | Ring, number | Uint32Array | undefined, void>;
  /** How many mailboxes, semaphores, doorbells and interrupt lines the block has. */
  readonly dimensions: TegraHspDimensions;
  /**
   * Restarts all open links, after a suspension or a reset of the block, or when the device is back. Links go down, which fails what is in
   * flight, then up.
   *
   * @throws Error if the device still reads all ones, or is another one.
   * @see Linux: `tegra_hsp_resume`
   */
  resume(): void;
}

/**
 * Makes controllers for a block of Hardware Synchronization Primitives.
 *
 * A mailbox's tx-done is the EMPTY interrupt. It means that the other processor has read the message, and no more. A message is never
 * written over one that has not been read; `sendData` then says `'busy'`. `flush` and `reset` poll the mailbox, so they also work if an
 * interrupt was lost. A message cannot be withdrawn. Doorbells have no tx-done: the application calls `channel.acknowledge()`.
 *
 * A device that reads all ones is gone: all links go down, and nothing can be requested, until {@link TegraHsp.resume}. After an
 * unannounced reset of the block, all links go down and up.
 *
 * Messages that wait when a channel is requested are received asynchronously, so its owner can subscribe first.
 *
 * @typeParam Ring - What is sent to ring a doorbell; it is not transmitted.
 * @param registers - The block, from its base: memory (`memoryRegisters`), mapped registers, or an emulator.
 * @param options - See {@link TegraHspOptions}.
 * @returns The controllers, each for a `Mailbox`.
 * @throws TypeError or RangeError for an option that is not in its range; Error if there is no such block.
 * @example
 * {@includeCode ../../../docs/examples/tegra-hsp.ts#example}
 * @see Linux: drivers/mailbox/tegra-hsp.c
 */
export function createTegraHsp<Ring = void>(registers: RegisterSpace, options: TegraHspOptions): TegraHsp<Ring> {
  assertObject('registers', registers);
  for (const method of ['read32', 'write32', 'interrupt$'] as const) assertFunction(`registers.${method}`, registers[method]);
  assertObject('options', options);
  const { variant, name = 'hsp', shared = 0, detectReset = true, pollPeriod = 1, quarantine, scheduler } = options;
  if (typeof name !== 'string') throw new TypeError(`name is ${show(name)}; expected a string`);
  assertOneOf('variant', variant, Object.keys(VARIANTS) as TegraHspVariant[]);
  assertPeriod('pollPeriod', pollPeriod);
  if (quarantine !== undefined) assertQuarantine('quarantine', quarantine);
  if (scheduler !== undefined) assertScheduler('scheduler', scheduler);
  const block = new HspBlock(registers, name, VARIANTS[variant], scheduler);
  const { mailboxes, sharedInterrupts } = block.dimensions;
  assertInteger('shared', shared, 0, Math.max(0, sharedInterrupts - 1));
  const common = { correlation: 'untagged', ...(quarantine !== undefined && { quarantine }) } as const;
  const line = mailboxes > 0 && sharedInterrupts > 0 ? new HspMailboxes(block, shared, detectReset) : undefined;
  const parts = {
    mailboxes: { ...common, ...mailboxController(block, line, narrow, pollPeriod) },
    mailboxes128: { ...common, ...mailboxController(block, line, wide, pollPeriod) },
    doorbells: { ...common, ...doorbellController<Ring>(block, options) },
  };
  return {
    ...parts,
    channels: { ...common, ...channelsController(name, parts) },
    dimensions: block.dimensions,
    resume: () => block.resume(),
  };
}
