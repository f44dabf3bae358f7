import type { SchedulerLike } from 'rxjs';
import type { HspDoorbell } from '../../controllers/tegraHsp/HspDoorbell';
import type { HspWords } from '../../controllers/tegraHsp/HspWords';
import type { TegraHspVariant } from '../../controllers/tegraHsp/TegraHspVariant';

/** How an {@link HspModel} behaves; all of it can be changed while the model runs. */
export interface HspBehaviour {
  /** Milliseconds from when a mailbox is full until its message is read; >= 0, default 0: at once. */
  latency: number;
  /** Milliseconds from reading a message until its mailbox is cleared; >= 0, default 0. The answer is written before it is cleared. */
  lateClear: number;
  /** Answers as soon as a mailbox is full, before `latency` begins; default false. */
  answersEarly: boolean;
  /** Clears no mailbox by itself: a subscriber of `received$` has to call `take()`; default false. */
  holds: boolean;
  /** Mailboxes whose messages are not read, one bit each; default 0. A mailbox that is removed from the set is read at once. */
  stuck: number;
}

/** Options of an {@link HspModel}. */
export interface HspModelOptions extends Partial<HspBehaviour> {
  /** Which chip's block it is. */
  variant: TegraHspVariant;
  /** Mailboxes that it receives from, and their width in bits; default: none. */
  receives?: Readonly<Record<number, 32 | 128>>;
  /** Returns what to send in answer to a message, if anything. */
  answer?: (message: HspMessage) => HspMessage | undefined;
  /** The shared interrupt of the model; default 1. */
  shared?: number;
  /** The doorbell of the model; default `{ index: 3, master: 19 }`, the BPMP's. */
  self?: HspDoorbell;
  /** The driver's shared interrupt, used only to make faults; default 0. */
  otherShared?: number;
  /** The driver's doorbell; default `{ index: 1, master: 17 }`. */
  other?: HspDoorbell;
  /** The clock of `latency` and `lateClear`; default `asyncScheduler`. */
  scheduler?: SchedulerLike;
}

/** A message and its mailbox. */
export interface HspMessage {
  /** Which mailbox. */
  readonly mailbox: number;
  /** A number of 31 bits, or four words. */
  readonly message: number | HspWords;
}

/** A message that reached the other processor. */
export interface HspArrival extends HspMessage {
  /** Clears its mailbox, where the model `holds`. Does nothing when called again or after a reset. */
  take(): void;
}
