import type { SchedulerLike } from 'rxjs';
import type { MailboxController } from '../../contract/MailboxController';

/**
 * The other end of one channel, as the contract suite sees it: a device that the test drives.
 *
 * Each optional operation makes more tests possible. One that the device cannot have is listed in `without`.
 *
 * @typeParam Tx - Messages that the controller sends.
 * @typeParam Rx - Messages that it receives.
 */
export interface ControllerDevice<Tx, Rx> {
  /** Everything that has arrived since the fixture was made, oldest first. The suite only reads it. */
  readonly arrived: readonly Tx[];
  /**
   * Takes a message, so that the controller may report its tx-done. Without this operation messages are taken when they arrive. Also
   * called for a message of an earlier owner or epoch, whose tx-done must not reach anybody: from before the link was down, or was reset.
   *
   * @param nth - Its index in `arrived`. On a `'tagged'` link in any order, on others oldest first.
   */
  finish?(nth: number): void;
  /** Takes a message as `finish()` does, and makes the controller report a failure. */
  fail?(nth: number, reason: Error): void;
  /** Sends to the controller. */
  deliver?(message: Rx): void;
  /** Says once more, as a wire may that repeats what it carries, that it has taken a message, which has had its tx-done. */
  repeat?(nth: number): void;
  /** Says that it works on a message: the controller emits `progress`. */
  progress?(nth: number): void;
  /** From now on it takes no message: the controller accepts each, then gives it back (`refused`), until `unblock()`. They do not arrive. */
  giveBack?(): void;
  /** From now on the controller answers `'busy'`. */
  block?(): void;
  /** There is room again, and the controller learns that as it would from its hardware. */
  unblock?(): void;
  /** The transport is lost: the controller emits `down`. */
  cut?(): void;
  /** The transport is back: the controller emits `up`. */
  restore?(): void;
}

/**
 * One controller and its other end, made for every test. The author of a controller writes this for {@link describeController}.
 *
 * A controller with two ends has the other as `peer`, and the suite opens a mailbox on it. Any other has a `device`.
 *
 * @typeParam Tx - Messages that the controller sends.
 * @typeParam Rx - Messages that it receives.
 * @typeParam Ack - What its tx-done carries.
 */
export interface ControllerFixture<Tx, Rx = Tx, Ack = void> {
  /** The controller to test. */
  readonly controller: MailboxController<Tx, Rx, Ack, unknown>;
  /** The controller of the other end. */
  readonly peer?: MailboxController<Rx, Tx, unknown, unknown>;
  /** The other end of a channel, if it is not a controller; the same object at every call. */
  device?(index: number): ControllerDevice<Tx, Rx>;
  /** Makes the message of this number: always equal, and different from those of other numbers. */
  message(n: number): Tx;
  /** The same for the other direction; default: `message`. */
  answer?(n: number): Rx;
  /** Further messages that have to arrive unchanged, by name: the largest, an empty one, {@link falsyMessages}. */
  readonly samples?: Readonly<Record<string, Tx>>;
  /** The same for the other direction. */
  readonly answers?: Readonly<Record<string, Rx>>;
  /** A message that `sendData` has to refuse by throwing. */
  readonly tooLarge?: Tx;
  /** What the tx-done of this message carries; not checked if this is left out. */
  ack?(message: Tx): Ack;
  /** A tx-done promises that the receivers at the other end have returned, and no sender gets one before. Default false. */
  readonly takenWhenReceived?: boolean;
  /** Time for the mailboxes of the suite; default: that of a mailbox. */
  readonly scheduler?: SchedulerLike;
  /**
   * Lets the next things happen. Called repeatedly, up to 1000 times, until the test sees what it waits for. Default: one macrotask of the
   * event loop. In virtual time, advance by some milliseconds; do not run until nothing is scheduled, since polling never ends.
   */
  settle?(): void | Promise<void>;
  /** Called after the test. */
  dispose?(): void | Promise<void>;
}

/** What a fixture may lack; {@link ControllerSuiteOptions.without} says so. */
export type ControllerFeature = 'finish' | 'fail' | 'deliver' | 'block' | 'cut' | 'samples' | 'answers' | 'tooLarge' | 'channels';

/**
 * What few transports have; {@link ControllerSuiteOptions.with} says so.
 *
 * - `repeat`, `progress`, `giveBack`: the operation of the device; `giveBack` needs `unblock`, too;
 * - `sharedWindow`: the controller has one, and at least two channels.
 */
export type ControllerExtra = 'repeat' | 'progress' | 'giveBack' | 'sharedWindow';

/** Messages that a careless `if` mistakes for no message; for the `samples` of a controller that can carry them. */
export const falsyMessages: Readonly<Record<string, number | string | boolean | null | undefined>> = {
  zero: 0,
  'empty text': '',
  null: null,
  undefined: undefined,
  false: false,
  NaN: NaN,
};
