import type { SchedulerLike } from 'rxjs';
import { assertInteger, assertNumber, assertObject, assertTimeLimit, show } from '../../contract/checks';
import type { MailboxController } from '../../contract/MailboxController';

/** Every fault there is; the rates of {@link FaultyOptions} have the same names. */
export const faultTypes = [
  'dropTxDone',
  'delayTxDone',
  'duplicateTxDone',
  'reorderTxDone',
  'dropReceived',
  'delayReceived',
  'duplicateReceived',
  'reorderReceived',
  'dropSent',
  'refuse',
  'throwOnSend',
  'down',
  'giveBack',
  'progress',
  'lateProgress',
] as const;

/** One of {@link faultTypes}. */
export type FaultType = (typeof faultTypes)[number];

/** How often each fault happens; {@link FaultyController} says which links can have which. */
export interface FaultRates {
  /** A tx-done is lost; on an `'ordered'` link the link goes down, too. 0 to 1, default 0. */
  dropTxDone?: number;
  /** A tx-done comes later; on an `'ordered'` link those behind it wait, too. 0 to 1, default 0. */
  delayTxDone?: number;
  /** A tx-done comes twice; if it has no token, only while nothing is in flight. 0 to 1, default 0. */
  duplicateTxDone?: number;
  /** A tx-done is overtaken by the next. 0 to 1, default 0. */
  reorderTxDone?: number;
  /** A received message is lost; on an `'ordered'` link the link goes down, too. 0 to 1, default 0. */
  dropReceived?: number;
  /** A received message comes later; on an `'ordered'` link those behind it wait, too. 0 to 1, default 0. */
  delayReceived?: number;
  /** A received message comes twice. 0 to 1, default 0. */
  duplicateReceived?: number;
  /** A received message is overtaken by the next. 0 to 1, default 0. */
  reorderReceived?: number;
  /** A message is accepted and never sent; on an `'ordered'` link the link goes down, too. 0 to 1, default 0. */
  dropSent?: number;
  /** `sendData` answers `'busy'`, and goes on doing so until the link emits `ready`. 0 to 1, default 0. */
  refuse?: number;
  /** `sendData` throws an {@link InjectedFault}, and the message is not sent. 0 to 1, default 0. */
  throwOnSend?: number;
  /** The link goes down within `maxDelay` after a message was accepted, then comes up again. 0 to 1, default 0. */
  down?: number;
  /**
   * A message is accepted and not sent: within `maxDelay` the link gives it back (`refused`), then emits `ready`. On an `'ordered'` link those
   * behind it are given back with it. 0 to 1, default 0.
   */
  giveBack?: number;
  /** Within `maxDelay` after a message was accepted a sign of progress comes that no device has given. 0 to 1, default 0. */
  progress?: number;
  /** A sign of progress comes after the tx-done of its message. 0 to 1, default 0. */
  lateProgress?: number;
}

/** Options of a {@link FaultyController}. */
export interface FaultyOptions extends FaultRates {
  /** The same seed and the same events make the same faults. An integer >= 0. */
  seed: number;
  /** Makes exactly these faults, from the log of another run, and ignores the rates. */
  replay?: readonly Fault[];
  /** The longest delay, refusal or outage in milliseconds; an integer >= 1, default 10. */
  maxDelay?: number;
  /**
   * Declares `'untagged'` whatever the controller declares: tx-dones lose their tokens, and the window is 1. So tx-dones of an `'ordered'`
   * controller can be lost while its link stays up.
   */
  correlation?: 'untagged';
  /**
   * False allows every fault on every link, even if it breaks what the controller declares. A sender may then get the outcome of another
   * message, which no mailbox can prevent. Default true.
   */
  honest?: boolean;
  /** Time; must not be a synchronous scheduler. Default: that of the mailbox. */
  scheduler?: SchedulerLike;
}

/** A fault that was made. */
export interface Fault {
  /** Which. */
  readonly type: FaultType;
  /** On which channel. */
  readonly channel: number;
  /** The number of the decision on that channel. A replay finds the fault by this. */
  readonly step: number;
  /** How long it lasts, in milliseconds: the delay, or the time until `ready`, until a loss is noticed, or until the link goes down. */
  readonly ms: number;
  /** When, in milliseconds of the scheduler. */
  readonly at: number;
  /** The message, where it is known. */
  readonly token?: number;
}

/** What a faulty link throws from `sendData`, and the reason of its `down`. */
export class InjectedFault extends Error {
  /** The name of its class. */
  override readonly name = 'InjectedFault';

  constructor(
    /** The fault. */
    readonly fault: Fault,
  ) {
    super(`injected fault: ${fault.type} (channel ${fault.channel}, step ${fault.step})`);
  }
}

/** Throws for options that are invalid, and for rates that would break what the controller declares. */
export function assertFaultyOptions(options: FaultyOptions, controller: MailboxController<never, unknown, unknown>): void {
  assertObject('options', options);
  const { seed, maxDelay = 10, replay, honest = true, correlation } = options;
  assertInteger('options.seed', seed, 0);
  assertInteger('options.maxDelay', maxDelay, 1);
  assertTimeLimit('options.maxDelay', maxDelay);
  if (replay !== undefined && !Array.isArray(replay))
    throw new TypeError('options.replay is not an array; expected the faults of another run');
  if (typeof honest !== 'boolean') throw new TypeError(`options.honest is ${String(honest)}; expected a boolean`);
  if (correlation !== undefined && (correlation as string) !== 'untagged') {
    throw new TypeError(`options.correlation is ${show(correlation)}; expected 'untagged', or nothing`);
  }
  for (const type of faultTypes) {
    const rate = options[type];
    if (rate === undefined) continue;
    assertNumber(`options.${type}`, rate, 'a number from 0 to 1', (n) => n >= 0 && n <= 1);
    if (rate > 0 && honest) assertPossible(type, rate, correlation ?? controller.correlation, controller.txDone);
  }
  // After the quarantine the slot goes to the next message, and a tx-done that comes later would count for that one.
  const { quarantine = Infinity } = controller;
  if (honest && options.delayTxDone && (correlation ?? controller.correlation) !== 'tagged' && maxDelay >= quarantine) {
    throw new RangeError(`options.maxDelay is ${maxDelay}; expected less than controller.quarantine, which is ${quarantine} ms`);
  }
}

function assertPossible(
  type: FaultType,
  rate: number,
  correlation: 'tagged' | 'ordered' | 'untagged',
  txDone: 'irq' | 'poll' | 'ack',
): void {
  const impossible = (where: string): never => {
    throw new RangeError(`options.${type} is ${rate}; expected 0 where ${where} (or honest: false)`);
  };
  const txDoneFault = type.endsWith('TxDone');
  if (txDoneFault && txDone === 'ack') impossible("the application tells tx-done ('ack')");
  if (txDone === 'poll' && (type === 'duplicateTxDone' || type === 'reorderTxDone')) impossible("tx-dones are asked for ('poll')");
  if (type === 'reorderTxDone' && correlation !== 'tagged') impossible(`tx-dones say only "the next" ('${correlation}')`);
  if (type.endsWith('Received') && correlation === 'ordered' && /^(duplicate|reorder)/.test(type)) impossible("the link is 'ordered'");
}
