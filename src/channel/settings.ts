import { isObservable } from 'rxjs';
import type { ChannelOptions } from '../Channel';
import type { MailboxController, MailboxLink, TxDoneMethod } from '../contract/MailboxController';
import { show, assertFunction, assertInteger, assertObject, assertOneOf, assertQuarantine, assertTimeLimit } from '../contract/checks';
import type { ChannelSettings } from './OpenChannel';

const TX_QUEUE_LENGTH = 20;
const POLL_PERIOD = 1;

/** Milliseconds between two questions; a controller that is polled and does not say how often is asked every millisecond. */
export function pollPeriod({ txDone, txPollPeriod }: Pick<MailboxController<never, unknown, unknown>, 'txDone' | 'txPollPeriod'>) {
  return txPollPeriod ?? (txDone === 'poll' ? POLL_PERIOD : undefined);
}

export function assertController(controller: unknown, what = 'controller'): void {
  assertObject(what, controller);
  const { name, channelCount, txDone, correlation, window, txPollPeriod, quarantine, translate, open } = controller as Record<
    string,
    unknown
  >;
  if (typeof name !== 'string') throw new TypeError(`${what}.name is ${show(name)}; expected a string`);
  assertInteger(`${what}.channelCount`, channelCount, 1);
  assertOneOf(`${what}.txDone`, txDone, ['irq', 'poll', 'ack']);
  assertOneOf(`${what}.correlation`, correlation, ['tagged', 'ordered', 'untagged']);
  if (window !== undefined) assertInteger(`${what}.window`, window, 1, correlation === 'untagged' ? 1 : undefined);
  if (txPollPeriod !== undefined) assertTimeLimit(`${what}.txPollPeriod`, txPollPeriod);
  if (quarantine !== undefined) assertQuarantine(`${what}.quarantine`, quarantine);
  if (translate !== undefined) assertFunction(`${what}.translate`, translate);
  assertFunction(`${what}.open`, open);
}

export function assertChannelOptions(options: unknown): void {
  assertObject('options', options);
  const { name, txQueueLength, knowsTxDone, txPrepare, quarantine } = options as Record<string, unknown>;
  if (name !== undefined && typeof name !== 'string') throw new TypeError(`options.name is ${show(name)}; expected a string`);
  if (txQueueLength !== undefined) assertInteger('options.txQueueLength', txQueueLength, 0);
  if (knowsTxDone !== undefined && typeof knowsTxDone !== 'boolean') {
    throw new TypeError(`options.knowsTxDone is ${show(knowsTxDone)}; expected a boolean`);
  }
  if (txPrepare !== undefined) assertFunction('options.txPrepare', txPrepare);
  if (quarantine !== undefined) assertQuarantine('options.quarantine', quarantine);
}

export function assertLink(link: unknown, method: TxDoneMethod): void {
  assertObject('link', link);
  const { events$, sendData, lastTxDone } = link as Partial<MailboxLink<unknown, unknown, unknown>>;
  if (!isObservable(events$)) throw new TypeError(`link.events$ is ${show(events$)}; expected an Observable`);
  assertFunction('link.sendData', sendData);
  if (method === 'poll') assertFunction("link.lastTxDone, which 'poll' requires,", lastTxDone);
}

/** How a channel is set up: what its controller says, and what its owner asks for. Channels without options of their own share one. */
export function portSettings<Tx>(controller: MailboxController<Tx, unknown, unknown>, options: ChannelOptions<Tx>): ChannelSettings<Tx> {
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
