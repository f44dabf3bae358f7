/**
 * The mailbox between a MediaTek SoC and its VCP (video companion processor), at register level: 32 pins over a window of 256 bytes.
 *
 * @packageDocumentation
 */
import { asapScheduler, asyncScheduler, type SchedulerLike } from 'rxjs';
import { assertInteger, assertObject, assertOneOf, assertQuarantine, assertScheduler, assertTimeLimit, show } from '../contract/checks';
import type { MailboxController } from '../contract/MailboxController';
import { PIN_COUNT } from './mtkVcp/layout';
import { RaisedPins } from './mtkVcp/RaisedPins';
import type { VcpReceived } from './mtkVcp/VcpInbox';
import { VcpLink } from './mtkVcp/VcpLink';
import type { VcpMessage } from './mtkVcp/VcpMessage';
import { assertApart, readTable, type VcpPin } from './mtkVcp/VcpPin';
import { VcpRegisters } from './mtkVcp/VcpRegisters';
import type { VcpSettings } from './mtkVcp/VcpSettings';
import type { RegisterSpace } from './registers/RegisterSpace';

export { vcpMessage, type VcpMessage, type VcpMessageInit } from './mtkVcp/VcpMessage';
export type { VcpReceived } from './mtkVcp/VcpInbox';
export type { VcpPin } from './mtkVcp/VcpPin';

/** Options of {@link createMtkVcp}. */
export interface MtkVcpOptions {
  /** Appears in error texts; default `'mtk-vcp'`. */
  name?: string;
  /** How many messages may be in flight at once, each on a pin of its own; an integer from 1, as in Linux and by default, to 32. */
  window?: number;
  /** Milliseconds between two questions whether a message was taken, and between two attempts at a busy pin; > 0, default 1. */
  txPollPeriod?: number;
  /** How long a message whose sender left counts against the window, in milliseconds or `Infinity`; default 0. Its pin is busy anyway. */
  quarantine?: number;
  /**
   * What to do with a message whose pin, or one of whose slots, the VCP has not taken yet: `'wait'` (default) keeps it at the head of the
   * queue, and all behind it; `'fail'` fails it alone (`EIO`, not sent), so that a stuck pin hurts only its own senders.
   */
  whenBusy?: 'wait' | 'fail';
  /** The agreed table for sending; no two pins share slots. What is not in it is refused; default: whatever fits into the window is sent. */
  transmit?: readonly VcpPin[];
  /**
   * The agreed table for receiving. A pin that is not in it is a signal without data; default: each pin has its 8 bytes. Pins may share
   * slots here, up to the whole window for each, and with pins for sending.
   */
  receive?: readonly VcpPin[];
  /** Which interrupt line of the registers tells that the VCP raised a pin; default 0. */
  interruptLine?: number;
  /** Time for what has to wait for the next turn, and for finding out that a lost device is back. Default: real time. */
  scheduler?: SchedulerLike;
}

/** A controller on one VCP mailbox; also hears from outside what no register tells: that the VCP is reset. */
export interface MtkVcpController extends MailboxController<VcpMessage, VcpReceived, void> {
  /**
   * Tells that the VCP is about to be reset or stopped, by whoever does that: what is in flight fails with `ENETDOWN`, delivery unknown, and
   * what waits goes on waiting, until {@link MtkVcpController.peerBack}. Untold, messages in flight look as if they had been taken, because
   * a reset clears their pins.
   *
   * @param reason - Becomes the `cause` of the senders' `LinkDownError`; anything.
   */
  peerGone(reason?: unknown): void;
  /** Tells that the VCP runs again, and that its pins are clear. The link comes up within one `txPollPeriod`. */
  peerBack(): void;
}

/**
 * Makes a controller for the registers of one VCP mailbox.
 *
 * Tx-done means that the VCP has cleared the pin of that very message in SET_IN: it has taken it, which is not to say that it has acted on
 * it. A pin that is still raised is not raised again, so no tx-done can be about another message: the correlation is `'tagged'`, also with
 * one message in flight. Received messages are copies; the pin is acknowledged when the receivers have returned.
 *
 * There is one channel, as in Linux. A device that reads all ones takes the link down until it reads something else.
 *
 * @param registers - The registers of this mailbox, from offset 0: the window, SET_IN at 0x100, and CLR_OUT at 0x10c.
 * @param options - See {@link MtkVcpOptions}.
 * @returns The controller, for a `Mailbox`.
 * @throws TypeError or RangeError for registers or an option that is not in its range, and for slots that two pins of a table share.
 * @example
 * {@includeCode ../../docs/examples/mtk-vcp.ts#example}
 * @see Linux: `drivers/mailbox/mtk-vcp-mailbox.c`
 */
export function createMtkVcp(registers: RegisterSpace, options: MtkVcpOptions = {}): MtkVcpController {
  assertRegisters(registers);
  assertObject('options', options);
  const { name = 'mtk-vcp', window = 1, txPollPeriod = 1, quarantine, whenBusy = 'wait', interruptLine = 0, scheduler } = options;
  if (typeof name !== 'string') throw new TypeError(`name is ${show(name)}; expected a string`);
  assertInteger('window', window, 1, PIN_COUNT);
  assertTimeLimit('txPollPeriod', txPollPeriod);
  if (quarantine !== undefined) assertQuarantine('quarantine', quarantine);
  assertOneOf('whenBusy', whenBusy, ['wait', 'fail']);
  assertInteger('interruptLine', interruptLine, 0);
  if (scheduler !== undefined) assertScheduler('scheduler', scheduler);

  const transmit = options.transmit && readTable('transmit', options.transmit);
  if (transmit) assertApart('transmit', transmit);
  const receive = readTable('receive', options.receive);
  const settings: VcpSettings = {
    name,
    registers: new VcpRegisters(registers, interruptLine),
    pins: new RaisedPins(),
    transmit,
    receive,
    failsWhenBusy: whenBusy === 'fail',
    period: txPollPeriod,
    turn: scheduler ?? asapScheduler,
    clock: scheduler ?? asyncScheduler,
    owner: undefined,
    absent: false,
  };
  return {
    name,
    channelCount: 1,
    txDone: 'poll',
    correlation: 'tagged',
    window,
    txPollPeriod,
    ...(quarantine !== undefined && { quarantine }),
    open: () => new VcpLink(settings),
    peerGone(reason = new Error(`${name}: the VCP is being reset`)) {
      settings.absent = true;
      settings.owner?.lose(reason);
    },
    peerBack() {
      settings.absent = false;
      settings.owner?.seek();
    },
  };
}

function assertRegisters(registers: unknown): void {
  assertObject('registers', registers);
  const { read32, write32, interrupt$ } = registers as Partial<RegisterSpace>;
  if (typeof read32 === 'function' && typeof write32 === 'function' && typeof interrupt$ === 'function') return;
  throw new TypeError('registers lacks read32, write32 or interrupt$; expected a RegisterSpace');
}
