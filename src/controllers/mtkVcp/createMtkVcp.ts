import { asapScheduler, type SchedulerLike } from 'rxjs';
import { assertInteger, assertObject, assertOneOf, assertPeriod, assertQuarantine, assertScheduler, show } from '../../contract/checks';
import type { MailboxController } from '../../contract/MailboxController';
import type { RegisterSpace } from '../registers/RegisterSpace';
import { PIN_COUNT } from './layout';
import { assertNoOverlap, readPinTable } from './PinTable';
import { RaisedPins } from './RaisedPins';
import type { VcpDevice } from './VcpDevice';
import type { VcpReceived } from './VcpInbox';
import { VcpLink } from './VcpLink';
import type { VcpMessage } from './VcpMessage';
import type { VcpPin } from './VcpPin';
import { VcpRegisters } from './VcpRegisters';

/** Options of {@link createMtkVcp}. */
export interface MtkVcpOptions {
  /** Appears in error texts; default `'mtk-vcp'`. */
  name?: string;
  /** How many messages may be in flight at once, each on a pin of its own; an integer from 1, as in Linux and by default, to 32. */
  window?: number;
  /** Milliseconds between two polls of a message in flight, and between two attempts at a busy pin; > 0, default 1. */
  txPollPeriod?: number;
  /** How long a message whose sender left counts against the window, in milliseconds or `Infinity`; default 0. Its pin stays busy anyway. */
  quarantine?: number;
  /**
   * What to do with a message if its pin is still raised, or if one of its slots is still in use. `'wait'` (default) keeps it at the head of
   * the queue, with all others behind it. `'fail'` fails it alone (`EIO`, not sent), so a stuck pin affects only its own senders.
   */
  whenBusy?: 'wait' | 'fail';
  /** The agreed table for sending; no two pins share slots. A message that is not in it fails. Default: any message that fits into the window. */
  transmit?: readonly VcpPin[];
  /**
   * The agreed table for receiving. A pin that is not in it is a signal without data. Default: each pin has its own 8 bytes. Pins may
   * share slots here, also with pins for sending, and each may have the whole window.
   */
  receive?: readonly VcpPin[];
  /** Which interrupt line of the registers is asserted when the VCP has raised a pin; default 0. */
  interruptLine?: number;
  /** For time, and for what has to wait until the current code ends; default: the mailbox's scheduler, and `asapScheduler`. */
  scheduler?: SchedulerLike;
}

/** A controller on one VCP mailbox that also accepts notice of a reset of the VCP, which no register shows. */
export interface MtkVcpController extends MailboxController<VcpMessage, VcpReceived, void> {
  /**
   * Call this before the VCP is reset or stopped. Messages in flight fail with `ENETDOWN`, delivery unknown; waiting messages go on waiting
   * until {@link MtkVcpController.peerBack}. Without this call, messages in flight look as if they were taken, because a reset clears their
   * pins.
   *
   * @param reason - Anything; becomes the `cause` of the senders' `LinkDownError`.
   */
  peerGone(reason?: unknown): void;
  /** Call this when the VCP runs again and its pins are clear. The link comes up within one `txPollPeriod`. */
  peerBack(): void;
}

/**
 * Makes a controller for the registers of one VCP mailbox.
 *
 * Tx-done means that the VCP has cleared the message's pin in SET_IN. It has then taken the message, but may not have acted on it yet. A pin
 * that is still raised is never raised again, so a cleared pin always belongs to one message: the correlation is `'tagged'`. Received
 * messages are copies; the pin is acknowledged when the receivers have returned.
 *
 * There is one channel, as in Linux. The link is down while the device reads all ones.
 *
 * @param registers - The registers of this mailbox, from offset 0: the window, SET_IN at 0x100, and CLR_OUT at 0x10c.
 * @param options - See {@link MtkVcpOptions}.
 * @returns The controller, for a `Mailbox`.
 * @throws TypeError or RangeError for registers or an option that is not in its range, and for slots that two pins of a table share.
 * @example
 * {@includeCode ../../../docs/examples/mtk-vcp.ts#example}
 * @see Linux: `drivers/mailbox/mtk-vcp-mailbox.c`
 */
export function createMtkVcp(registers: RegisterSpace, options: MtkVcpOptions = {}): MtkVcpController {
  const device = readDevice(registers, options);
  const { name } = device;
  const { window = 1, txPollPeriod = 1, quarantine } = options;
  return {
    name,
    channelCount: 1,
    txDone: 'poll',
    correlation: 'tagged',
    window,
    txPollPeriod,
    ...(quarantine !== undefined && { quarantine }),
    open: (_index, { scheduler }) => new VcpLink(device, scheduler),
    peerGone(reason = new Error(`${name}: the VCP is being reset`)) {
      device.absent = true;
      device.owner?.lose(reason);
    },
    peerBack() {
      device.absent = false;
      device.owner?.search();
    },
  };
}

/** Checks all options. */
function readDevice(registers: RegisterSpace, options: MtkVcpOptions): VcpDevice {
  assertRegisters(registers);
  assertObject('options', options);
  const { name = 'mtk-vcp', window = 1, txPollPeriod = 1, quarantine, whenBusy = 'wait', interruptLine = 0, scheduler } = options;
  if (typeof name !== 'string') throw new TypeError(`name is ${show(name)}; expected a string`);
  assertInteger('window', window, 1, PIN_COUNT);
  assertPeriod('txPollPeriod', txPollPeriod);
  if (quarantine !== undefined) assertQuarantine('quarantine', quarantine);
  assertOneOf('whenBusy', whenBusy, ['wait', 'fail']);
  assertInteger('interruptLine', interruptLine, 0);
  if (scheduler !== undefined) assertScheduler('scheduler', scheduler);
  const transmit = options.transmit && readPinTable('transmit', options.transmit);
  if (transmit) assertNoOverlap('transmit', transmit);
  return {
    name,
    registers: new VcpRegisters(registers, interruptLine),
    pins: new RaisedPins(),
    transmit,
    receive: readPinTable('receive', options.receive),
    failsWhenBusy: whenBusy === 'fail',
    searchPeriod: txPollPeriod,
    asap: scheduler ?? asapScheduler,
    clock: scheduler,
    owner: undefined,
    absent: false,
  };
}

function assertRegisters(registers: unknown): void {
  assertObject('registers', registers);
  const { read32, write32, interrupt$ } = registers as Partial<RegisterSpace>;
  if (typeof read32 === 'function' && typeof write32 === 'function' && typeof interrupt$ === 'function') return;
  throw new TypeError('registers lacks read32, write32 or interrupt$; expected a RegisterSpace');
}
