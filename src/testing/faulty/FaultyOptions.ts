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
] as const;

/** One of {@link faultTypes}. */
export type FaultType = (typeof faultTypes)[number];

/** How often each fault happens; see {@link FaultyController} for which link can have which. */
export interface FaultRates {
  /** A tx-done is lost; on an `'ordered'` link, the link with it. 0 to 1, default 0. */
  dropTxDone?: number;
  /** A tx-done comes later; on an `'ordered'` link those behind it wait, too. 0 to 1, default 0. */
  delayTxDone?: number;
  /** A tx-done comes twice; one that carries no token only while nothing is in flight. 0 to 1, default 0. */
  duplicateTxDone?: number;
  /** A tx-done is overtaken by the next. 0 to 1, default 0. */
  reorderTxDone?: number;
  /** A received message is lost; on an `'ordered'` link, the link with it. 0 to 1, default 0. */
  dropReceived?: number;
  /** A received message comes later; on an `'ordered'` link those behind it wait, too. 0 to 1, default 0. */
  delayReceived?: number;
  /** A received message comes twice. 0 to 1, default 0. */
  duplicateReceived?: number;
  /** A received message is overtaken by the next. 0 to 1, default 0. */
  reorderReceived?: number;
  /** A message is accepted and never sent; on an `'ordered'` link that takes the link with it. 0 to 1, default 0. */
  dropSent?: number;
  /** `sendData` answers `'busy'`, then to everything until the link says `ready`. 0 to 1, default 0. */
  refuse?: number;
  /** `sendData` throws an {@link InjectedFault}, and the message is not sent. 0 to 1, default 0. */
  throwOnSend?: number;
  /** The link goes down, within `maxDelay` after a message was accepted, and comes up again. 0 to 1, default 0. */
  down?: number;
}

/** Options of a {@link FaultyController}. */
export interface FaultyOptions extends FaultRates {
  /** Decides everything: the same seed and the same events make the same faults. An integer >= 0. */
  seed: number;
  /** Makes exactly these faults, from the log of another run, and none by the rates. */
  replay?: readonly Fault[];
  /** Longest time, in milliseconds, that anything is delayed, refused or down; an integer >= 1, default 10. */
  maxDelay?: number;
  /**
   * Declares `'untagged'` whatever the controller declares: tokens are taken off the tx-dones and the window is 1. So that tx-dones of an
   * `'ordered'` controller can be lost without its link.
   */
  correlation?: 'untagged';
  /**
   * False makes every fault on every link, also those that break what the controller declares, as a transport that lies does. Senders may
   * then be told the outcome of others: no mailbox can help that. Default true.
   */
  honest?: boolean;
  /** Time; not a synchronous scheduler. Default `asyncScheduler`, which tells virtual time inside `TestScheduler.run`. */
  scheduler?: SchedulerLike;
}

/** A fault that was made. */
export interface Fault {
  /** Which. */
  readonly type: FaultType;
  /** On which channel. */
  readonly channel: number;
  /** Which decision of that channel it was; by this it is found again when it is replayed. */
  readonly step: number;
  /** How long it lasts, in milliseconds: a delay, or the time until `ready`, until the loss is noticed or the link goes down. */
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

/** Throws for options that are wrong by themselves, or that the controller could not have without breaking what it declares. */
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
  // A slot is given to the next message when the quarantine is over: a tx-done later than that would be taken for the next one's.
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
