import type { SchedulerLike } from 'rxjs';
import type { HspDoorbell } from '../../controllers/tegraHsp/HspDoorbell';
import type { HspWords } from '../../controllers/tegraHsp/HspWords';
import type { TegraHspVariant } from '../../controllers/tegraHsp/TegraHspVariant';

/** How an {@link HspModel} behaves; each can be changed while it runs. */
export interface HspBehaviour {
  /** Milliseconds from the moment a mailbox is full until its message is read; >= 0, default 0: at once. */
  latency: number;
  /** Milliseconds from reading a message until its mailbox is cleared; >= 0, default 0. An answer is written before that: it arrives early. */
  lateClear: number;
  /** Answers as soon as a mailbox is full, before `latency` begins; default false. */
  answersEarly: boolean;
  /** Clears no mailbox by itself: whoever listens to `received$` calls `take()`; default false. */
  holds: boolean;
  /** The mailboxes that stay full: their messages are not even looked at. One bit each; default 0. One that no longer is among them is read at once. */
  stuck: number;
}

/** Options of an {@link HspModel}. */
export interface HspModelOptions extends Partial<HspBehaviour> {
  /** Which chip's block it is. */
  variant: TegraHspVariant;
  /** The mailboxes that it receives from, with their widths in bits; default: none. */
  receives?: Readonly<Record<number, 32 | 128>>;
  /** What to send in answer to a message, if anything. */
  answer?: (message: HspMessage) => HspMessage | undefined;
  /** The shared interrupt that it uses; default 1. */
  shared?: number;
  /** Its doorbell; default `{ index: 3, master: 19 }`, the BPMP's. */
  self?: HspDoorbell;
  /** The driver's shared interrupt, for faults; default 0. */
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
  /** Clears its mailbox, where the model `holds`; again, or after a reset, does nothing. */
  take(): void;
}
