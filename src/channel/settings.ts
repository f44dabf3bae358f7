import type { ChannelOptions } from '../contract/ChannelOptions';
import type { MailboxController, TxDoneMethod } from '../contract/MailboxController';
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
}

/** Milliseconds between two questions. A controller that is polled and does not say how often is asked every millisecond. */
export function pollPeriod({ txDone, txPollPeriod }: Pick<MailboxController<never, unknown, unknown>, 'txDone' | 'txPollPeriod'>) {
  return txPollPeriod ?? (txDone === 'poll' ? POLL_PERIOD : undefined);
}

/** What the controller says, and what the owner asks for. Channels without options of their own share one such object. */
export function channelSettings<Tx>(controller: MailboxController<Tx, unknown, unknown>, options: ChannelOptions<Tx>): ChannelSettings<Tx> {
  const { correlation } = controller;
  return {
    controller: controller.name,
    name: options.name,
    method: controller.txDone === 'poll' && options.knowsTxDone ? 'ack' : controller.txDone,
    correlation,
    window: controller.window ?? 1,
    txQueueLength: options.txQueueLength ?? TX_QUEUE_LENGTH,
    quarantine: options.quarantine ?? controller.quarantine ?? (correlation === 'tagged' ? 0 : Infinity),
    pollPeriod: pollPeriod(controller),
    txPrepare: options.txPrepare?.bind(options),
  };
}

/** How a channel is called in error texts. */
export function nameOf({ name, controller }: Pick<ChannelSettings<never>, 'name' | 'controller'>, index: number): string {
  return name ?? `${controller}[${index}]`;
}
