import type { ChannelOptions } from '../contract/ChannelOptions';
import type { MailboxController } from '../contract/MailboxController';
import type { TxDoneMethod } from '../contract/TxDoneMethod';
import { assertMethod, isGetter } from '../contract/controllerChecks';
import type { TxMachineSettings } from '../core/TxMachine';

const TX_QUEUE_LENGTH = 20;
const POLL_PERIOD = 1;

/** How a channel is set up. */
export interface ChannelSettings<Tx> extends TxMachineSettings {
  /** How the controller is called in error texts. */
  readonly controller: string;
  /** How the channel is called in error texts, if not after its controller. */
  readonly name: string | undefined;
  /** How tx-done is learned, once `knowsTxDone` is considered. */
  readonly method: TxDoneMethod;
  /** ms. None: a refused head waits for the link to speak. */
  readonly pollPeriod: number | undefined;
  readonly txPrepare: ((message: Tx) => void) | undefined;
  /** The window may change: it is read from there. */
  readonly dynamic: { readonly window?: number } | undefined;
  /** How room is made for a message; undefined: only in the queue. */
  readonly admission: AdmissionSettings<Tx> | undefined;
}

/** What the owner says of messages for which there is no room. */
export interface AdmissionSettings<Tx> {
  readonly dropsOldest: boolean;
  readonly latest: ((message: Tx) => unknown) | undefined;
}

/** Milliseconds between two questions, where anything is asked. */
export function pollPeriod({ txPollPeriod }: Pick<MailboxController<never, unknown, unknown>, 'txPollPeriod'>): number {
  return txPollPeriod ?? POLL_PERIOD;
}

/** How a link says that its channel learns of a tx-done. Throws what is wrong with that. */
export function methodOf(controller: { readonly txDone: TxDoneMethod }, link: { readonly txDone?: TxDoneMethod }): TxDoneMethod {
  // Read once: it may be a getter.
  const { txDone: method = controller.txDone } = link;
  assertMethod(method);
  return method;
}

/** Where the owner knows of a tx-done, the link is not asked. */
export function methodFor(method: TxDoneMethod, { knowsTxDone }: Pick<ChannelOptions<never>, 'knowsTxDone'>): TxDoneMethod {
  return method === 'poll' && knowsTxDone ? 'ack' : method;
}

/**
 * What the controller says, and what the owner asks for. Channels without options of their own share one such object for each method.
 *
 * @param method - That of the link. A refused head is tried again as often as such a link is asked, whoever knows of the tx-done.
 */
export function channelSettings<Tx>(
  controller: MailboxController<Tx, unknown, unknown>,
  method: TxDoneMethod,
  options: ChannelOptions<Tx>,
): ChannelSettings<Tx> {
  const { correlation, txPollPeriod } = controller;
  const { latest, overflow, whileDown } = options;
  return {
    controller: controller.name,
    name: options.name,
    method: methodFor(method, options),
    correlation,
    window: isGetter(controller, 'window') ? 0 : (controller.window ?? 1),
    dynamic: isGetter(controller, 'window') ? controller : undefined,
    admission:
      latest === undefined && overflow !== 'drop-oldest' && whileDown !== 'fail'
        ? undefined
        : { dropsOldest: overflow === 'drop-oldest', latest: latest?.bind(options) },
    failsWhileDown: whileDown === 'fail',
    txQueueLength: options.txQueueLength ?? TX_QUEUE_LENGTH,
    quarantine: options.quarantine ?? controller.quarantine ?? (correlation === 'tagged' ? 0 : Infinity),
    pollPeriod: txPollPeriod ?? (method === 'poll' ? POLL_PERIOD : undefined),
    txPrepare: options.txPrepare?.bind(options),
  };
}

/** How a channel is called in error texts. */
export function nameOf({ name, controller }: Pick<ChannelSettings<never>, 'name' | 'controller'>, index: number): string {
  return name ?? `${controller}[${index}]`;
}
