import type { SchedulerLike } from 'rxjs';
import type { MailboxController } from '../../contract/MailboxController';

/**
 * What is at the other end of one channel, as the contract suite sees it: a device that the test drives.
 *
 * Each optional operation makes more of the suite possible; one that there cannot be is listed in `without`.
 *
 * @typeParam Tx - Messages that the controller sends.
 * @typeParam Rx - Messages that it receives.
 */
export interface ControllerDevice<Tx, Rx> {
  /** Everything that has arrived since the fixture was made, oldest first. The suite only reads it. */
  readonly arrived: readonly Tx[];
  /**
   * Takes a message, so that the controller may say tx-done of it. Without it messages are taken when they arrive. Also called for a
   * message of an owner or an epoch that is over; that must reach nobody.
   *
   * @param nth - Its index in `arrived`. On a `'tagged'` link in any order, on others oldest first.
   */
  finish?(nth: number): void;
  /** Takes a message, as `finish()` does, and reports a failure. */
  fail?(nth: number, reason: Error): void;
  /** Sends to the controller. */
  deliver?(message: Rx): void;
  /** From here on the controller answers `'busy'`. */
  block?(): void;
  /** There is room again, and the controller hears of it as its hardware tells. */
  unblock?(): void;
  /** The transport is lost: the controller says `down`. */
  cut?(): void;
  /** The transport is back. */
  restore?(): void;
}

/**
 * One controller and its other end, made anew for every test; what the author of a controller writes for {@link describeController}.
 *
 * Two kinds: a controller with two ends gives the other as `peer`, and the suite opens a mailbox on it; any other gives a `device`.
 *
 * @typeParam Tx - Messages that the controller sends.
 * @typeParam Rx - Messages that it receives.
 * @typeParam Ack - What its tx-done carries.
 */
export interface ControllerFixture<Tx, Rx = Tx, Ack = void> {
  /** The controller to test. */
  readonly controller: MailboxController<Tx, Rx, Ack>;
  /** The controller of the other end. */
  readonly peer?: MailboxController<Rx, Tx, unknown>;
  /** The other end of a channel, where it is no controller; the same object whenever it is asked for. */
  device?(index: number): ControllerDevice<Tx, Rx>;
  /** Makes the message of this number, always equal, and unlike those of other numbers. */
  message(n: number): Tx;
  /** The same for the other direction; default: `message`. */
  answer?(n: number): Rx;
  /** Further messages that have to arrive as they are, by name: the largest, an empty one, {@link falsyMessages}. */
  readonly samples?: Readonly<Record<string, Tx>>;
  /** The same for the other direction. */
  readonly answers?: Readonly<Record<string, Rx>>;
  /** A message that `sendData` has to refuse by throwing. */
  readonly tooLarge?: Tx;
  /** What the tx-done of this message carries. Without it that is not looked at. */
  ack?(message: Tx): Ack;
  /** Tx-done promises that the receivers at the other end have returned, so no sender may be told before. Default false. */
  readonly takenWhenReceived?: boolean;
  /** Time, for the mailboxes of the suite; default: their own. */
  readonly scheduler?: SchedulerLike;
  /**
   * Lets happen what is under way; called again and again, up to 1000 times, until what is waited for has happened. Default: one turn of
   * the event loop. In virtual time, go on by some milliseconds; with a poll period there is always something more to happen.
   */
  settle?(): void | Promise<void>;
  /** After the test. */
  dispose?(): void | Promise<void>;
}

/** What a fixture may lack; {@link ControllerSuiteOptions.without} says so. */
export type ControllerFeature = 'finish' | 'fail' | 'deliver' | 'block' | 'cut' | 'samples' | 'answers' | 'tooLarge' | 'channels';

/** Messages that a careless `if` takes for none; for the `samples` of a controller that can carry them. */
export const falsyMessages: Readonly<Record<string, number | string | boolean | null | undefined>> = {
  zero: 0,
  'empty text': '',
  null: null,
  undefined: undefined,
  false: false,
  NaN: NaN,
};
